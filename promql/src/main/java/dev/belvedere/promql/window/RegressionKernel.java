package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.syntax.PositionRange;

/// `deriv` and `predict_linear`: the line with the least squared distance from the samples of a window.
///
/// The sums over times alone are the same for all series of a group and are made once for it.
final class RegressionKernel implements RangeKernel {

    private final Evaluation evaluation;
    private final PositionRange position;
    private final boolean isPrediction;
    private final double[] secondsAhead;
    private GroupWindows windows = GroupWindows.NONE;

    /// Sums of the times in each step's window and of their squares, in seconds from its origin.
    private final double[] sumsX;

    private final double[] sumsX2;

    private RegressionKernel(
            Evaluation evaluation, PositionRange position, boolean isPrediction, double[] secondsAhead) {
        this.evaluation = evaluation;
        this.position = position;
        this.isPrediction = isPrediction;
        this.secondsAhead = secondsAhead;
        this.sumsX = new double[evaluation.steps()];
        this.sumsX2 = new double[evaluation.steps()];
    }

    static RangeKernel derivative(Evaluation evaluation, PositionRange position) {
        return new RegressionKernel(evaluation, position, false, new double[0]);
    }

    static RangeKernel prediction(Evaluation evaluation, PositionRange position, double[] secondsAhead) {
        return new RegressionKernel(evaluation, position, true, secondsAhead);
    }

    /// Where the time of a window begins to count: near its samples, so that times stay small and exact.
    private long origin(int step, long[] times, int from) {
        return isPrediction ? evaluation.time(step) : times[from];
    }

    @Override
    public void beginGroup(GroupWindows groupWindows) {
        windows = groupWindows;
        for (int step = 0; step < sumsX.length; step++) {
            if (windows.to()[step] - windows.from()[step] > 1) {
                sumTimes(windows.times(), windows.from()[step], windows.to()[step], step);
            }
        }
    }

    private void sumTimes(long[] times, int from, int to, int step) {
        long origin = origin(step, times, from);
        CompensatedSum sumX = new CompensatedSum();
        CompensatedSum sumX2 = new CompensatedSum();
        for (int row = from; row < to; row++) {
            double x = (times[row] - origin) / 1000.0;
            sumX.add(x);
            sumX2.add(x * x);
        }
        sumsX[step] = sumX.result();
        sumsX2[step] = sumX2.result();
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        for (int step = 0; step < into.length; step++) {
            int from = windows.from()[step];
            int to = windows.to()[step];
            if (to - from > 1) {
                into[step] = result(window.times, window.values, from, to, step);
            }
        }
        return true;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.isMixed()) {
            evaluation.annotations().histogramIgnoredInMixedRange(window.metricName(), position);
        }
        if (window.floatCount() < 2) {
            return NOTHING;
        }
        // The sums that are kept are those of the group's other series, which have floats at all of its times.
        double groupX = sumsX[step];
        double groupX2 = sumsX2[step];
        sumTimes(window.times, window.from, window.to, step);
        double result = result(window.times, window.values, window.from, window.to, step);
        sumsX[step] = groupX;
        sumsX2[step] = groupX2;
        return result;
    }

    private double result(long[] times, double[] values, int from, int to, int step) {
        double first = values[from];
        if (isConstant(values, from, to)) {
            if (Double.isInfinite(first)) {
                return Double.NaN;
            }
            return isPrediction ? 0 * secondsAhead[step] + first : 0;
        }
        long origin = origin(step, times, from);
        double sumY = 0;
        double errorY = 0;
        double sumXY = 0;
        double errorXY = 0;
        for (int row = from; row < to; row++) {
            double y = values[row];
            double xy = (times[row] - origin) / 1000.0 * y;
            double totalY = sumY + y;
            double totalXY = sumXY + xy;
            errorY = CompensatedSum.compensationAfter(y, sumY, errorY, totalY);
            errorXY = CompensatedSum.compensationAfter(xy, sumXY, errorXY, totalXY);
            sumY = totalY;
            sumXY = totalXY;
        }
        double count = to - from;
        double x = sumsX[step];
        double y = sumY + errorY;
        double covariance = sumXY + errorXY - x * y / count;
        double variance = sumsX2[step] - x * x / count;
        double slope = covariance / variance;
        return isPrediction ? slope * secondsAhead[step] + (y / count - slope * x / count) : slope;
    }

    private static boolean isConstant(double[] values, int from, int to) {
        double first = values[from];
        int row = from + 1;
        while (row < to && values[row] == first) {
            row++;
        }
        return row == to;
    }
}
