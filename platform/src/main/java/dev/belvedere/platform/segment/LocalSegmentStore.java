package dev.belvedere.platform.segment;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Segments as files of a directory: written under a temporary name, synced, renamed, directory synced.
public final class LocalSegmentStore implements SegmentStore {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
    private static final String TEMPORARY = ".tmp";
    private static final int BUFFER_BYTES = 1 << 20;

    private final Disk disk;
    private final Path root;

    public LocalSegmentStore(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    private Path path(String key) {
        if (!KEY.matcher(key).matches() || key.endsWith(TEMPORARY)) {
            throw new IllegalArgumentException("not a segment key: \"" + key + "\"");
        }
        return root.resolve(key);
    }

    @Override
    public long put(String key, Content content) {
        Path path = path(key);
        Path directory = parent(path);
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        try {
            createDirectories(directory);
            long size;
            try (DiskFile file = disk.open(temporary)) {
                file.truncate(0);
                FileSink sink = new FileSink(file);
                content.writeTo(sink);
                sink.flush();
                file.sync();
                size = sink.position();
            }
            disk.rename(temporary, path);
            disk.syncDirectory(directory);
            return size;
        } catch (SinkFailure e) {
            throw abandoned(key, temporary, e.failure);
        } catch (IOException e) {
            throw abandoned(key, temporary, e);
        } catch (RuntimeException e) {
            deleteQuietly(temporary, e);
            throw e;
        }
    }

    /// Creates missing directories and makes their names durable, up to the root.
    private void createDirectories(Path directory) throws IOException {
        if (!disk.exists(directory)) {
            disk.createDirectories(directory);
            for (Path at = directory; at.startsWith(root) && !at.equals(root); at = parent(at)) {
                disk.syncDirectory(parent(at));
            }
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("segments need a directory, got " + path);
        }
        return parent;
    }

    private OperationException abandoned(String key, Path temporary, IOException cause) {
        deleteQuietly(temporary, cause);
        boolean isFull = String.valueOf(cause.getMessage()).contains("No space left");
        return new OperationException(
                isFull ? "disk_full" : "io_error",
                isFull ? Fault.OVERLOAD : Fault.DEPENDENCY,
                "could not write segment " + key + ": " + cause.getMessage(),
                cause);
    }

    private void deleteQuietly(Path temporary, Exception cause) {
        try {
            disk.delete(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public SegmentReader open(String key) {
        try {
            DiskFile file = disk.openReadOnly(path(key));
            return new LocalReader(key, file, file.size());
        } catch (NoSuchFileException e) {
            throw new OperationException("segment_missing", Fault.CORRUPT, "segment " + key + " is gone", e);
        } catch (IOException e) {
            throw readFailure(key, e);
        }
    }

    private static OperationException readFailure(String key, IOException e) {
        return new OperationException(
                "io_error", Fault.DEPENDENCY, "could not read segment " + key + ": " + e.getMessage(), e);
    }

    @Override
    public void delete(String key) {
        try {
            disk.delete(path(key));
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not remove segment " + key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> list(String prefix) {
        try {
            List<String> keys = new ArrayList<>();
            collect(root, "", keys);
            return keys.stream().filter(key -> key.startsWith(prefix)).sorted().toList();
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not list segments below " + root + ": " + e.getMessage(), e);
        }
    }

    private void collect(Path directory, String base, List<String> into) throws IOException {
        for (Path entry : disk.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.endsWith(TEMPORARY)) {
                continue;
            }
            if (disk.isDirectory(entry)) {
                collect(entry, base + name + "/", into);
            } else {
                into.add(base + name);
            }
        }
    }

    /// Removes what writes left behind that a crash broke off. Only for the one process that writes, before it does.
    public void removeBrokenOff() {
        try {
            removeBrokenOff(root);
        } catch (IOException e) {
            throw new OperationException(
                    "io_error",
                    Fault.DEPENDENCY,
                    "could not remove broken-off writes below " + root + ": " + e.getMessage(),
                    e);
        }
    }

    private void removeBrokenOff(Path directory) throws IOException {
        for (Path entry : disk.list(directory)) {
            if (disk.isDirectory(entry)) {
                removeBrokenOff(entry);
            } else if (entry.getFileName().toString().endsWith(TEMPORARY)) {
                disk.delete(entry);
            }
        }
    }

    private record LocalReader(String key, DiskFile file, long size) implements SegmentReader {

        @Override
        public void read(long position, ByteBuffer into) {
            try {
                file.readFully(into, position);
            } catch (EOFException e) {
                throw new OperationException(
                        "corrupt_segment", Fault.CORRUPT, "segment " + key + " is shorter than it says", e);
            } catch (IOException e) {
                throw readFailure(key, e);
            }
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw readFailure(key, e);
            }
        }
    }

    /// Carries an `IOException` through the code that writes the content.
    private static final class SinkFailure extends RuntimeException {

        private final transient IOException failure;

        SinkFailure(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /// Gathers small writes; a failure leaves as [SinkFailure].
    private static final class FileSink implements SegmentSink {

        private final DiskFile file;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private long flushed;

        FileSink(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) {
            if (bytes.remaining() > buffer.remaining()) {
                flush();
            }
            if (bytes.remaining() > buffer.remaining()) {
                flushed += writeOut(bytes);
            } else {
                buffer.put(bytes);
            }
        }

        void flush() {
            buffer.flip();
            flushed += writeOut(buffer);
            buffer.clear();
        }

        private int writeOut(ByteBuffer bytes) {
            int length = bytes.remaining();
            try {
                file.write(bytes, flushed);
            } catch (IOException e) {
                throw new SinkFailure(e);
            }
            return length;
        }

        @Override
        public long position() {
            return flushed + buffer.position();
        }
    }
}
