package dev.belvedere.platform.log;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// The ingest log of one machine: a directory of files per partition, group-committed by fsync.
///
/// Format: docs/format/ingest-log.md. Cost of an append: one copy, one CRC32C, one `write`; of a commit: one
/// `fsync` shared by all who wait for it.
public final class LocalIngestLog implements IngestLog {

    /// @param fileBytes a file that has reached this size is followed by a new one
    /// @param reserveBytes writes are refused while the disk has less room than this
    /// @param syncThreads run the syncs that [#whenDurable] asks for and tell who asked; those that run out of
    ///     other work first make one sync of many
    public record Options(long fileBytes, long reserveBytes, Executor syncThreads) {

        public static final Options DEFAULT = new Options(16L << 20, 64L << 20);

        /// With a thread for each sync.
        public Options(long fileBytes, long reserveBytes) {
            this(fileBytes, reserveBytes, Thread::startVirtualThread);
        }
    }

    private static final long SPACE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Disk disk;
    private final Path directory;
    private final Options options;
    private final TimeSource time;
    private final List<LocalPartition> partitions = new ArrayList<>();
    private volatile boolean isSpaceShort;
    private volatile long spaceCheckedAtNanos;
    private volatile boolean isSpaceChecked;

    /// Opens the log, creating what is missing. Existing frames are found at once; nothing is written until the
    /// first append.
    ///
    /// @throws OperationException `io_error` if the directory cannot be read
    public LocalIngestLog(Disk disk, Path directory, int partitions, Options options, TimeSource time) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.time = time;
        try {
            for (int i = 0; i < partitions; i++) {
                Path path = directory.resolve("%04d".formatted(i));
                disk.createDirectories(path);
                this.partitions.add(new LocalPartition(disk, path, i, options.fileBytes(), options.syncThreads()));
            }
        } catch (IOException e) {
            throw ioError("open the ingest log in " + directory, e);
        }
    }

    static OperationException ioError(String action, IOException cause) {
        return new OperationException(
                "io_error", Fault.DEPENDENCY, "could not " + action + ": " + cause.getMessage(), cause);
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public long append(int partition, ByteBuffer payload) {
        requireAppendable(payload);
        return partitions.get(partition).append(payload);
    }

    @Override
    public long appendUnlessLost(int partition, ByteBuffer payload, long expectedLosses) {
        requireAppendable(payload);
        return partitions.get(partition).appendUnlessLost(payload, expectedLosses);
    }

    @Override
    public long losses(int partition) {
        return partitions.get(partition).losses();
    }

    private void requireAppendable(ByteBuffer payload) {
        int length = payload.remaining();
        if (length == 0 || length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("payload of " + length + " bytes, allowed 1 to " + MAX_PAYLOAD_BYTES);
        }
        requireSpace();
    }

    private void requireSpace() {
        long now = time.nanoTime();
        if (!isSpaceChecked || now - spaceCheckedAtNanos > SPACE_CHECK_NANOS) {
            try {
                isSpaceShort = disk.usableBytes(directory) < options.reserveBytes();
            } catch (IOException e) {
                throw ioError("look up the free space of " + directory, e);
            }
            spaceCheckedAtNanos = now;
            isSpaceChecked = true;
        }
        if (isSpaceShort) {
            throw new OperationException(
                    "disk_full",
                    Fault.OVERLOAD,
                    "the disk of " + directory + " has less than the reserve of " + (options.reserveBytes() >> 20)
                            + " MiB free; writes are refused until there is room (free some, or lower data.reserve)");
        }
    }

    @Override
    public void awaitDurable(int partition, long offset) {
        partitions.get(partition).commits().awaitDurable(offset);
    }

    @Override
    public void whenDurable(int partition, long offset, SyncListener listener) {
        partitions.get(partition).commits().whenDurable(offset, listener);
    }

    @Override
    public long endOffset(int partition) {
        return partitions.get(partition).endOffset();
    }

    @Override
    public long startOffset(int partition) {
        return partitions.get(partition).startOffset();
    }

    @Override
    public void reserveBelow(int partition, long offset) {
        partitions.get(partition).reserveBelow(offset);
    }

    @Override
    public IngestLogReader read(int partition, long fromOffset) {
        return new LocalIngestLogReader(disk, partitions.get(partition), fromOffset);
    }

    @Override
    public void truncate(int partition, long offset) {
        partitions.get(partition).truncate(offset);
    }

    /// Bytes of all files.
    @Override
    public long sizeBytes() {
        return partitions.stream().mapToLong(LocalPartition::sizeBytes).sum();
    }

    @Override
    public void close() {
        partitions.forEach(LocalPartition::close);
    }
}
