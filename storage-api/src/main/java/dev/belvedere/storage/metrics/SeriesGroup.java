package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.Labels;
import java.util.Optional;
import java.util.function.Predicate;

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

    /// Those labels of a series whose names are wanted, without making the others where the store can.
    default Labels labels(int series, Predicate<String> isWanted) {
        return labels(series).filter(isWanted);
    }

    /// What [#definition] numbers, if the store keeps the labels of series in two parts: the labels of a series are
    /// then those of its definition and [#targetLabels]. Groups of one cursor that have it have the same object.
    default Optional<Definitions> definitions() {
        return Optional.empty();
    }

    /// The number of a series' definition. Only where there are [#definitions].
    default int definition(int series) {
        throw new UnsupportedOperationException("the series of this group have no definitions");
    }

    /// The labels that all series of the group have besides those of their definitions. Only where there are
    /// [#definitions].
    default Labels targetLabels() {
        throw new UnsupportedOperationException("the series of this group have no definitions");
    }

    /// Decodes one series: afterwards `into` has [#rowCount] rows that line up with [#timestamps].
    void read(int series, SampleColumn into);

    /// How much time a row stands for at most: 0 where all rows are samples; else some are downsampled windows, each
    /// with its end as timestamp. What [#read] gives of them depends on the request's `Folding`.
    default long resolutionMillis() {
        return 0;
    }

    /// Decodes one aggregate of the windows of a series, as [#read] does samples. Only where the request's `Folding`
    /// says that windows are handed out.
    default void read(int series, Aggregate aggregate, SampleColumn into) {
        throw new UnsupportedOperationException("the rows of this group are handed out as samples");
    }
}
