package dev.belvedere.eventdb.segment;

/// Where the columns of a run of rows are, and what is known of them without reading.
///
/// @param firstRow the number of its first row within the segment
/// @param firstKey logs: the first row's stream; spans: 0
/// @param lastKey logs: the last row's stream; spans: 0
/// @param columns their ids, ascending; `offsets` and `lengths` go with them
public record RowGroup(
        int firstRow,
        int rows,
        long minNanos,
        long maxNanos,
        int firstKey,
        int lastKey,
        int[] columns,
        long[] offsets,
        int[] lengths) {

    /// The place of a column in the arrays, or -1 where the group has none.
    int indexOf(int column) {
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] == column) {
                return i;
            }
        }
        return -1;
    }

    public boolean overlaps(long startNanos, long endNanos) {
        return minNanos < endNanos && maxNanos >= startNanos;
    }
}
