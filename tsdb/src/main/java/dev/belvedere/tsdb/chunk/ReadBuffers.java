package dev.belvedere.tsdb.chunk;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;
import java.util.ArrayList;
import java.util.List;

/// What decoding columns takes besides their bytes: shared by all chunks that one thread has open, so that a query over
/// few columns of many chunks makes it once. Used by one thread.
public final class ReadBuffers {

    /// Set to a column or a page right before it is read.
    final ByteSource in = new ByteSource(new byte[0]);

    /// Never keeps integers: a chunk with columns that are relative to others has one that does, to itself.
    final ColumnDecoder decoder = new ColumnDecoder();

    private final List<ColumnDecoder> keeping = new ArrayList<>();
    private int keepingInUse;

    /// Takes what nobody wants.
    final SampleColumn scratch = new SampleColumn();

    private final SampleColumn piece = new SampleColumn();
    private long[] times = {};

    /// Says that what was opened before is done with: what it had to itself serves what is opened next.
    public void reuse() {
        keepingInUse = 0;
    }

    /// A decoder that keeps integers, for one chunk alone until [#reuse].
    ColumnDecoder keepingDecoder() {
        if (keepingInUse == keeping.size()) {
            keeping.add(new ColumnDecoder());
        }
        ColumnDecoder decoder = keeping.get(keepingInUse++);
        decoder.keepIntegers();
        return decoder;
    }

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
