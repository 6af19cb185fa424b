package dev.belvedere.tsdb.codec;

/// Which rows of a column are wanted.
///
/// @param count of all rows
/// @param to exclusive
public record RowSpan(int count, int from, int to) {

    public static RowSpan all(int count) {
        return new RowSpan(count, 0, count);
    }

    public boolean contains(RowSpan other) {
        return count == other.count && from <= other.from && to >= other.to;
    }

    int length() {
        return to - from;
    }
}
