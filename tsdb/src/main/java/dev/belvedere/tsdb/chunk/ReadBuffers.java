package dev.belvedere.tsdb.chunk;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;

/// What decoding columns takes besides their bytes: shared by all chunks that one thread has open, so that a query over
/// few columns of many chunks makes it once. Used by one thread.
public final class ReadBuffers {

    /// Set to a column or a page right before it is read.
    final ByteSource in = new ByteSource(new byte[0]);

    /// Never keeps integers: a chunk with columns that are relative to others has a decoder of its own.
    final ColumnDecoder decoder = new ColumnDecoder();

    /// Takes what nobody wants.
    final SampleColumn scratch = new SampleColumn();

    private final SampleColumn piece = new SampleColumn();
    private long[] times = {};

    /// Takes a column of one chunk whose rows are then copied to where they belong among those of others.
    public SampleColumn piece() {
        return piece;
    }

    /// An array for the times of rows that lie in several chunks, at least `count` long: the one that was handed out
    /// before, if that does. A query goes over many targets, one after the other.
    public long[] times(int count) {
        if (times.length < count) {
            times = new long[Math.max(count, times.length + (times.length >> 1))];
        }
        return times;
    }
}
