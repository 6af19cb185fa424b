package dev.belvedere.tsdb.codec;

/// Which rows of a column are wanted.
///
/// @param count of all rows
/// @param to exclusive
public record RowSpan(int count, int from, int to) {

    /// Those that are asked for, column by column: chunks of merged blocks have at most so many rows.
    private static final RowSpan[] ALL = new RowSpan[257];

    static {
        for (int count = 0; count < ALL.length; count++) {
            ALL[count] = new RowSpan(count, 0, count);
        }
    }

    public static RowSpan all(int count) {
        return count < ALL.length ? ALL[count] : new RowSpan(count, 0, count);
    }

    public boolean contains(RowSpan other) {
        return count == other.count && from <= other.from && to >= other.to;
    }

    int length() {
        return to - from;
    }
}
