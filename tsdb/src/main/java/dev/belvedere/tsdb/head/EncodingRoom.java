package dev.belvedere.tsdb.head;

import java.util.Arrays;

/// Where rows and columns lie while they are encoded, for groups of which never two are encoded at once.
///
/// Takes 8 bytes for each column of the largest group and each row that one chunk had packed.
final class EncodingRoom {

    private static final double[] NONE = {};

    private final double[] column = new double[OpenRows.MAX_ROWS];
    private final double[][] rows = new double[OpenRows.MAX_ROWS][];

    EncodingRoom() {
        Arrays.fill(rows, NONE);
    }

    /// Room for the values of one column.
    double[] column() {
        return column;
    }

    /// A copy of a row, which lies here until the next group is encoded and may be longer.
    double[] copy(int row, double[] source) {
        if (rows[row].length < source.length) {
            rows[row] = new double[source.length];
        }
        System.arraycopy(source, 0, rows[row], 0, source.length);
        return rows[row];
    }

    boolean isHere(double[] array) {
        for (double[] row : rows) {
            if (row == array) {
                return true;
            }
        }
        return false;
    }
}
