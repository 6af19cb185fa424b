package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ColumnEncoder;

/// Rows and columns that are to be encoded.
public interface ColumnSource {

    int rows();

    /// Strictly ascending; only the first [#rows] count.
    long[] times();

    /// Valid until the next call.
    ColumnEncoder.Rows column(int column);

    /// Whether a column is the next higher bucket of the classic histogram in the column before it.
    default boolean isNextBucket(int column) {
        return false;
    }
}
