package dev.belvedere.storage.metrics;

/// Goes once over the series of one partition, a group at a time. Used by one thread.
public interface SeriesCursor extends AutoCloseable {

    /// Moves to the next group; false at the end. Checks the query's budget where there are many of them.
    boolean next();

    /// The current group; valid until the next call of [#next] or [#close].
    SeriesGroup group();

    /// How many series all groups have together at most; 0 if that is not known.
    default long seriesCount() {
        return 0;
    }

    @Override
    void close();
}
