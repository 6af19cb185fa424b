package dev.belvedere.tsdb.chunk;

import dev.belvedere.storage.metrics.SampleColumn;

/// A chunk being read by one thread. Columns are cheapest in ascending order.
public interface OpenChunk {

    int rows();

    /// Strictly ascending; only the first [#rows] count. Not to be changed.
    long[] times();

    /// Decodes a column into rows `at` to `at + rows()` of `into`, which has that many.
    void read(int column, SampleColumn into, int at);

    /// Whether the column last read has a float that is no stale marker in every row.
    boolean isDense();

    /// Whether, besides, its values never fall.
    boolean isNonDecreasing();
}
