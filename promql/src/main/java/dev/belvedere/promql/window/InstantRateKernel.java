package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.PositionRange;

/// `irate` and `idelta`: the difference of the last two samples.
final class InstantRateKernel implements RangeKernel {

    private final Annotations annotations;
    private final PositionRange position;
    private final boolean isRate;
    private GroupWindows windows = GroupWindows.NONE;

    /// Between the last two samples of each step's window.
    private double[] seconds = {};

    InstantRateKernel(Annotations annotations, PositionRange position, boolean isRate) {
        this.annotations = annotations;
        this.position = position;
        this.isRate = isRate;
    }

    @Override
    public void beginGroup(GroupWindows groupWindows) {
        windows = groupWindows;
        int[] from = windows.from();
        int[] to = windows.to();
        long[] times = windows.times();
        if (seconds.length < to.length) {
            seconds = new double[to.length];
        }
        long knownMillis = 0;
        double known = 0;
        for (int step = 0; step < to.length; step++) {
            int last = to[step] - 1;
            if (last > from[step]) {
                // Samples are mostly regular.
                long millis = times[last] - times[last - 1];
                if (millis != knownMillis) {
                    knownMillis = millis;
                    known = millis / 1000.0;
                }
                seconds[step] = known;
            }
        }
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        if (isRate) {
            rates(window.values, windows.from(), windows.to(), seconds, into);
        } else {
            differences(window.values, windows.from(), windows.to(), into);
        }
        return true;
    }

    private static void rates(double[] values, int[] from, int[] to, double[] seconds, double[] into) {
        for (int step = 0; step < into.length; step++) {
            int last = to[step] - 1;
            if (last > from[step]) {
                double value = values[last];
                double previous = values[last - 1];
                into[step] = (value < previous ? value : value - previous) / seconds[step];
            }
        }
    }

    private static void differences(double[] values, int[] from, int[] to, double[] into) {
        for (int step = 0; step < into.length; step++) {
            int last = to[step] - 1;
            if (last > from[step]) {
                into[step] = values[last] - values[last - 1];
            }
        }
    }

    /// The time between a float and the one before it.
    private static double seconds(long[] times, int row) {
        return (times[row] - times[row - 1]) / 1000.0;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.floatCount() + window.histogramCount() < 2) {
            return NOTHING;
        }
        int floats = 0;
        int histograms = 0;
        for (int taken = 0; taken < 2; taken++) {
            int nextFloat = window.to - 1 - floats;
            int nextHistogram = window.histogramTo - 1 - histograms;
            boolean isFloat = nextHistogram < window.histogramFrom
                    || nextFloat >= window.from && window.times[nextFloat] > window.histogramTimes[nextHistogram];
            floats += isFloat ? 1 : 0;
            histograms += isFloat ? 0 : 1;
        }
        if (floats == 2) {
            return floats(window, window.to - 1);
        }
        if (histograms == 2) {
            return histograms(window, window.histogramTo - 1);
        }
        annotations.mixedFloatsAndHistograms(window.metricName(), position);
        return NOTHING;
    }

    private double floats(RangeWindow window, int last) {
        double value = window.values[last];
        double previous = window.values[last - 1];
        boolean isReset = isRate
                && (value < previous
                        || StartTimes.isReset(
                                window.start(last - 1),
                                window.times[last - 1],
                                window.start(last),
                                window.times[last]));
        double difference = isReset ? value : value - previous;
        return isRate ? difference / seconds(window.times, last) : difference;
    }

    private double histograms(RangeWindow window, int last) {
        NativeHistogram current = window.histograms[last];
        NativeHistogram previous = window.histograms[last - 1];
        String name = window.metricName();
        boolean areGauges = current.resetHint() == ResetHint.GAUGE && previous.resetHint() == ResetHint.GAUGE;
        boolean isAnyGauge = current.resetHint() == ResetHint.GAUGE || previous.resetHint() == ResetHint.GAUGE;
        if (isRate && isAnyGauge) {
            annotations.histogramIsNoCounter(name, position);
        }
        if (!isRate && !areGauges) {
            annotations.histogramIsNoGauge(name, position);
        }
        WorkingHistogram difference = WorkingHistogram.of(current);
        boolean isReset = isRate
                && (StartTimes.isReset(
                                window.histogramStart(last - 1),
                                window.histogramTimes[last - 1],
                                window.histogramStart(last),
                                window.histogramTimes[last])
                        || CounterResets.isReset(current, previous));
        if (!isReset) {
            Reconciliation subtracted = difference.subtract(previous);
            if (!subtracted.isCompatible()) {
                annotations.mixedExponentialAndCustomHistograms(name, position);
                return NOTHING;
            }
            if (subtracted.hasReconciledBounds()) {
                annotations.mismatchedCustomBuckets(HistogramOperation.SUBTRACTION, position);
            }
        }
        difference.setResetHint(ResetHint.GAUGE);
        difference.compacted();
        if (isRate) {
            difference.divide((window.histogramTimes[last] - window.histogramTimes[last - 1]) / 1000.0);
        }
        window.result = difference.toNative();
        return NOTHING;
    }
}
