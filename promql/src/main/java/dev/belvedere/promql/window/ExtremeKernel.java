package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.PositionRange;

/// `min_over_time`, `max_over_time` and when they were seen; any number wins over NaN.
final class ExtremeKernel implements RangeKernel {

    private final Annotations annotations;
    private final PositionRange position;
    private final boolean isMax;
    private final boolean isTimestamp;
    private int[] from = {};
    private int[] to = {};
    private boolean isSliding;

    /// The extreme of the rows from here up to `turn`.
    private double[] behind = {};

    ExtremeKernel(Annotations annotations, PositionRange position, Function function) {
        this.annotations = annotations;
        this.position = position;
        this.isMax = function == Function.MAX_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
        this.isTimestamp = function == Function.TS_OF_MIN_OVER_TIME || function == Function.TS_OF_MAX_OVER_TIME;
    }

    @Override
    public void beginGroup(GroupWindows windows) {
        from = windows.from();
        to = windows.to();
        isSliding = windows.areOverlapping();
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        if (isTimestamp) {
            return false;
        }
        if (isSliding) {
            slide(window.values, window.rows, into);
            return true;
        }
        for (int step = 0; step < into.length; step++) {
            if (to[step] > from[step]) {
                into[step] =
                        isMax ? max(window.values, from[step], to[step]) : min(window.values, from[step], to[step]);
            }
        }
        return true;
    }

    /// Splits every window at a turning point: of the rows before it the extremes are known up to it, those behind are
    /// folded in as they come. A window that begins behind the turning point sets the next one at its end.
    private void slide(double[] values, int rows, double[] into) {
        if (behind.length < rows) {
            behind = new double[rows];
        }
        int turn = 0;
        int end = 0;
        double since = Double.NaN;
        for (int step = 0; step < into.length; step++) {
            int first = from[step];
            if (to[step] == first) {
                continue;
            }
            if (first >= turn) {
                turn = to[step];
                end = turn;
                since = Double.NaN;
                double extreme = Double.NaN;
                for (int row = turn - 1; row >= first; row--) {
                    extreme = later(values[row], extreme);
                    behind[row] = extreme;
                }
            }
            for (; end < to[step]; end++) {
                since = later(since, values[end]);
            }
            into[step] = later(behind[first], since);
        }
    }

    /// The more extreme of two, the earlier of equal ones.
    private double later(double earlier, double candidate) {
        boolean isBeyond = isMax ? candidate > earlier : candidate < earlier;
        return isBeyond || Double.isNaN(earlier) ? candidate : earlier;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.isMixed()) {
            annotations.histogramIgnoredInMixedRange(window.metricName(), position);
        }
        if (window.floatCount() == 0) {
            return NOTHING;
        }
        if (isTimestamp) {
            return extremeTimestamp(window);
        }
        return isMax ? max(window.values, window.from, window.to) : min(window.values, window.from, window.to);
    }

    private static int firstNumber(double[] values, int from, int to) {
        int row = from;
        while (row < to - 1 && Double.isNaN(values[row])) {
            row++;
        }
        return row;
    }

    private static double max(double[] values, int from, int to) {
        int row = firstNumber(values, from, to);
        double max = values[row];
        while (++row < to) {
            if (values[row] > max) {
                max = values[row];
            }
        }
        return max;
    }

    private static double min(double[] values, int from, int to) {
        int row = firstNumber(values, from, to);
        double min = values[row];
        while (++row < to) {
            if (values[row] < min) {
                min = values[row];
            }
        }
        return min;
    }

    /// When the extreme was seen last.
    private double extremeTimestamp(RangeWindow window) {
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
}
