package dev.belvedere.wire.otlp;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;

/// Takes what OTLP metrics become.
///
/// A request may turn out to be broken after half of it was given: a sink must be able to forget it.
public interface MetricSink {

    /// @param startMillis when a cumulative value began, 0 where nobody said
    void sample(Labels labels, long timestampMillis, long startMillis, double value);

    void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram);

    void exemplar(Labels series, Exemplar exemplar);

    void metadata(String metricFamily, MetricMetadata metadata);
}
