package dev.belvedere.api.remotewrite;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.remotewrite.RemoteWriteSink;
import dev.belvedere.wire.remotewrite.SeriesKey;
import dev.belvedere.wire.remotewrite.SeriesLabels;
import dev.belvedere.wire.remotewrite.SeriesLabels.Parsed;
import java.util.ArrayList;
import java.util.List;

/// Hands what a request holds to an appender, series by their refs.
final class RequestSink implements RemoteWriteSink {

    private final MetricAppender appender;
    private final SeriesRefCache.Lookup refs;
    private final ToldMetadata told;
    private final IngestLimits limits;
    private final boolean isVersion2;

    private final Rejections rejections = new Rejections();
    private final Rejections seriesRejections = new Rejections();
    private final Rejections untoldRejections = new Rejections();
    private final Rejections exemplarRejections = new Rejections();
    private int droppedExemplars;
    private final List<SeriesRefCache.Found> found = new ArrayList<>();
    private int samples;
    private int histograms;
    private int exemplars;
    private int recordCount;

    private long ref = SeriesRefCache.NONE;
    private String problem = "";
    private boolean hasInvalidLabels;
    private long lastTimestampMillis;

    RequestSink(
            MetricAppender appender,
            SeriesRefCache.Lookup refs,
            ToldMetadata told,
            IngestLimits limits,
            boolean isVersion2) {
        this.appender = appender;
        this.refs = refs;
        this.told = told;
        this.limits = limits;
        this.isVersion2 = isVersion2;
    }

    @Override
    public boolean series(SeriesKey key) {
        lastTimestampMillis = Exemplar.NO_TIMESTAMP;
        ref = refs.find(key.high(), key.low());
        return ref != SeriesRefCache.NONE;
    }

    @Override
    public boolean expectedSeries(long lowKey) {
        lastTimestampMillis = Exemplar.NO_TIMESTAMP;
        ref = refs.findNext(lowKey);
        return ref != SeriesRefCache.NONE;
    }

    @Override
    public boolean series(SeriesLabels raw) {
        problem = "";
        hasInvalidLabels = false;
        ref = SeriesRefCache.NONE;
        switch (raw.parse(limits)) {
            case Parsed.Invalid invalid -> {
                problem = invalid.problem();
                hasInvalidLabels = true;
                seriesRejections.add(problem);
            }
            case Parsed.BeyondLimit beyond -> problem = beyond.problem();
            case Parsed.Valid valid -> resolve(valid.labels(), raw);
        }
        return ref != SeriesRefCache.NONE;
    }

    private void resolve(Labels valid, SeriesLabels raw) {
        try {
            ref = appender.series(valid);
            found.add(new SeriesRefCache.Found(raw.key().high(), raw.key().low(), ref));
        } catch (OperationException e) {
            if (!e.code().equals("too_many_series")) {
                throw e;
            }
            problem = e.getMessage();
        }
    }

    /// Counts a sample; false if its series was refused.
    private boolean take(long timestampMillis) {
        if (++recordCount > limits.maxRecords()) {
            throw BodyTooLargeException.records(limits.maxRecords());
        }
        lastTimestampMillis = timestampMillis;
        if (ref == SeriesRefCache.NONE) {
            refuse();
            return false;
        }
        return true;
    }

    private void refuse() {
        (hasInvalidLabels && !isVersion2 ? untoldRejections : rejections).add(problem);
    }

    @Override
    public void sample(long timestampMillis, long startMillis, double value) {
        if (take(timestampMillis)) {
            appender.append(ref, timestampMillis, startMillis, value);
            samples++;
        }
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
        if (take(timestampMillis)) {
            appender.append(ref, timestampMillis, startMillis, histogram);
            histograms++;
        }
    }

    @Override
    public void invalidHistogram(long timestampMillis, String wrong) {
        if (take(timestampMillis)) {
            rejections.add("a native histogram contradicts itself: " + wrong);
        }
    }

    @Override
    public void exemplar(Exemplar exemplar) {
        long timestamp = exemplar.hasTimestamp() ? exemplar.timestampMillis() : lastTimestampMillis;
        if (ref == SeriesRefCache.NONE) {
            exemplarRejections.add(problem);
        } else if (timestamp == Exemplar.NO_TIMESTAMP) {
            droppedExemplars++;
        } else {
            appender.appendExemplar(ref, new Exemplar(exemplar.labels(), exemplar.value(), timestamp));
            exemplars++;
        }
    }

    @Override
    public void invalidExemplar() {
        droppedExemplars++;
    }

    @Override
    public void unreadableExemplar(String wrong) {
        exemplarRejections.add(wrong);
    }

    @Override
    public boolean isToldMetadata(SeriesKey metric, SeriesKey metadata) {
        return told.isLast(metric, metadata);
    }

    @Override
    public void seriesMetadata(String metricName, MetricMetadata metadata) {
        appender.updateMetadata(family(metricName, metadata), metadata);
    }

    /// The family of a series: its name without the suffix that a part of a histogram or summary has.
    private static String family(String name, MetricMetadata metadata) {
        String[] suffixes = switch (metadata.type()) {
            case HISTOGRAM, GAUGE_HISTOGRAM -> new String[] {"_bucket", "_sum", "_count"};
            case SUMMARY -> new String[] {"_sum", "_count"};
            case COUNTER, GAUGE, INFO, STATE_SET, UNKNOWN -> new String[0];
        };
        for (String suffix : suffixes) {
            if (name.endsWith(suffix)) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }

    @Override
    public void familyMetadata(String metricFamily, MetricMetadata metadata) {
        appender.updateMetadata(metricFamily, metadata);
    }

    /// Samples that were not given to the appender.
    Rejections rejections() {
        return rejections;
    }

    /// Samples whose labels are wrong in a request of version 1.0: as in Prometheus, its sender does not learn of them.
    Rejections untoldRejections() {
        return untoldRejections;
    }

    /// Series whose labels are wrong, with samples or without.
    Rejections seriesRejections() {
        return seriesRejections;
    }

    /// Exemplars whose series were refused, or whose labels cannot be told.
    Rejections exemplarRejections() {
        return exemplarRejections;
    }

    /// Exemplars that cannot be kept for what they are.
    int droppedExemplars() {
        return droppedExemplars;
    }

    /// Series that the cache did not know.
    List<SeriesRefCache.Found> found() {
        return found;
    }

    /// How many were given to the appender.
    int samples() {
        return samples;
    }

    int histograms() {
        return histograms;
    }

    int exemplars() {
        return exemplars;
    }
}
