package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// Whether two histograms hold the same observations in the same buckets, whatever their spans, empty buckets and reset
/// hints.
public final class HistogramEquality {

    private HistogramEquality() {}

    public static boolean areSame(NativeHistogram a, NativeHistogram b) {
        return a.schema() == b.schema()
                && sameBits(a.count(), b.count())
                && sameBits(a.sum(), b.sum())
                && a.zeroThreshold() == b.zeroThreshold()
                && sameBits(a.zeroCount(), b.zeroCount())
                && CustomBounds.areSame(a.customBounds(), b.customBounds())
                && BucketSide.of(a.positiveSpans(), a.positiveCounts())
                        .hasSameCounts(BucketSide.of(b.positiveSpans(), b.positiveCounts()))
                && BucketSide.of(a.negativeSpans(), a.negativeCounts())
                        .hasSameCounts(BucketSide.of(b.negativeSpans(), b.negativeCounts()));
    }

    private static boolean sameBits(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }
}
