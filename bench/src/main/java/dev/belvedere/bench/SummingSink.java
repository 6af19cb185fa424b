package dev.belvedere.bench;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.otlp.MetricSink;
import dev.belvedere.wire.remotewrite.RemoteWriteSink;
import dev.belvedere.wire.remotewrite.SeriesKey;
import dev.belvedere.wire.remotewrite.SeriesLabels;

/// Takes samples from any decoder and adds them up, so that nothing of the decoding can be left out.
final class SummingSink implements RemoteWriteSink, MetricSink {

    double sum;

    /// Every series is known, so that labels are hashed and not taken apart.
    @Override
    public boolean series(SeriesKey key) {
        sum += key.low();
        return true;
    }

    @Override
    public boolean expectedSeries(long lowKey) {
        sum += lowKey;
        return true;
    }

    @Override
    public boolean series(SeriesLabels labels) {
        sum += labels.count();
        return false;
    }

    @Override
    public void sample(long timestampMillis, long startMillis, double value) {
        sum += value;
    }

    @Override
    public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
        sum += value + labels.size();
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
        sum += histogram.sum();
    }

    @Override
    public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
        sum += histogram.sum();
    }

    @Override
    public void invalidHistogram(long timestampMillis, String problem) {
        throw new IllegalStateException(problem);
    }

    @Override
    public void exemplar(Exemplar exemplar) {
        sum += exemplar.value();
    }

    @Override
    public void exemplar(Labels series, Exemplar exemplar) {
        sum += exemplar.value();
    }

    @Override
    public void invalidExemplar() {
        throw new IllegalStateException("an exemplar is invalid");
    }

    @Override
    public void seriesMetadata(String metricName, MetricMetadata metadata) {
        sum++;
    }

    @Override
    public void familyMetadata(String metricFamily, MetricMetadata metadata) {
        sum++;
    }

    @Override
    public void metadata(String metricFamily, MetricMetadata metadata) {
        sum++;
    }
}
