package dev.belvedere.api.otlp;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.otlp.MetricSink;

/// Hands samples to an appender, series by their labels.
final class AppenderSink implements MetricSink {

    private static final long REFUSED = Long.MIN_VALUE;

    private final MetricAppender appender;
    private final IngestLimits limits;
    private final Rejections rejections = new Rejections();
    private int recordCount;

    AppenderSink(MetricAppender appender, IngestLimits limits) {
        this.appender = appender;
        this.limits = limits;
    }

    private long ref(Labels labels) {
        if (++recordCount > limits.maxRecords()) {
            throw BodyTooLargeException.records(limits.maxRecords());
        }
        try {
            return appender.series(labels);
        } catch (OperationException e) {
            if (!e.code().equals("too_many_series")) {
                throw e;
            }
            rejections.add(e.getMessage());
            return REFUSED;
        }
    }

    @Override
    public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
        long ref = ref(labels);
        if (ref != REFUSED) {
            appender.append(ref, timestampMillis, startMillis, value);
        }
    }

    @Override
    public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
        long ref = ref(labels);
        if (ref != REFUSED) {
            appender.append(ref, timestampMillis, startMillis, histogram);
        }
    }

    @Override
    public void exemplar(Labels series, Exemplar exemplar) {
        long ref = exemplar.hasTimestamp() ? ref(series) : REFUSED;
        if (ref != REFUSED) {
            appender.appendExemplar(ref, exemplar);
        }
    }

    @Override
    public void metadata(String metricFamily, MetricMetadata metadata) {
        appender.updateMetadata(metricFamily, metadata);
    }

    Rejections rejections() {
        return rejections;
    }
}
