package dev.belvedere.tsdb.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which series stands in which column. Shared by all chunks of a target that have the same columns.
///
/// Finding a series costs nothing where their numbers are consecutive, else a binary search.
public final class ColumnLayout {

    private final int[] series;

    /// Series ascending, with their columns alongside; absent where `series` itself ascends.
    private final int @Nullable [] sortedSeries;

    private final int @Nullable [] sortedColumns;
    private final boolean isConsecutive;

    /// @param series the series of each column; not copied, never changed
    public ColumnLayout(int[] series) {
        this.series = series;
        boolean isAscending = true;
        for (int i = 1; i < series.length; i++) {
            isAscending &= series[i] > series[i - 1];
        }
        this.isConsecutive =
                isAscending && series.length > 0 && series[series.length - 1] - series[0] == series.length - 1;
        if (isAscending) {
            sortedSeries = null;
            sortedColumns = null;
        } else {
            long[] pairs = new long[series.length];
            for (int i = 0; i < series.length; i++) {
                pairs[i] = (long) series[i] << 32 | i;
            }
            Arrays.sort(pairs);
            sortedSeries = new int[series.length];
            sortedColumns = new int[series.length];
            for (int i = 0; i < series.length; i++) {
                sortedSeries[i] = (int) (pairs[i] >>> 32);
                sortedColumns[i] = (int) pairs[i];
            }
        }
    }

    public int columns() {
        return series.length;
    }

    public int series(int column) {
        return series[column];
    }

    /// The series of all columns; not to be changed.
    public int[] series() {
        return series;
    }

    /// The column of a series, or a negative number.
    ///
    /// @param guess where it may be
    public int indexOf(int wanted, int guess) {
        return guess < series.length && series[guess] == wanted ? guess : indexOf(wanted);
    }

    /// The column of a series, or a negative number.
    public int indexOf(int wanted) {
        if (isConsecutive) {
            int column = wanted - series[0];
            return column >= 0 && column < series.length ? column : -1;
        }
        int[] sorted = sortedSeries;
        int[] columns = sortedColumns;
        if (sorted == null || columns == null) {
            return Arrays.binarySearch(series, wanted);
        }
        int at = Arrays.binarySearch(sorted, wanted);
        return at < 0 ? -1 : columns[at];
    }
}
