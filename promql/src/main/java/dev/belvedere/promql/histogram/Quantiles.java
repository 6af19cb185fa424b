package dev.belvedere.promql.histogram;

import java.util.Arrays;

/// Quantiles of plain numbers.
public final class Quantiles {

    /// Where a rank is no further from the greatest number, those above it are kept in order.
    private static final int MAX_KEPT = 32;

    private Quantiles() {}

    /// The quantile, interpolated between the two numbers around it; NaNs count as the smallest. Costs a few looks at
    /// each number, not a sort.
    ///
    /// @param values brought into another order
    /// @param count how many of them are valid
    public static double quantile(double q, double[] values, int count) {
        if (count == 0 || !isValid(q)) {
            return invalid(q);
        }
        int nans = moveNansBehind(values, count);
        int numbers = count - nans;
        double rank = q * (count - 1);
        int lower = (int) Math.floor(rank) - nans;
        if (lower < 0) {
            // NaN is the lower of the two, or both: what is added to it does not matter.
            return Double.NaN;
        }
        if (numbers - lower <= MAX_KEPT) {
            keepGreatest(values, numbers, numbers - lower);
            return interpolated(values[0], values[Math.min(1, numbers - lower - 1)], rank);
        }
        select(values, numbers, lower);
        return interpolated(values[lower], least(values, lower + 1, numbers), rank);
    }

    /// Brings the greatest numbers, in ascending order, to the front. Most others cost one comparison that is foreseen.
    private static void keepGreatest(double[] values, int count, int kept) {
        Arrays.sort(values, 0, kept);
        for (int i = kept; i < count; i++) {
            double value = values[i];
            if (value > values[0]) {
                values[i] = values[0];
                int at = 1;
                for (; at < kept && values[at] < value; at++) {
                    values[at - 1] = values[at];
                }
                values[at - 1] = value;
            }
        }
    }

    /// The quantile of numbers in ascending order with NaNs that are not among them.
    public static double quantileOfSorted(double q, double[] sorted, int numbers, int nans) {
        int count = numbers + nans;
        if (count == 0 || !isValid(q)) {
            return invalid(q);
        }
        double rank = q * (count - 1);
        int lower = (int) Math.floor(rank) - nans;
        return lower < 0 ? Double.NaN : interpolated(sorted[lower], sorted[Math.min(numbers - 1, lower + 1)], rank);
    }

    private static double invalid(double q) {
        return q < 0 ? Double.NEGATIVE_INFINITY : q > 1 ? Double.POSITIVE_INFINITY : Double.NaN;
    }

    private static double interpolated(double below, double above, double rank) {
        double weight = rank - Math.floor(rank);
        return below * (1 - weight) + above * weight;
    }

    public static boolean isValid(double q) {
        return q >= 0 && q <= 1;
    }

    /// @return how many NaNs there are
    private static int moveNansBehind(double[] values, int count) {
        int end = count;
        for (int i = count - 1; i >= 0; i--) {
            if (Double.isNaN(values[i])) {
                double nan = values[i];
                values[i] = values[--end];
                values[end] = nan;
            }
        }
        return count - end;
    }

    private static double least(double[] values, int from, int to) {
        double least = values[from];
        for (int i = from + 1; i < to; i++) {
            least = Math.min(least, values[i]);
        }
        return least;
    }

    /// Hoare's selection: afterwards the number of a rank stands at its place, none above it before and none below it
    /// behind. Sorts what is left where the pivots were chosen badly too often.
    private static void select(double[] values, int count, int rank) {
        int low = 0;
        int high = count - 1;
        int rounds = 2 * (32 - Integer.numberOfLeadingZeros(count));
        while (low < high) {
            if (rounds-- == 0) {
                Arrays.sort(values, low, high + 1);
                return;
            }
            double pivot = median(values[low], values[low + high >>> 1], values[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    double swapped = values[i];
                    values[i++] = values[j];
                    values[j--] = swapped;
                }
            }
            if (rank <= j) {
                high = j;
            } else if (rank >= i) {
                low = i;
            } else {
                return;
            }
        }
    }

    private static double median(double a, double b, double c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
