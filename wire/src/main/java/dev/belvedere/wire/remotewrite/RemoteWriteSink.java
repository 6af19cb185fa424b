package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;

/// Takes the content of a remote write request while it is decoded, in its order.
///
/// A request may turn out to be broken after half of it was given: a sink must be able to forget it.
public interface RemoteWriteSink {

    /// Begins a series that the sink knows by its key: what follows is its own, as after [#series(SeriesLabels)].
    ///
    /// @return false if the key is not known; then its labels are given
    default boolean series(SeriesKey key) {
        return false;
    }

    /// Begins the series that the sink expects to come next if this is it, which half of its key tells: enough where
    /// one series alone may be meant, since two that are compared share it once in more than 2^50 times.
    ///
    /// @param lowKey the low half of the key
    /// @return false, having begun nothing, if it is another series
    default boolean expectedSeries(long lowKey) {
        return false;
    }

    /// Begins a series: samples, histograms, exemplars and series metadata that follow are its own.
    ///
    /// @param labels valid during this call only
    /// @return whether it is taken
    boolean series(SeriesLabels labels);

    /// @param startMillis when a cumulative value began, 0 where nobody said
    void sample(long timestampMillis, long startMillis, double value);

    void histogram(long timestampMillis, long startMillis, NativeHistogram histogram);

    /// A histogram that contradicts itself.
    void invalidHistogram(long timestampMillis, String problem);

    void exemplar(Exemplar exemplar);

    /// An exemplar whose labels are wrong or longer than OpenMetrics allows.
    void invalidExemplar();

    /// An exemplar whose labels cannot be told.
    default void unreadableExemplar(String problem) {
        invalidExemplar();
    }

    /// Whether metadata is what was told last of a metric; notes it. The keys are valid during this call only.
    ///
    /// @param metric stands for its name
    /// @param metadata stands for name, type, help and unit
    default boolean isToldMetadata(SeriesKey metric, SeriesKey metadata) {
        return false;
    }

    /// What remote write 2.0 tells of the series in hand: of one that was not known always, of others if it was not
    /// told last.
    void seriesMetadata(String metricName, MetricMetadata metadata);

    /// What remote write 1.0 tells of a family.
    void familyMetadata(String metricFamily, MetricMetadata metadata);
}
