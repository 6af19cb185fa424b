package dev.belvedere.platform.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The files of one partition of a [LocalIngestLog].
///
/// Its monitor guards the files and the write position. Syncing holds no lock; [GroupCommit] has its own, under which
/// nobody takes this one.
final class LocalPartition {

    static final int MAGIC = FrameCodec.fileMagic("BVLG");

    private static final int INITIAL_FRAME_BYTES = 64 * 1024;
    private static final int MAX_KEPT_FRAME_BYTES = 4 << 20;

    /// Zeros are written ahead of frames as far as the file has frames, from this share of a full file on and up to
    /// that one.
    private static final int MIN_AHEAD_SHARE = 256;

    private static final int MAX_AHEAD_SHARE = 64;

    /// Written piece by piece: the larger a write, the larger the piece of its cache that the kernel counts as written
    /// with each frame.
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(16 * 1024).asReadOnlyBuffer();

    private final Disk disk;
    private final Path directory;
    private final int number;
    private final long fileBytes;
    private final GroupCommit commits;

    /// Base offset to size in bytes, for every file there is.
    @GuardedBy("this")
    private final TreeMap<Long, Long> files = new TreeMap<>();

    /// The file that grows; absent after opening, after a failure and between files.
    @GuardedBy("this")
    private @Nullable DiskFile current;

    @GuardedBy("this")
    private long currentBase;

    @GuardedBy("this")
    private long currentSize;

    /// Up to where the current file has zeros or frames.
    @GuardedBy("this")
    private long filledSize;

    @GuardedBy("this")
    private ByteBuffer scratch = ByteBuffer.allocateDirect(INITIAL_FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /// Files with frames not known to be durable, of this process and of those before; synced before the next offset is
    /// durable.
    @GuardedBy("this")
    private final List<DiskFile> retired = new ArrayList<>();

    private volatile long endOffset;

    /// How often frames were refused after they were written. It rises under the lock under which the file is given
    /// up, so that whoever appends knows for certain.
    @GuardedBy("this")
    private long losses;

    /// @param syncThreads run what syncs for listeners
    LocalPartition(Disk disk, Path directory, int number, long fileBytes, Executor syncThreads) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.number = number;
        this.fileBytes = fileBytes;
        this.endOffset = findFiles();
        this.commits = new GroupCommit(this::sync, syncThreads, startOffset());
    }

    /// @return the offset after the last frame that checks
    private synchronized long findFiles() throws IOException {
        for (Path path : disk.list(directory)) {
            Optional<Long> base = baseOffset(path);
            if (base.isPresent()) {
                DiskFile file = disk.openReadOnly(path);
                // Whoever wrote it may have been killed before it was synced.
                retired.add(file);
                files.put(base.get(), file.size());
            }
        }
        if (files.isEmpty()) {
            return 0;
        }
        long last = files.lastKey();
        long end = last;
        try (FrameScanner scanner = new FrameScanner(disk.openReadOnly(path(last)), last)) {
            while (scanner.next()) {
                end = scanner.offset() + 1;
            }
        }
        return end;
    }

    private static Optional<Long> baseOffset(Path path) {
        String name = path.getFileName().toString();
        return name.matches("\\d{20}\\.log") ? Optional.of(Long.parseLong(name.substring(0, 20))) : Optional.empty();
    }

    private Path path(long base) {
        return directory.resolve("%020d.log".formatted(base));
    }

    long endOffset() {
        return endOffset;
    }

    synchronized long startOffset() {
        return files.isEmpty() ? endOffset : files.firstKey();
    }

    /// Leaves a gap up to `offset`, and begins a new file behind it, whose name tells the offset.
    synchronized void reserveBelow(long offset) {
        if (endOffset < offset) {
            retireCurrentLocked();
            endOffset = offset;
        }
    }

    synchronized long sizeBytes() {
        return files.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized long losses() {
        return losses;
    }

    synchronized long appendUnlessLost(ByteBuffer payload, long expectedLosses) {
        return losses == expectedLosses ? append(payload) : -1;
    }

    synchronized long append(ByteBuffer payload) {
        long offset = endOffset;
        try {
            DiskFile file = currentFileLocked();
            ByteBuffer frame = frameLocked(offset, payload);
            int length = frame.remaining();
            fillAheadLocked(file, length);
            writeLocked(file, frame);
            currentSize += length;
            files.put(currentBase, currentSize);
        } catch (IOException e) {
            throw writeFailed(e);
        }
        endOffset = offset + 1;
        return offset;
    }

    private static OperationException writeFailed(IOException e) {
        String reason = String.valueOf(e.getMessage());
        return reason.contains("No space left")
                ? new OperationException(
                        "disk_full", Fault.OVERLOAD, "the disk is full; writes are refused until there is room", e)
                : LocalIngestLog.ioError("write to the ingest log", e);
    }

    @GuardedBy("this")
    private ByteBuffer frameLocked(long offset, ByteBuffer payload) {
        int length = FrameCodec.FRAME_HEADER_BYTES + payload.remaining();
        ByteBuffer buffer = scratch;
        if (length > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
            if (length <= MAX_KEPT_FRAME_BYTES) {
                scratch = buffer;
            }
        }
        buffer.clear();
        FrameCodec.putFrame(buffer, offset, payload);
        return buffer.flip();
    }

    /// Writes zeros where frames will be. To sync what is written over them costs half of what it costs to sync a file
    /// that grows, of which the file system has to keep the new size as well.
    @GuardedBy("this")
    private void fillAheadLocked(DiskFile file, int length) {
        long ahead = Math.min(currentSize, fileBytes / MAX_AHEAD_SHARE);
        long end = Math.min(fileBytes, currentSize + length + ahead);
        if (currentSize + length <= filledSize || ahead < fileBytes / MIN_AHEAD_SHARE || end <= currentSize) {
            return;
        }
        long at = Math.max(filledSize, currentSize);
        filledSize = end;
        try {
            while (at < end) {
                int count = (int) Math.min(ZEROS.capacity(), end - at);
                file.write(ZEROS.slice(0, count), at);
                at += count;
            }
        } catch (IOException e) {
            // The frame itself may still find room; if not, it says so.
            filledSize = fileBytes;
        }
    }

    /// Writes a frame or leaves no trace of it that a reader would take for one.
    @GuardedBy("this")
    private void writeLocked(DiskFile file, ByteBuffer frame) throws IOException {
        try {
            file.write(frame, currentSize);
        } catch (IOException e) {
            try {
                file.truncate(currentSize);
                filledSize = currentSize;
            } catch (IOException truncateFailure) {
                // The frame may be there whole although the write failed: its offset must not be given out again.
                e.addSuppressed(truncateFailure);
                endOffset++;
                retireCurrentLocked();
            }
            throw e;
        }
    }

    @GuardedBy("this")
    private DiskFile currentFileLocked() throws IOException {
        DiskFile file = current;
        if (file != null && currentSize < fileBytes) {
            return file;
        }
        retireCurrentLocked();
        long base = endOffset;
        DiskFile created = disk.open(path(base));
        try {
            // A file of this name can only be one that never got a frame that checks.
            created.truncate(0);
            created.write(FrameCodec.fileHeader(MAGIC, number, base), 0);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            created.close();
            throw e;
        }
        current = created;
        currentBase = base;
        currentSize = FrameCodec.FILE_HEADER_BYTES;
        filledSize = currentSize;
        files.put(base, currentSize);
        return created;
    }

    @GuardedBy("this")
    private void retireCurrentLocked() {
        DiskFile file = current;
        if (file != null) {
            retired.add(file);
            current = null;
        }
    }

    GroupCommit commits() {
        return commits;
    }

    private GroupCommit.Synced sync() {
        List<DiskFile> toSync;
        List<DiskFile> toClose;
        long end;
        synchronized (this) {
            end = endOffset;
            toClose = List.copyOf(retired);
            retired.clear();
            toSync = new ArrayList<>(toClose);
            DiskFile file = current;
            if (file != null) {
                toSync.add(file);
            }
        }
        Optional<String> failure = syncAll(toSync, toClose);
        if (failure.isEmpty()) {
            return new GroupCommit.Synced(end, false, "");
        }
        // Nothing is known of the unsynced frames: they are refused, and a new file begins. Frames written
        // meanwhile to the same file share its fate.
        synchronized (this) {
            losses++;
            if (current != null && toSync.contains(current)) {
                DiskFile broken = current;
                current = null;
                closeQuietly(broken);
            }
            return new GroupCommit.Synced(endOffset, true, failure.get());
        }
    }

    /// @return why one of them could not be synced
    private static Optional<String> syncAll(List<DiskFile> toSync, List<DiskFile> toClose) {
        try {
            for (DiskFile file : toSync) {
                file.sync();
            }
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            toClose.forEach(LocalPartition::closeQuietly);
        }
    }

    private static void closeQuietly(DiskFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // What mattered was the sync, and its outcome is known.
        }
    }

    /// The path of the file that holds `offset` or, if none does, the next one after it.
    synchronized Optional<Map.Entry<Long, Path>> fileFor(long offset) {
        Map.Entry<Long, Long> entry = files.floorEntry(offset);
        if (entry == null) {
            entry = files.ceilingEntry(offset);
        }
        return Optional.ofNullable(entry).map(e -> Map.entry(e.getKey(), path(e.getKey())));
    }

    synchronized Optional<Map.Entry<Long, Path>> fileAfter(long base) {
        return Optional.ofNullable(files.higherKey(base)).map(next -> Map.entry(next, path(next)));
    }

    synchronized void truncate(long offset) {
        try {
            Map.Entry<Long, Long> newest = files.lastEntry();
            if (offset >= endOffset && newest != null && newest.getValue() > FrameCodec.FILE_HEADER_BYTES) {
                // All of it is given up: a new file tells where offsets go on, and the old ones can go at once.
                retireCurrentLocked();
                currentFileLocked();
            }
            while (files.size() > 1) {
                long first = files.firstKey();
                Long next = files.higherKey(first);
                if (next == null || next > offset || current != null && first == currentBase) {
                    break;
                }
                disk.delete(path(first));
                files.remove(first);
            }
        } catch (IOException e) {
            throw LocalIngestLog.ioError("remove files of the ingest log in " + directory, e);
        }
    }

    synchronized void close() {
        cutZerosLocked();
        retireCurrentLocked();
        for (DiskFile file : retired) {
            closeQuietly(file);
        }
        retired.clear();
    }

    @GuardedBy("this")
    private void cutZerosLocked() {
        DiskFile file = current;
        if (file != null && filledSize > currentSize) {
            try {
                file.truncate(currentSize);
            } catch (IOException e) {
                // Readers take zeros for the end.
            }
        }
    }
}
