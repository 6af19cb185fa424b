package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.histogram.Quantiles;
import dev.belvedere.promql.syntax.NumberText;
import dev.belvedere.promql.syntax.PositionRange;

/// Range functions that look at floats only and remark where they passed over histograms.
final class FloatKernels {

    private FloatKernels() {}

    @FunctionalInterface
    private interface FloatKernel {

        /// @param window has at least as many floats as the function needs
        double apply(RangeWindow window, int step);
    }

    /// @param minFloats fewer give no result
    private static RangeKernel floatsOnly(
            Annotations annotations, PositionRange position, int minFloats, FloatKernel kernel) {
        return (window, step) -> {
            if (window.floatCount() > 0 && window.histogramCount() > 0) {
                annotations.histogramIgnoredInMixedRange(window.metricName(), position);
            }
            return window.floatCount() < minFloats ? RangeKernel.NOTHING : kernel.apply(window, step);
        };
    }

    static RangeKernel variance(Annotations annotations, PositionRange position, boolean isDeviation) {
        return floatsOnly(annotations, position, 1, (window, step) -> {
            double variance = variance(window);
            return isDeviation ? Math.sqrt(variance) : variance;
        });
    }

    private static double variance(RangeWindow window) {
        CompensatedSum mean = new CompensatedSum();
        CompensatedSum squares = new CompensatedSum();
        double count = 0;
        for (int row = window.from; row < window.to; row++) {
            count++;
            double value = window.values[row];
            double delta = value - mean.result();
            mean.add(delta / count);
            squares.add(delta * (value - mean.result()));
        }
        return squares.result() / count;
    }

    private static final class Scratch {
        private double[] values = new double[0];

        double[] copy(RangeWindow window) {
            if (values.length < window.floatCount()) {
                values = new double[window.floatCount()];
            }
            System.arraycopy(window.values, window.from, values, 0, window.floatCount());
            return values;
        }
    }

    /// The median distance from the median.
    static RangeKernel medianDeviation(Annotations annotations, PositionRange position) {
        Scratch scratch = new Scratch();
        return floatsOnly(annotations, position, 1, (window, step) -> {
            double[] values = scratch.copy(window);
            int count = window.floatCount();
            for (int i = 0; i < count; i++) {
                if (Double.isNaN(values[i])) {
                    return Double.NaN;
                }
            }
            double median = Quantiles.quantile(0.5, values, count);
            for (int i = 0; i < count; i++) {
                values[i] = Math.abs(values[i] - median);
            }
            return Quantiles.quantile(0.5, values, count);
        });
    }

    /// Exponential smoothing of values and of their trend (Holt's linear method).
    static RangeKernel smoothing(Annotations annotations, PositionRange position, double[] smoothing, double[] trend) {
        return (window, step) -> {
            requireFactor("smoothing", smoothing[step]);
            requireFactor("trend", trend[step]);
            if (window.floatCount() > 0 && window.histogramCount() > 0) {
                annotations.histogramIgnoredInMixedRange(window.metricName(), position);
            }
            return window.floatCount() < 2 ? RangeKernel.NOTHING : smoothed(window, smoothing[step], trend[step]);
        };
    }

    private static void requireFactor(String name, double factor) {
        if (factor <= 0 || factor >= 1) {
            throw new EvaluationException("invalid " + name + " factor. Expected: 0 < " + name.charAt(0)
                    + "f < 1, got: " + NumberText.fixed(factor));
        }
    }

    private static double smoothed(RangeWindow window, double smoothing, double trendFactor) {
        double previous = 0;
        double current = window.values[window.from];
        double trend = window.values[window.from + 1] - current;
        for (int row = window.from + 1; row < window.to; row++) {
            if (row > window.from + 1) {
                trend = trendFactor * (current - previous) + (1 - trendFactor) * trend;
            }
            double next = smoothing * window.values[row] + (1 - smoothing) * (current + trend);
            previous = current;
            current = next;
        }
        return current;
    }
}
