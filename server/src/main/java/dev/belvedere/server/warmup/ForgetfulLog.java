package dev.belvedere.server.warmup;

import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.platform.log.SyncListener;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/// A log that numbers frames and keeps none: nobody starts again from samples that are made to be asked about.
final class ForgetfulLog implements IngestLog {

    private final AtomicLongArray ends;

    ForgetfulLog(int partitions) {
        ends = new AtomicLongArray(partitions);
    }

    @Override
    public int partitions() {
        return ends.length();
    }

    @Override
    public long append(int partition, ByteBuffer payload) {
        return ends.getAndIncrement(partition);
    }

    @Override
    public long appendUnlessLost(int partition, ByteBuffer payload, long expectedLosses) {
        return append(partition, payload);
    }

    @Override
    public long losses(int partition) {
        return 0;
    }

    @Override
    public void awaitDurable(int partition, long offset) {}

    @Override
    public void whenDurable(int partition, long offset, SyncListener listener) {
        listener.synced();
    }

    @Override
    public long endOffset(int partition) {
        return ends.get(partition);
    }

    @Override
    public long startOffset(int partition) {
        return ends.get(partition);
    }

    @Override
    public void reserveBelow(int partition, long offset) {
        ends.accumulateAndGet(partition, offset, Math::max);
    }

    @Override
    public IngestLogReader read(int partition, long fromOffset) {
        return new Nothing();
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public void truncate(int partition, long offset) {}

    @Override
    public void close() {}

    private static final class Nothing implements IngestLogReader {

        @Override
        public boolean next() {
            return false;
        }

        @Override
        public long offset() {
            throw new IllegalStateException("there is no frame");
        }

        @Override
        public ByteBuffer payload() {
            throw new IllegalStateException("there is no frame");
        }

        @Override
        public void close() {}
    }
}
