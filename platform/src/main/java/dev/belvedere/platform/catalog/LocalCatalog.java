package dev.belvedere.platform.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.log.FrameCodec;
import dev.belvedere.platform.log.FrameScanner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The catalog of one machine: a log of edits, rewritten as one edit when it has grown. Format:
/// docs/format/catalog.md.
public final class LocalCatalog implements Catalog {

    private static final int MAGIC = FrameCodec.fileMagic("BVCT");
    private static final long REWRITE_BYTES = 1 << 20;
    private static final int REWRITE_GROWTH = 4;

    private final Disk disk;
    private final Path directory;

    @GuardedBy("this")
    private long generation;

    /// Absent until the first commit after opening or after a failure: the next commit then writes a new
    /// generation.
    @GuardedBy("this")
    private @Nullable DiskFile file;

    @GuardedBy("this")
    private long fileSize;

    @GuardedBy("this")
    private long snapshotSize;

    @GuardedBy("this")
    private long nextFrame;

    private volatile CatalogState state;

    /// Opens the catalog and reads it; an empty directory is an empty catalog.
    ///
    /// @throws OperationException `io_error` if it cannot be read
    public LocalCatalog(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
        try {
            disk.createDirectories(directory);
            this.state = load();
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private synchronized CatalogState load() throws IOException {
        List<Path> newestFirst = disk.list(directory).reversed();
        for (Path path : newestFirst) {
            String name = path.getFileName().toString();
            if (!name.matches("\\d{20}\\.log")) {
                disk.delete(path);
                continue;
            }
            generation = Math.max(generation, Long.parseLong(name.substring(0, 20)));
            Optional<CatalogState> loaded = read(path);
            if (loaded.isPresent()) {
                return loaded.get();
            }
        }
        return CatalogState.EMPTY;
    }

    private Optional<CatalogState> read(Path path) throws IOException {
        CatalogState result = CatalogState.EMPTY;
        long expected = 0;
        try (FrameScanner scanner = new FrameScanner(disk.openReadOnly(path), 0)) {
            while (scanner.next() && scanner.offset() == expected && scanner.damagedBytes() == 0) {
                result = result.apply(CatalogCodec.decode(scanner.payload()));
                expected++;
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            // The frame checks but makes no sense: what came before it still holds.
            return expected == 0 ? Optional.empty() : Optional.of(result);
        }
        return expected == 0 ? Optional.empty() : Optional.of(result);
    }

    @Override
    public CatalogState state() {
        return state;
    }

    @Override
    public synchronized CatalogState commit(CatalogEdit edit) {
        CatalogState next = state.apply(edit);
        try {
            DiskFile current = file;
            if (current == null || fileSize > Math.max(REWRITE_BYTES, REWRITE_GROWTH * snapshotSize)) {
                writeGenerationLocked(next);
            } else {
                appendLocked(current, edit);
            }
        } catch (IOException e) {
            abandonFileLocked();
            throw failure("write", e);
        }
        state = next;
        return next;
    }

    @GuardedBy("this")
    private void appendLocked(DiskFile current, CatalogEdit edit) throws IOException {
        ByteBuffer frame = frame(nextFrame, edit);
        int length = frame.remaining();
        current.write(frame, fileSize);
        current.sync();
        fileSize += length;
        nextFrame++;
    }

    @GuardedBy("this")
    private void writeGenerationLocked(CatalogState next) throws IOException {
        long newGeneration = generation + 1;
        Path path = directory.resolve("%020d.log".formatted(newGeneration));
        Path temporary = directory.resolve("%020d.tmp".formatted(newGeneration));
        ByteBuffer frame = frame(0, next.asEdit());
        int length = frame.remaining();
        DiskFile created = disk.open(temporary);
        try {
            created.truncate(0);
            created.write(FrameCodec.fileHeader(MAGIC, 0, newGeneration), 0);
            created.write(frame, FrameCodec.FILE_HEADER_BYTES);
            created.sync();
            disk.rename(temporary, path);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            created.close();
            throw e;
        }
        abandonFileLocked();
        file = created;
        generation = newGeneration;
        fileSize = FrameCodec.FILE_HEADER_BYTES + length;
        snapshotSize = fileSize;
        nextFrame = 1;
        removeOlder(path);
    }

    private void removeOlder(Path newest) throws IOException {
        for (Path path : disk.list(directory)) {
            if (path.compareTo(newest) < 0) {
                disk.delete(path);
            }
        }
    }

    @GuardedBy("this")
    private void abandonFileLocked() {
        DiskFile old = file;
        file = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                // Every edit in it was synced when it was committed, or was refused.
            }
        }
    }

    private static ByteBuffer frame(long number, CatalogEdit edit) {
        ByteBuffer payload = CatalogCodec.encode(edit);
        ByteBuffer frame = ByteBuffer.allocate(FrameCodec.FRAME_HEADER_BYTES + payload.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        FrameCodec.putFrame(frame, number, payload);
        return frame.flip();
    }

    private OperationException failure(String action, IOException e) {
        return new OperationException(
                "io_error",
                Fault.DEPENDENCY,
                "could not " + action + " the catalog in " + directory + ": " + e.getMessage(),
                e);
    }

    @Override
    public synchronized void close() {
        abandonFileLocked();
    }
}
