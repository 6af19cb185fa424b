package dev.belvedere.server.blocks;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.chunks.ChunkSink;

/// Appends the samples of one series after the other.
final class AppendingSink implements ChunkSink {

    private static final long NONE = Long.MIN_VALUE;

    private final MetricAppender appender;
    private final Runnable afterSample;
    private Labels labels = Labels.EMPTY;
    private long ref = NONE;

    /// @param afterSample may commit
    AppendingSink(MetricAppender appender, Runnable afterSample) {
        this.appender = appender;
        this.afterSample = afterSample;
    }

    void begin(Labels seriesLabels) {
        labels = seriesLabels;
        ref = NONE;
    }

    /// Series of which nothing is left are not made.
    private long ref() {
        if (ref == NONE) {
            ref = appender.series(labels);
        }
        return ref;
    }

    @Override
    public void sample(long timestampMillis, long startMillis, double value) {
        appender.append(ref(), timestampMillis, startMillis, value);
        afterSample.run();
    }

    @Override
    public void histogram(long timestampMillis, NativeHistogram histogram) {
        appender.append(ref(), timestampMillis, MetricAppender.NO_START, histogram);
        afterSample.run();
    }
}
