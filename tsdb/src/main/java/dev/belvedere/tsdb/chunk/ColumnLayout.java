package dev.belvedere.tsdb.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which series stands in which column. Shared by all chunks of a target that have the same columns.
///
/// Finding a series costs nothing where their numbers are consecutive, else a binary search.
public final class ColumnLayout {

    private final int[] series;

    private final boolean isAscending;
    private final boolean isConsecutive;

    /// Absent until a series is looked for, and where `series` itself ascends: most layouts of old blocks are never
    /// asked. Threads that race for it make the same.
    private @Nullable Sorted sorted;

    /// Series ascending, with their columns alongside.
    private record Sorted(int[] series, int[] columns) {

        static Sorted of(int[] series) {
            long[] pairs = new long[series.length];
            for (int i = 0; i < series.length; i++) {
                pairs[i] = (long) series[i] << 32 | i;
            }
            Arrays.sort(pairs);
            int[] ascending = new int[series.length];
            int[] columns = new int[series.length];
            for (int i = 0; i < series.length; i++) {
                ascending[i] = (int) (pairs[i] >>> 32);
                columns[i] = (int) pairs[i];
            }
            return new Sorted(ascending, columns);
        }
    }

    /// @param series the series of each column; not copied, never changed
    public ColumnLayout(int[] series) {
        this.series = series;
        boolean ascends = true;
        for (int i = 1; i < series.length; i++) {
            ascends &= series[i] > series[i - 1];
        }
        isAscending = ascends;
        isConsecutive = ascends && series.length > 0 && series[series.length - 1] - series[0] == series.length - 1;
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
        if (isAscending) {
            return Arrays.binarySearch(series, wanted);
        }
        Sorted known = sorted;
        if (known == null) {
            known = Sorted.of(series);
            sorted = known;
        }
        int at = Arrays.binarySearch(known.series(), wanted);
        return at < 0 ? -1 : known.columns()[at];
    }
}
