package dev.belvedere.tsdb.head;

/// How many runs of samples of one series a head has, encoded or open, and since when.
public final class HeadExtent {

    private long chunkCount;
    private long minMillis = Long.MAX_VALUE;

    /// @param millis the earliest time of a run of each of some series
    void add(int series, long millis) {
        chunkCount += series;
        minMillis = Math.min(minMillis, millis);
    }

    public long chunkCount() {
        return chunkCount;
    }

    /// The time of the earliest sample, [Long#MAX_VALUE] if there is none.
    public long minMillis() {
        return minMillis;
    }
}
