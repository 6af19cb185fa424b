package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.Labels;

/// Series that were sampled together and share one column of timestamps: what a target exposes, or a single
/// series.
///
/// Everything that depends on time alone (window bounds, look-back, extrapolation) is computed once per group;
/// values are decoded one series after the other into a column that the caller owns and reuses.
public interface SeriesGroup {

    /// Rows in this group; may be 0.
    int rowCount();

    /// Ascending, no time twice; only the first [#rowCount] are valid. Not to be changed.
    long[] timestamps();

    int seriesCount();

    /// The labels of a series, `__name__` included.
    Labels labels(int series);

    /// Decodes one series: afterwards `into` has [#rowCount] rows that line up with [#timestamps].
    void read(int series, SampleColumn into);

    /// How much time a row stands for at most: 0 where all rows are samples; else some are downsampled windows, each
    /// with
    /// its end as timestamp. What [#read] gives of them depends on the request's `Folding`.
    default long resolutionMillis() {
        return 0;
    }

    /// Decodes one aggregate of the windows of a series, as [#read] does samples. Only where the request's `Folding`
    /// says that windows are handed out.
    default void read(int series, Aggregate aggregate, SampleColumn into) {
        throw new UnsupportedOperationException("the rows of this group are handed out as samples");
    }
}
