package dev.belvedere.promql.window;

import dev.belvedere.promql.histogram.CompensatedSum;

/// Compensated sums over windows that move on, at a cost that does not grow with their overlap and without ever
/// subtracting, which would leave rounding errors behind.
///
/// Every window is split at a turning point: of the rows before it the sums up to it are known, those behind are added
/// as they come. A window that begins behind the turning point sets the next one at its end.
final class SlidingSums {

    private static final double MAX_SAFE = 1e290;

    private double[] sums = {};
    private double[] errors = {};

    /// Whether no order of adding the values can overflow.
    static boolean isSafe(double[] values, int rows) {
        double most = 0;
        for (int row = 0; row < rows; row++) {
            most = Math.max(most, Math.abs(values[row]));
        }
        return most < MAX_SAFE;
    }

    /// @param values safe ones
    void apply(double[] values, int[] from, int[] to, double[] into) {
        int rows = to[to.length - 1];
        if (sums.length < rows) {
            sums = new double[rows];
            errors = new double[rows];
        }
        int turn = 0;
        int end = 0;
        double sum = 0;
        double error = 0;
        for (int step = 0; step < into.length; step++) {
            int first = from[step];
            if (to[step] == first) {
                continue;
            }
            if (first >= turn) {
                turn = to[step];
                sumBackwards(values, first, turn);
                end = turn;
                sum = 0;
                error = 0;
            }
            for (; end < to[step]; end++) {
                double total = sum + values[end];
                error = CompensatedSum.compensationAfter(values[end], sum, error, total);
                sum = total;
            }
            double total = sums[first] + sum;
            into[step] = total + CompensatedSum.compensationAfter(sum, sums[first], errors[first] + error, total);
        }
    }

    private void sumBackwards(double[] values, int first, int end) {
        double sum = 0;
        double error = 0;
        for (int row = end - 1; row >= first; row--) {
            double total = sum + values[row];
            error = CompensatedSum.compensationAfter(values[row], sum, error, total);
            sum = total;
            sums[row] = sum;
            errors[row] = error;
        }
    }
}
