package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.chunk.OpenChunk.RowRange;
import java.util.Arrays;

/// Rows of floats, of which only those values are kept that differ from the row that was opened next: some 40 % of what
/// targets send. That row is the next packed one, for the last packed one the first that is not.
///
/// A row has a bit for each column, in words of 64, and for each word the place of its first value. The same word of
/// all rows lies side by side, so that a query for a few columns touches little. Arrays are kept from one chunk to the
/// next.
final class PackedRows {

    private static final int[] NO_PLACES = {};
    private static final long[] NO_WORDS = {};
    private static final double[] NO_VALUES = {};

    /// Room is made for so many more rows at most, by what those so far took.
    private static final int MAX_ROWS_AHEAD = 16;

    /// And for so much more than these would take, so that the next chunk has room too.
    private static final int MARGIN_SHIFT = 4;

    /// Room is kept that is more than was needed by so much of it.
    private static final int SLACK_SHIFT = 2;

    private int rows;

    /// How many rows the chunk will have if it is not cut short.
    private int expectedRows;

    /// Words of a row.
    private int words;

    /// Rows that there is room for in each word.
    private int room;

    /// By word and row: the columns whose values differ.
    private long[] differing = NO_WORDS;

    /// By word and row: where the value of the first of these stands.
    private int[] places = NO_PLACES;

    private double[] values = NO_VALUES;
    private int valueCount;

    int rows() {
        return rows;
    }

    long sizeBytes() {
        return 8L * differing.length + 4L * places.length + 8L * values.length;
    }

    /// Adds a row.
    ///
    /// @param next the row opened next, which does not change any more
    /// @param columns how many of both count, no fewer than before
    /// @param rowsAhead how many rows will probably follow
    void add(double[] row, double[] next, int columns, int rowsAhead) {
        expectedRows = rows + 1 + rowsAhead;
        int roomAhead = Math.min(rowsAhead, MAX_ROWS_AHEAD);
        ensureRoom((columns + Long.SIZE - 1) / Long.SIZE, roomAhead);
        int count = 0;
        for (int w = 0; w < words; w++) {
            int from = w * Long.SIZE;
            long bits = differing(row, next, from, Math.min(columns, from + Long.SIZE));
            differing[w * room + rows] = bits;
            places[w * room + rows] = valueCount + count;
            count += Long.bitCount(bits);
        }
        ensureValues(valueCount + count, roomAhead);
        for (int w = 0; w < words; w++) {
            for (long bits = differing[w * room + rows]; bits != 0; bits &= bits - 1) {
                values[valueCount++] = row[w * Long.SIZE + Long.numberOfTrailingZeros(bits)];
            }
        }
        rows++;
    }

    private static long differing(double[] row, double[] next, int from, int to) {
        long bits = 0;
        for (int column = from; column < to; column++) {
            long difference = Double.doubleToRawLongBits(row[column]) ^ Double.doubleToRawLongBits(next[column]);
            bits |= (difference | -difference) >>> Long.SIZE - 1 << column;
        }
        return bits;
    }

    private void ensureRoom(int neededWords, int rowsAhead) {
        int wordsBefore = words;
        int roomBefore = room;
        words = Math.max(words, neededWords);
        if (rows == 0) {
            room = Math.clamp(differing.length / words, rowsAhead + 1, OpenRows.MAX_ROWS);
        } else if (rows == room) {
            room += rowsAhead + 1;
        }
        if (words * room > differing.length) {
            differing = Arrays.copyOf(differing, words * room);
            places = Arrays.copyOf(places, words * room);
        }
        for (int w = wordsBefore - 1; w > 0 && room > roomBefore; w--) {
            System.arraycopy(differing, w * roomBefore, differing, w * room, rows);
            System.arraycopy(places, w * roomBefore, places, w * room, rows);
        }
        // The columns of a row in words that it did not have equal those of the next row.
        for (int w = wordsBefore; w < words; w++) {
            Arrays.fill(differing, w * room, w * room + rows, 0);
        }
    }

    private void ensureValues(int needed, int rowsAhead) {
        if (needed > values.length) {
            long expected = (long) needed * (rows + 1 + rowsAhead) / (rows + 1);
            values = Arrays.copyOf(values, Math.toIntExact(expected + (expected >> MARGIN_SHIFT)));
        }
    }

    /// The value of a column in a row.
    ///
    /// @param next the column's value in the first row that is not packed
    double value(int column, int row, double next) {
        int word = column / Long.SIZE;
        if (word >= words) {
            return next;
        }
        for (int at = word * room + row; at < word * room + rows; at++) {
            if (isDiffering(at, column)) {
                return values[place(at, column)];
            }
        }
        return next;
    }

    /// Reads those rows of a range that are packed.
    ///
    /// @param next the column's value in the first row that is not packed
    /// @param at where the value of the range's first row goes
    void read(int column, double next, RowRange range, double[] into, int at) {
        int last = Math.min(rows, range.to()) - 1;
        int shift = at - range.from();
        int word = column / Long.SIZE;
        if (word >= words) {
            Arrays.fill(into, at, shift + last + 1, next);
            return;
        }
        int start = word * room;
        long bit = 1L << column;
        double value = value(column, last, next);
        for (int row = last; row >= range.from(); row--) {
            long bits = differing[start + row];
            if ((bits & bit) != 0) {
                value = values[places[start + row] + Long.bitCount(bits & bit - 1)];
            }
            into[shift + row] = value;
        }
    }

    /// Whether a column is not the same in all rows and the one behind them.
    boolean isDiffering(int column) {
        int word = column / Long.SIZE;
        for (int row = 0; row < rows && word < words; row++) {
            if (isDiffering(word * room + row, column)) {
                return true;
            }
        }
        return false;
    }

    private boolean isDiffering(int at, int column) {
        return (differing[at] >>> column & 1) != 0;
    }

    private int place(int at, int column) {
        return places[at] + Long.bitCount(differing[at] & (1L << column) - 1);
    }

    /// Makes a row of the one opened next.
    void unpack(int row, double[] next) {
        for (int w = 0; w < words; w++) {
            int place = places[w * room + row];
            for (long bits = differing[w * room + row]; bits != 0; bits &= bits - 1) {
                next[w * Long.SIZE + Long.numberOfTrailingZeros(bits)] = values[place++];
            }
        }
    }

    /// Forgets all rows. Their arrays are kept for the next ones, unless they are far too long for rows like these, as
    /// many as were expected: a chunk that is cut short, as by each flush, tells no more than that.
    void clear() {
        if (rows > 0) {
            long expectedValues = (long) valueCount * expectedRows / rows;
            if (isTooLong(values.length, expectedValues) || isTooLong(differing.length, (long) expectedRows * words)) {
                release();
            }
        }
        rows = 0;
        words = 0;
        valueCount = 0;
    }

    private static boolean isTooLong(int length, long used) {
        return length - used > used >> SLACK_SHIFT;
    }

    /// Forgets all rows, which others will not follow soon.
    void release() {
        differing = NO_WORDS;
        places = NO_PLACES;
        values = NO_VALUES;
        rows = 0;
        words = 0;
        valueCount = 0;
    }
}
