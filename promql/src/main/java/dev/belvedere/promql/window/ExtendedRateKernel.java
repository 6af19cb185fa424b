package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.promql.window.RangeKernels.RateKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `rate`, `increase` and `delta` with `anchored` or `smoothed`: from the value at the start of the
/// range to the value at its end, without extrapolation. Anchored, the newest sample at or before an
/// edge stands for it; smoothed, the value at an edge is interpolated between the samples around it.
final class ExtendedRateKernel implements RangeKernel {

    private final Annotations annotations;
    private final PositionRange position;
    private final RateKind kind;
    private final boolean isSmoothed;
    private final HistogramRate histogramRate;
    private final HistogramInterpolation interpolation;

    ExtendedRateKernel(Annotations annotations, PositionRange position, RateKind kind, boolean isSmoothed) {
        this.annotations = annotations;
        this.position = position;
        this.kind = kind;
        this.isSmoothed = isSmoothed;
        this.histogramRate = new HistogramRate(annotations, position, kind.isCounter());
        this.interpolation = new HistogramInterpolation(annotations, position);
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.isMixed()) {
            annotations.mixedFloatsAndHistograms(window.metricName(), position);
            return NOTHING;
        }
        return window.histogramCount() > 0 ? histograms(window) : floats(window);
    }

    /// The first row after a limit, `end` if there is none.
    private static int firstAfter(long[] times, int start, int end, long limit) {
        int row = start;
        while (row < end && times[row] <= limit) {
            row++;
        }
        return row;
    }

    /// The rows that stand for the edges.
    private record Edges(int first, int last) {}

    private @Nullable Edges edges(RangeWindow window, long[] times, int from, int to) {
        int last = to - 1;
        int first = Math.max(from, firstAfter(times, from, last, window.startMillis) - 1);
        if (isSmoothed) {
            last = firstAfter(times, from, last, window.endMillis - 1);
        }
        boolean isOutside = times[last] <= window.startMillis || isSmoothed && times[first] > window.endMillis;
        return isOutside ? null : new Edges(first, last);
    }

    /// The value between a row and the next. If the counter was reset between them, it is taken to have
    /// begun at zero.
    static double interpolate(RangeWindow window, int row, long moment, boolean isCounter) {
        double before = window.values[row];
        double after = window.values[row + 1];
        if (isCounter && after < before) {
            before = 0;
        }
        return before + (after - before) * (moment - window.times[row]) / (window.times[row + 1] - window.times[row]);
    }

    private double floats(RangeWindow window) {
        Edges edges = edges(window, window.times, window.from, window.to);
        if (edges == null) {
            return NOTHING;
        }
        int first = edges.first;
        int last = edges.last;
        double left = isSmoothed && window.times[first] < window.startMillis
                ? interpolate(window, first, window.startMillis, kind.isCounter())
                : window.values[first];
        double right = isSmoothed && last > window.from && window.times[last] > window.endMillis
                ? interpolate(window, last - 1, window.endMillis, kind.isCounter())
                : window.values[last];
        double result = right - left;
        if (kind.isCounter()) {
            first += window.times[first] <= window.startMillis ? 1 : 0;
            last -= window.times[last] >= window.endMillis ? 1 : 0;
            result += correction(window, left, right, first, last);
        }
        return kind.isPerSecond() ? result / (kind.rangeMillis() / 1000.0) : result;
    }

    private static double correction(RangeWindow window, double left, double right, int first, int last) {
        double correction = 0;
        double previous = left;
        for (int row = first; row <= last; row++) {
            if (window.values[row] < previous) {
                correction += previous;
            }
            previous = window.values[row];
        }
        return right < previous ? correction + previous : correction;
    }

    private double histograms(RangeWindow window) {
        Edges edges = edges(window, window.histogramTimes, window.histogramFrom, window.histogramTo);
        if (edges == null || !areAlike(window, edges)) {
            return NOTHING;
        }
        NativeHistogram left = isSmoothed && window.histogramTimes[edges.first] < window.startMillis
                ? between(window, edges.first, window.startMillis)
                : window.histograms[edges.first];
        boolean isRightInterpolated =
                isSmoothed && edges.last > window.histogramFrom && window.histogramTimes[edges.last] > window.endMillis;
        NativeHistogram right =
                isRightInterpolated ? between(window, edges.last - 1, window.endMillis) : window.histograms[edges.last];
        if (left == null || right == null) {
            return NOTHING;
        }
        String name = window.metricName();
        boolean areGauges = left.resetHint() == ResetHint.GAUGE && right.resetHint() == ResetHint.GAUGE;
        if (!kind.isCounter() && !areGauges) {
            annotations.histogramIsNoGauge(name, position);
        }
        WorkingHistogram result = WorkingHistogram.of(right);
        if (!histogramRate.note(result.subtract(left), HistogramOperation.SUBTRACTION, name)) {
            return NOTHING;
        }
        if (kind.isCounter() && !correct(window, beforeResets(window, edges, left, right), result)) {
            return NOTHING;
        }
        if (kind.isPerSecond()) {
            result.divide(kind.rangeMillis() / 1000.0);
        }
        result.setResetHint(ResetHint.GAUGE);
        window.result = result.compacted().toNative();
        return NOTHING;
    }

    private boolean areAlike(RangeWindow window, Edges edges) {
        boolean isCustom = window.histograms[edges.first].hasCustomBounds();
        for (int row = edges.first; row <= edges.last; row++) {
            NativeHistogram histogram = window.histograms[row];
            if (histogram.hasCustomBounds() != isCustom) {
                annotations.mixedExponentialAndCustomHistograms(window.metricName(), position);
                return false;
            }
            if (kind.isCounter() && histogram.resetHint() == ResetHint.GAUGE) {
                annotations.histogramIsNoCounter(window.metricName(), position);
            }
        }
        return true;
    }

    private @Nullable NativeHistogram between(RangeWindow window, int row, long moment) {
        long start = window.histogramTimes[row];
        long end = window.histogramTimes[row + 1];
        if (moment == start || moment == end) {
            return window.histograms[moment == start ? row : row + 1];
        }
        double fraction = (double) (moment - start) / (end - start);
        return interpolation.between(
                window.histograms[row], window.histograms[row + 1], fraction, kind.isCounter(), window.metricName());
    }

    /// Adds what resets between the edges took away, summed before: as Prometheus does it, to the last digit.
    private boolean correct(RangeWindow window, List<NativeHistogram> beforeResets, WorkingHistogram result) {
        if (beforeResets.isEmpty()) {
            return true;
        }
        WorkingHistogram lost = WorkingHistogram.of(beforeResets.getFirst());
        for (NativeHistogram before : beforeResets.subList(1, beforeResets.size())) {
            if (!histogramRate.note(lost.add(before), HistogramOperation.ADDITION, window.metricName())) {
                return false;
            }
        }
        return histogramRate.note(result.add(lost), HistogramOperation.ADDITION, window.metricName());
    }

    /// The last histograms before resets between the edges. The reset that an interpolated edge lies in is in its value
    /// already.
    private List<NativeHistogram> beforeResets(
            RangeWindow window, Edges edges, NativeHistogram left, NativeHistogram right) {
        List<NativeHistogram> found = new ArrayList<>();
        NativeHistogram[] histograms = window.histograms;
        int row = edges.first + 1;
        NativeHistogram previous = left;
        boolean isLeftInReset = isSmoothed
                && window.histogramTimes[edges.first] < window.startMillis
                && CounterResets.isReset(histograms[edges.first + 1], histograms[edges.first]);
        if (isLeftInReset) {
            previous = histograms[edges.first + 1];
            row++;
        }
        for (; row <= edges.last; row++) {
            NativeHistogram next = row < edges.last ? histograms[row] : right;
            if (CounterResets.isReset(next, previous)) {
                found.add(previous);
            }
            previous = next;
        }
        return found;
    }
}
