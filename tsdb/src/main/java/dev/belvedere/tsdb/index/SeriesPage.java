package dev.belvedere.tsdb.index;

/// How what is kept by the number of a series lies in pages.
public final class SeriesPage {

    private static final int BITS = 8;

    /// Series of a page.
    public static final int SIZE = 1 << BITS;

    private SeriesPage() {}

    /// The page of a series.
    public static int of(int series) {
        return series >>> BITS;
    }

    /// The place of a series in its page.
    public static int place(int series) {
        return series & SIZE - 1;
    }
}
