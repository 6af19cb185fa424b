package dev.belvedere.tsdb.codec;

/// Integers as runs of equal ones, as they were read last.
final class IntegerRuns {

    private static final long[] NONE = {};
    private static final int SHORT_RUN = 8;

    int count;

    /// The first run that has wanted rows, and the row at which it begins.
    int first;

    int firstRow;

    long[] lengths = NONE;

    /// Those from the first wanted run on.
    long[] values = NONE;

    void begin(int runs) {
        count = runs;
        if (lengths.length < runs) {
            int room = runs + (runs >> 1);
            lengths = new long[room];
            values = new long[room];
        }
    }

    void findFirst(RowSpan rows) {
        int run = 0;
        int at = 0;
        while (run < count && at + lengths[run] <= rows.from()) {
            at += length(run++, rows.count() - at);
        }
        first = run;
        firstRow = at;
    }

    /// @param most rows are left
    int length(int run, int most) {
        long length = lengths[run];
        if (length < 0 || length > most) {
            throw new MalformedBytesException("a run of " + length + " where " + most + " are left");
        }
        return (int) length;
    }

    /// @param end of the last run
    void requireEnd(int end, RowSpan rows) {
        if (end != rows.count()) {
            throw new MalformedBytesException("runs of " + end + ", not " + rows.count());
        }
    }

    /// Fills places up to `to`, and a few behind them, below `limit`, which the next run fills anew: for most runs that
    /// is one store after the other, whatever their length.
    static void fill(long[] into, int from, int to, int limit, long value) {
        int at = from;
        if (limit - from >= SHORT_RUN) {
            into[at] = value;
            into[at + 1] = value;
            into[at + 2] = value;
            into[at + 3] = value;
            into[at + 4] = value;
            into[at + 5] = value;
            into[at + 6] = value;
            into[at + 7] = value;
            at += SHORT_RUN;
        }
        for (; at < to; at++) {
            into[at] = value;
        }
    }

    /// The same for doubles.
    static void fill(double[] into, int from, int to, int limit, double value) {
        int at = from;
        if (limit - from >= SHORT_RUN) {
            into[at] = value;
            into[at + 1] = value;
            into[at + 2] = value;
            into[at + 3] = value;
            into[at + 4] = value;
            into[at + 5] = value;
            into[at + 6] = value;
            into[at + 7] = value;
            at += SHORT_RUN;
        }
        for (; at < to; at++) {
            into[at] = value;
        }
    }
}
