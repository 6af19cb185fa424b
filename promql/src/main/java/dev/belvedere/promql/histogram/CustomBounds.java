package dev.belvedere.promql.histogram;

import java.util.Arrays;

/// Custom bounds of two histograms brought together.
final class CustomBounds {

    private CustomBounds() {}

    static boolean areSame(double[] a, double[] b) {
        return Arrays.equals(a, b);
    }

    /// The bounds that both have.
    static double[] common(double[] a, double[] b) {
        double[] common = new double[Math.min(a.length, b.length)];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            if (a[i] == b[j]) {
                common[size++] = a[i];
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        return Arrays.copyOf(common, size);
    }

    /// The sum of two sides in the layout of their common bounds, without empty buckets.
    static BucketSide mapped(
            BucketSide a, double[] boundsA, BucketSide b, double[] boundsB, double sign, double[] common) {
        CompensatedSum[] totals = new CompensatedSum[common.length + 1];
        map(a, boundsA, 1, common, totals);
        map(b, boundsB, sign, common, totals);
        BucketSide result = new BucketSide(totals.length);
        for (int i = 0; i < totals.length; i++) {
            CompensatedSum total = totals[i];
            if (total != null && (total.sum() != 0 || total.compensation() != 0)) {
                result.append(i, total.sum(), total.compensation());
            }
        }
        return result;
    }

    private static void map(BucketSide side, double[] bounds, double sign, double[] common, CompensatedSum[] totals) {
        int target = 0;
        for (int i = 0; i < side.size; i++) {
            double upper = BucketBounds.customUpper(side.index[i], bounds);
            while (target < common.length && common[target] < upper) {
                target++;
            }
            if (totals[target] == null) {
                totals[target] = new CompensatedSum();
            }
            totals[target].add(sign * side.count[i]);
            if (side.compensation[i] != 0) {
                totals[target].add(sign * side.compensation[i]);
            }
        }
    }
}
