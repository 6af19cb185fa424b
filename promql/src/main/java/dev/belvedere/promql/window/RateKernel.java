package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.promql.window.RangeKernels.RateKind;
import java.util.Arrays;

/// `rate`, `increase` and `delta`: the difference between the last and the first sample, counter resets
/// made good, extrapolated to the edges of the range.
///
/// Resets are found once for a series; a window then only looks at those inside it.
final class RateKernel implements RangeKernel {

    /// An edge further from the next sample than this many average intervals is taken for the end of the
    /// series.
    private static final double EXTRAPOLATION_THRESHOLD = 1.1;

    private final Annotations annotations;
    private final PositionRange position;
    private final RateKind kind;
    private final HistogramRate histogramRate;
    private final SharedRates shared;
    private int[] resets = new int[4];
    private int resetCount;
    private int firstReset;
    private int[] overlaps = new int[0];
    private int overlapCount;

    RateKernel(Annotations annotations, PositionRange position, RateKind kind) {
        this.annotations = annotations;
        this.position = position;
        this.kind = kind;
        this.histogramRate = new HistogramRate(annotations, position, kind.isCounter());
        this.shared = new SharedRates(kind.isCounter());
    }

    @Override
    public void beginGroup(GroupWindows windows) {
        shared.prepare(windows, EXTRAPOLATION_THRESHOLD, kind.isPerSecond() ? kind.rangeMillis() / 1000.0 : 1);
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        boolean isPlain = resetCount == 0 && window.starts == null;
        if (isPlain) {
            shared.apply(window.values, into);
        }
        return isPlain;
    }

    @Override
    public void begin(RangeWindow window) {
        resetCount = 0;
        firstReset = 0;
        overlapCount = 0;
        if (!kind.isCounter() || window.isNonDecreasing && window.starts == null) {
            return;
        }
        double[] values = window.values;
        for (int row = 1; row < window.rows; row++) {
            if (values[row] < values[row - 1] || isStartReset(window, row)) {
                if (resetCount == resets.length) {
                    resets = Arrays.copyOf(resets, 2 * resetCount);
                }
                resets[resetCount++] = row;
            }
        }
        if (window.starts != null) {
            findOverlaps(window);
        }
    }

    private static boolean isStartReset(RangeWindow window, int row) {
        return window.starts != null
                && StartTimes.isReset(
                        window.start(row - 1), window.times[row - 1], window.start(row), window.times[row]);
    }

    private void findOverlaps(RangeWindow window) {
        if (overlaps.length < window.rows) {
            overlaps = new int[window.rows];
        }
        for (int row = 1; row < window.rows; row++) {
            if (StartTimes.isOverlap(window.start(row - 1), window.times[row - 1], window.start(row))) {
                overlaps[overlapCount++] = row;
            }
        }
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.isMixed()) {
            annotations.mixedFloatsAndHistograms(window.metricName(), position);
            return NOTHING;
        }
        return window.histogramCount() > 0 ? histograms(window) : floats(window);
    }

    private double floats(RangeWindow window) {
        int first = window.from;
        int last = window.to - 1;
        double[] values = window.values;
        double difference = values[last] - values[first];
        if (resetCount > 0) {
            difference = correctForResets(values, difference, first, last);
        }
        for (int i = 0; i < overlapCount; i++) {
            if (overlaps[i] > first && overlaps[i] <= last) {
                annotations.startTimeOverlap(window.metricName(), position);
                break;
            }
        }
        long start = kind.isCounter() ? window.start(first) : 0;
        boolean hasStart = start != 0 && start > window.startMillis && start < window.times[first];
        if (hasStart) {
            difference += values[first];
        } else if (first == last) {
            return NOTHING;
        }
        Extent extent = new Extent(window.times[first], window.times[last], last - first, hasStart ? start : 0);
        return difference * factor(window, extent, values[first], difference);
    }

    /// The rate of downsampled windows: rows `from` to `to`, at least one.
    double floats(RangeWindow window, DownsampledWindows rows) {
        int first = window.from;
        int last = window.to - 1;
        int intervals = (int) rows.count(first, window.to) - 1;
        if (intervals < 1) {
            return NOTHING;
        }
        double difference = rows.lasts[last] - rows.firsts[first];
        for (int row = first; row <= last && kind.isCounter(); row++) {
            if (row > first && rows.firsts[row] < rows.lasts[row - 1]) {
                difference += rows.lasts[row - 1];
            }
            difference += rows.corrections[row];
        }
        Extent extent = new Extent(rows.firstMillis[first], rows.lastMillis[last], intervals, 0);
        return difference * factor(window, extent, rows.firsts[first], difference);
    }

    private double correctForResets(double[] values, double difference, int first, int last) {
        while (firstReset < resetCount && resets[firstReset] <= first) {
            firstReset++;
        }
        double corrected = difference;
        for (int i = firstReset; i < resetCount && resets[i] <= last; i++) {
            corrected += values[resets[i] - 1];
        }
        return corrected;
    }

    /// @param start when the counter began inside the range, 0 if it did not or nobody knows
    private record Extent(long firstMillis, long lastMillis, int intervals, long start) {}

    /// By what the sampled difference is multiplied.
    ///
    /// @param first the first value, a histogram's count
    /// @param difference the sampled difference, that of a histogram's count
    private double factor(RangeWindow window, Extent extent, double first, double difference) {
        double toStart = (extent.firstMillis - window.startMillis) / 1000.0;
        double toEnd = (window.endMillis - extent.lastMillis) / 1000.0;
        double sampled = (extent.lastMillis - extent.firstMillis) / 1000.0;
        double average = extent.intervals > 0 ? sampled / extent.intervals : 0;
        double threshold = average * EXTRAPOLATION_THRESHOLD;
        if (extent.start != 0) {
            // The counter stood at zero when it began: nothing to extrapolate on that side.
            toStart = 0;
            sampled = (extent.lastMillis - extent.start) / 1000.0;
        } else {
            if (toStart >= threshold) {
                toStart = average / 2;
            }
            // A counter was never below zero, so the series begins at the latest where the line meets it.
            if (kind.isCounter() && difference > 0 && first >= 0) {
                toStart = Math.min(toStart, sampled * (first / difference));
            }
        }
        if (toEnd >= threshold) {
            toEnd = average / 2;
        }
        double factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
        return kind.isPerSecond() ? factor / (kind.rangeMillis() / 1000.0) : factor;
    }

    private double histograms(RangeWindow window) {
        int first = window.histogramFrom;
        int last = window.histogramTo - 1;
        WorkingHistogram difference = null;
        if (last > first) {
            difference = histogramRate.difference(window);
            if (difference == null) {
                return NOTHING;
            }
        }
        NativeHistogram firstHistogram = window.histograms[first];
        long start = kind.isCounter() ? window.histogramStart(first) : 0;
        boolean hasStart = start != 0 && start > window.startMillis && start < window.histogramTimes[first];
        if (hasStart) {
            if (difference == null) {
                difference = WorkingHistogram.of(firstHistogram);
            } else if (!histogramRate.note(
                    difference.add(firstHistogram), HistogramOperation.ADDITION, window.metricName())) {
                return NOTHING;
            }
        }
        if (difference == null) {
            return NOTHING;
        }
        int intervals = window.histogramIntervals > 0 ? window.histogramIntervals : last - first;
        Extent extent =
                new Extent(window.histogramTimes[first], window.histogramTimes[last], intervals, hasStart ? start : 0);
        difference.multiply(factor(window, extent, firstHistogram.count(), difference.count()));
        window.result = difference.toNative();
        return NOTHING;
    }
}
