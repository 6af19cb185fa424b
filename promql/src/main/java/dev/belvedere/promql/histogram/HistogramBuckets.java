package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// All buckets of a histogram from the lowest to the highest, with their bounds. The arrays are [#size]
/// long; buckets that reach into the zero bucket end at its threshold.
///
/// @param zeroPosition where the zero bucket stands among them; -1 if it is empty
/// @param negativeSize how many are negative; they come first
public record HistogramBuckets(
        int size, double[] lower, double[] upper, double[] count, int zeroPosition, int negativeSize) {

    public static HistogramBuckets of(NativeHistogram histogram) {
        return of(histogram, histogram.zeroCount() > 0);
    }

    /// As [#of], with a zero bucket that counts less than nothing too, as a difference may.
    static HistogramBuckets ofDifference(NativeHistogram histogram) {
        return of(histogram, histogram.zeroCount() != 0);
    }

    private static HistogramBuckets of(NativeHistogram histogram, boolean hasZeroCount) {
        BucketSide negative = BucketSide.of(histogram.negativeSpans(), histogram.negativeCounts());
        BucketSide positive = BucketSide.of(histogram.positiveSpans(), histogram.positiveCounts());
        boolean hasZero = !histogram.hasCustomBounds() && hasZeroCount;
        int size = negative.size + positive.size + (hasZero ? 1 : 0);
        double[] lower = new double[size];
        double[] upper = new double[size];
        double[] count = new double[size];
        double threshold = histogram.zeroThreshold();
        int at = 0;
        for (int i = negative.size - 1; i >= 0; i--, at++) {
            lower[at] = -BucketBounds.exponentialUpper(negative.index[i], histogram.schema());
            upper[at] = -BucketBounds.exponentialUpper(negative.index[i] - 1, histogram.schema());
            upper[at] = upper[at] > -threshold ? -threshold : upper[at];
            count[at] = negative.count[i];
        }
        if (hasZero) {
            lower[at] = -threshold;
            upper[at] = threshold;
            count[at++] = histogram.zeroCount();
        }
        for (int i = 0; i < positive.size; i++, at++) {
            if (histogram.hasCustomBounds()) {
                lower[at] = BucketBounds.customUpper(positive.index[i] - 1, histogram.customBounds());
                upper[at] = BucketBounds.customUpper(positive.index[i], histogram.customBounds());
            } else {
                lower[at] = BucketBounds.exponentialUpper(positive.index[i] - 1, histogram.schema());
                lower[at] = lower[at] < threshold ? threshold : lower[at];
                upper[at] = BucketBounds.exponentialUpper(positive.index[i], histogram.schema());
            }
            count[at] = positive.count[i];
        }
        return new HistogramBuckets(size, lower, upper, count, hasZero ? negative.size : -1, negative.size);
    }

    /// Whether the lower bound belongs to a bucket: in the zero bucket, the negative ones and the lowest of custom
    /// bounds.
    public boolean isLowerInclusive(int bucket) {
        return bucket < negativeSize || bucket == zeroPosition || lower[bucket] == Double.NEGATIVE_INFINITY;
    }

    /// Whether the upper bound belongs to a bucket: in the zero bucket and the positive ones.
    public boolean isUpperInclusive(int bucket) {
        return bucket >= negativeSize;
    }

    boolean isPositive(int bucket) {
        return bucket >= negativeSize && bucket != zeroPosition;
    }
}
