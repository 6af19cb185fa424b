package dev.belvedere.tsdb.chunk;

import dev.belvedere.storage.metrics.SampleColumn;

/// A chunk being read by one thread. Columns are cheapest in ascending order.
public interface OpenChunk {

    int rows();

    /// Strictly ascending; only the first [#rows] count. Not to be changed.
    long[] times();

    /// Decodes a column into rows `at` to `at + rows()` of `into`, which has that many.
    void read(int column, SampleColumn into, int at);

    /// Decodes rows `from` to `to` of a column into rows from `at` on of `into`.
    ///
    /// @return false if the column is not one of floats alone: nothing was read
    default boolean readFloats(int column, RowRange rows, SampleColumn into, int at) {
        return false;
    }

    /// Rows of a chunk; `to` is exclusive.
    record RowRange(int from, int to) {}

    /// Whether the column last read has a float that is no stale marker in every row.
    boolean isDense();

    /// Whether, besides, its values never fall.
    boolean isNonDecreasing();
}
