package dev.belvedere.promql.engine;

import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.PositionRange;
import java.util.Locale;

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

    static RangeKernel extreme(Annotations annotations, PositionRange position, Function function) {
        boolean isMax = function == Function.MAX_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
        boolean isTimestamp = function == Function.TS_OF_MIN_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
        return floatsOnly(
                annotations,
                position,
                1,
                (window, step) -> isTimestamp ? extremeTimestamp(window, isMax) : isMax ? max(window) : min(window));
    }

    private static double max(RangeWindow window) {
        double[] values = window.values;
        double max = values[window.from];
        for (int row = window.from + 1; row < window.to; row++) {
            if (values[row] > max || Double.isNaN(max)) {
                max = values[row];
            }
        }
        return max;
    }

    private static double min(RangeWindow window) {
        double[] values = window.values;
        double min = values[window.from];
        for (int row = window.from + 1; row < window.to; row++) {
            if (values[row] < min || Double.isNaN(min)) {
                min = values[row];
            }
        }
        return min;
    }

    /// When the extreme was seen last.
    private static double extremeTimestamp(RangeWindow window, boolean isMax) {
        int found = window.from;
        for (int row = window.from; row < window.to; row++) {
            double value = window.values[row];
            double extreme = window.values[found];
            if ((isMax ? value >= extreme : value <= extreme) || Double.isNaN(extreme)) {
                found = row;
            }
        }
        return window.times[found] / 1000.0;
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

    static RangeKernel quantile(Annotations annotations, PositionRange position, double[] quantiles) {
        Scratch scratch = new Scratch();
        return (window, step) -> {
            if (window.floatCount() == 0) {
                return RangeKernel.NOTHING;
            }
            if (!Quantiles.isValid(quantiles[step])) {
                annotations.invalidQuantile(quantiles[step], position);
            }
            if (window.histogramCount() > 0) {
                annotations.histogramIgnoredInMixedRange(window.metricName(), position);
            }
            return Quantiles.quantile(quantiles[step], scratch.copy(window), window.floatCount());
        };
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

    static RangeKernel derivative(Annotations annotations, PositionRange position) {
        // Times are taken from the first sample on, so that they stay small and exact.
        return floatsOnly(annotations, position, 2, (window, step) -> line(window, window.times[window.from]).slope);
    }

    static RangeKernel prediction(Annotations annotations, PositionRange position, double[] secondsAhead) {
        return floatsOnly(annotations, position, 2, (window, step) -> {
            Line line = line(window, window.evaluationMillis);
            return line.slope * secondsAhead[step] + line.intercept;
        });
    }

    private record Line(double slope, double intercept) {}

    /// The line with the least squared distance from the samples.
    ///
    /// @param originMillis the time of the intercept
    private static Line line(RangeWindow window, long originMillis) {
        CompensatedSum sumX = new CompensatedSum();
        CompensatedSum sumY = new CompensatedSum();
        CompensatedSum sumXY = new CompensatedSum();
        CompensatedSum sumX2 = new CompensatedSum();
        double first = window.values[window.from];
        boolean isConstant = true;
        for (int row = window.from; row < window.to; row++) {
            double y = window.values[row];
            isConstant &= row == window.from || y == first;
            double x = (window.times[row] - originMillis) / 1000.0;
            sumX.add(x);
            sumY.add(y);
            sumXY.add(x * y);
            sumX2.add(x * x);
        }
        if (isConstant) {
            return Double.isInfinite(first) ? new Line(Double.NaN, Double.NaN) : new Line(0, first);
        }
        double count = window.floatCount();
        double covariance = sumXY.result() - sumX.result() * sumY.result() / count;
        double variance = sumX2.result() - sumX.result() * sumX.result() / count;
        double slope = covariance / variance;
        return new Line(slope, sumY.result() / count - slope * sumX.result() / count);
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
            throw new EvaluationException(String.format(
                    Locale.ROOT, "invalid %s factor. Expected: 0 < %sf < 1, got: %f", name, name.charAt(0), factor));
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
