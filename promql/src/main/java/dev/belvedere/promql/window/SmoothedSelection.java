package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import org.jspecify.annotations.Nullable;

/// An instant selector with `smoothed`: the value at each step is interpolated between the samples
/// around it, within the look-back on both sides.
final class SmoothedSelection {

    private final Evaluation evaluation;
    private final VectorSelector selector;
    private final SeriesSink sink;
    private final SampleColumn column = new SampleColumn();
    private final SparseColumns sparse = new SparseColumns();
    private final RangeWindow window = new RangeWindow();
    private final HistogramInterpolation interpolation;

    SmoothedSelection(Evaluation evaluation, VectorSelector selector, SeriesSink sink) {
        this.evaluation = evaluation;
        this.selector = selector;
        this.sink = sink;
        this.interpolation = new HistogramInterpolation(evaluation.annotations(), selector.position());
    }

    void select() {
        Selections selections = evaluation.context().selections();
        Selections.Need need = selections.need(selector, 0, evaluation.startMillis(), evaluation.lastTime());
        selections.forEachGroup(selector.matchers(), need, this::visit);
    }

    private void visit(SeriesGroup group) {
        window.labels.begin(group);
        for (int series = 0; series < group.seriesCount(); series++) {
            group.read(series, column);
            window.labels.moveTo(series);
            sparse.fill(column, group.timestamps(), window, false);
            StepSeries result = sink.buffer(evaluation.steps());
            for (int step = 0; step < evaluation.steps(); step++) {
                fill(step, result);
            }
            if (!result.isEmpty()) {
                sink.accept(result, window.labels, false);
            }
        }
    }

    private void fill(int step, StepSeries result) {
        long lookback = evaluation.context().options().lookbackMillis();
        long moment = (selector.shift().hasAt() ? selector.shift().atMillis() : evaluation.time(step))
                - selector.shift().offsetMillis();
        window.from = firstAfter(window.times, window.rows, moment - lookback);
        window.to = firstAfter(window.times, window.rows, moment + lookback);
        window.histogramFrom = firstAfter(window.histogramTimes, window.histogramRows, moment - lookback);
        window.histogramTo = firstAfter(window.histogramTimes, window.histogramRows, moment + lookback);
        if (window.isMixed()) {
            evaluation.annotations().mixedFloatsAndHistograms(window.metricName(), selector.position());
        } else if (window.histogramCount() > 0) {
            NativeHistogram histogram = histogramAt(moment);
            if (histogram != null) {
                result.setHistogram(step, histogram);
            }
        } else if (window.floatCount() > 0) {
            result.values()[step] = floatAt(moment);
        }
    }

    private static int firstAfter(long[] times, int rows, long limit) {
        int low = 0;
        int high = rows;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] > limit) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private double floatAt(long moment) {
        int next = Math.max(window.from, firstAfter(window.times, window.to, moment - 1));
        if (next < window.to && window.times[next] == moment) {
            return window.values[next];
        }
        if (next == window.from) {
            return SampleValues.ABSENT;
        }
        return next == window.to
                ? window.values[next - 1]
                : ExtendedRateKernel.interpolate(window, next - 1, moment, false);
    }

    private @Nullable NativeHistogram histogramAt(long moment) {
        long[] times = window.histogramTimes;
        int next = Math.max(window.histogramFrom, firstAfter(times, window.histogramTo, moment - 1));
        if (next < window.histogramTo && times[next] == moment) {
            return window.histograms[next];
        }
        if (next == window.histogramFrom) {
            return null;
        }
        NativeHistogram before = window.histograms[next - 1];
        if (next == window.histogramTo) {
            return before.withResetHint(ResetHint.UNKNOWN);
        }
        NativeHistogram after = window.histograms[next];
        if (before.hasCustomBounds() != after.hasCustomBounds()) {
            evaluation.annotations().mixedExponentialAndCustomHistograms(window.metricName(), selector.position());
            return null;
        }
        boolean isCounter = before.resetHint() != ResetHint.GAUGE || after.resetHint() != ResetHint.GAUGE;
        double fraction = (double) (moment - times[next - 1]) / (times[next] - times[next - 1]);
        return interpolation.between(before, after, fraction, isCounter, window.metricName());
    }
}
