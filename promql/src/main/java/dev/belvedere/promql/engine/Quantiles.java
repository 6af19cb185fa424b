package dev.belvedere.promql.engine;

import java.util.Arrays;

/// Quantiles of plain numbers.
final class Quantiles {

    private Quantiles() {}

    /// The quantile, interpolated between the two numbers around it; NaNs count as the smallest.
    ///
    /// @param values sorted in place
    /// @param count how many of them are valid
    static double quantile(double q, double[] values, int count) {
        if (count == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        Arrays.sort(values, 0, count);
        int nans = 0;
        while (nans < count && Double.isNaN(values[count - 1 - nans])) {
            nans++;
        }
        double rank = q * (count - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(count - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return at(values, lower, nans) * (1 - weight) + at(values, upper, nans) * weight;
    }

    /// The number at a rank, where the NaNs that were sorted behind all others come first.
    private static double at(double[] values, int rank, int nans) {
        return rank < nans ? Double.NaN : values[rank - nans];
    }

    static boolean isValid(double q) {
        return q >= 0 && q <= 1;
    }
}
