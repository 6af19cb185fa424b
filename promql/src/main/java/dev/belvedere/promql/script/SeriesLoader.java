package dev.belvedere.promql.script;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.script.Command.LoadedSeries;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the series of a `load` command into a store.
///
/// Prometheus' storage knows of a histogram whether it goes on where the one before it left off, and
/// says so when it is read; scripts expect that, so the hint is set here on the way in.
final class SeriesLoader {

    private final MetricAppender appender;

    private SeriesLoader(MetricAppender appender) {
        this.appender = appender;
    }

    static void load(Command.Load command, MetricStore store) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            SeriesLoader loader = new SeriesLoader(appender);
            command.series().forEach((labels, series) -> loader.append(labels, series, command.stepMillis()));
            if (command.isWithCustomHistograms()) {
                for (Map.Entry<Labels, Map<Long, NativeHistogram>> entry :
                        ClassicHistograms.converted(command).entrySet()) {
                    loader.append(entry.getKey(), entry.getValue());
                }
            }
            if (appender.commit().rejectedCount() > 0) {
                throw new ScriptException("samples were rejected by the store");
            }
        }
    }

    private void append(Labels labels, LoadedSeries series, long stepMillis) {
        long ref = appender.series(labels);
        NativeHistogram previous = null;
        for (int i = 0; i < series.values().size(); i++) {
            SequenceValue value = series.values().get(i);
            if (value.isOmitted()) {
                continue;
            }
            long time = i * stepMillis;
            long start = MetricAppender.NO_START;
            if (i < series.startOffsets().size()
                    && !series.startOffsets().get(i).isOmitted()) {
                start = time + (long) series.startOffsets().get(i).value();
            }
            NativeHistogram histogram = value.histogram();
            if (histogram != null) {
                appender.append(ref, time, start, hinted(histogram, previous));
                previous = histogram;
            } else {
                boolean isEndOfHistograms = previous != null && SampleValues.isStale(value.value());
                if (isEndOfHistograms) {
                    appender.append(ref, time, start, NativeHistogram.STALE);
                } else {
                    appender.append(ref, time, start, SampleValues.canonical(value.value()));
                }
                previous = null;
            }
        }
    }

    private void append(Labels labels, Map<Long, NativeHistogram> histograms) {
        long ref = appender.series(labels);
        NativeHistogram previous = null;
        for (Map.Entry<Long, NativeHistogram> entry : histograms.entrySet()) {
            appender.append(ref, entry.getKey(), MetricAppender.NO_START, hinted(entry.getValue(), previous));
            previous = entry.getValue();
        }
    }

    private static NativeHistogram hinted(NativeHistogram histogram, @Nullable NativeHistogram previous) {
        if (histogram.resetHint() == ResetHint.GAUGE) {
            return histogram;
        }
        boolean isContinued = previous != null
                && previous.resetHint() != ResetHint.GAUGE
                && histogram.resetHint() != ResetHint.RESET
                && histogram.schema() == previous.schema()
                && histogram.zeroThreshold() == previous.zeroThreshold()
                && Arrays.equals(histogram.customBounds(), previous.customBounds())
                && !CounterResets.isReset(histogram.withResetHint(ResetHint.UNKNOWN), previous);
        return histogram.withResetHint(isContinued ? ResetHint.NOT_RESET : ResetHint.UNKNOWN);
    }
}
