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
}
