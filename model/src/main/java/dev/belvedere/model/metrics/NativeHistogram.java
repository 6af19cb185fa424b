package dev.belvedere.model.metrics;

import java.util.Arrays;

/// A histogram with sparse buckets, as one sample. Counts are doubles; integer histograms hold exact integers in
/// them.
///
/// Exponential schemas (-4 to 8): bucket `i` of the positive side covers `(2^((i-1)*2^-schema), 2^(i*2^-schema)]`,
/// of the negative side the mirror image. Schema [#CUSTOM_BUCKETS]: bucket `i` covers `(bounds[i-1], bounds[i]]`,
/// with -Inf and +Inf at the ends, and there is no negative side and no zero bucket.
///
/// Spans are pairs in one array: the gap to the span before (for the first span: the index of its first bucket),
/// then how many buckets follow. Bucket counts are absolute, one for each bucket that the spans name, in order.
///
/// The arrays are never changed after construction; whoever passes one in gives it up.
///
/// @param schema -4 to 8, or [#CUSTOM_BUCKETS]
/// @param zeroThreshold the zero bucket covers `[-zeroThreshold, zeroThreshold]`
/// @param customBounds ascending upper bounds; empty unless the schema is [#CUSTOM_BUCKETS]
public record NativeHistogram(
        ResetHint resetHint,
        int schema,
        double zeroThreshold,
        double zeroCount,
        double count,
        double sum,
        int[] positiveSpans,
        double[] positiveCounts,
        int[] negativeSpans,
        double[] negativeCounts,
        double[] customBounds) {

    public static final int MIN_SCHEMA = -4;
    public static final int MAX_SCHEMA = 8;

    /// Finer schemas up to this one may be sent; they are kept as [#MAX_SCHEMA].
    public static final int MAX_SENT_SCHEMA = 52;

    /// The schema of explicit bounds: a classic histogram kept as one sample (NHCB).
    public static final int CUSTOM_BUCKETS = -53;

    private static final int[] NO_SPANS = {};
    private static final double[] NO_COUNTS = {};

    /// A series of native histograms ends with this, as a float series ends with the stale NaN.
    public static final NativeHistogram STALE = new NativeHistogram(
            ResetHint.UNKNOWN, 0, 0, 0, 0, SampleValues.STALE_NAN, NO_SPANS, NO_COUNTS, NO_SPANS, NO_COUNTS, NO_COUNTS);

    public NativeHistogram {
        if (schema != CUSTOM_BUCKETS && (schema < MIN_SCHEMA || schema > MAX_SCHEMA)) {
            throw new IllegalArgumentException("histogram schema " + schema + " is neither " + MIN_SCHEMA + " to "
                    + MAX_SCHEMA + " nor " + CUSTOM_BUCKETS);
        }
        requireSpansFit(positiveSpans, positiveCounts.length, "positive");
        requireSpansFit(negativeSpans, negativeCounts.length, "negative");
        if (schema == CUSTOM_BUCKETS && negativeSpans.length > 0) {
            throw new IllegalArgumentException("a histogram with custom bounds has no negative buckets");
        }
    }

    /// One whose buckets have bounds of their own: a classic histogram kept as one sample (NHCB).
    ///
    /// @param spans of the buckets, of which there is one more than bounds
    public static NativeHistogram ofBounds(double[] bounds, int[] spans, double[] counts, double count, double sum) {
        return new NativeHistogram(
                ResetHint.UNKNOWN, CUSTOM_BUCKETS, 0, 0, count, sum, spans, counts, NO_SPANS, NO_COUNTS, bounds);
    }

    private static void requireSpansFit(int[] spans, int counts, String side) {
        long named = 0;
        for (int i = 0; i < spans.length; i += 2) {
            if (spans[i + 1] < 0 || i > 0 && spans[i] < 0) {
                throw new IllegalArgumentException(side + " span " + i / 2 + " has a negative length or offset");
            }
            named += spans[i + 1];
        }
        if (spans.length % 2 != 0 || named != counts) {
            throw new IllegalArgumentException(
                    side + " spans name " + named + " buckets, but there are " + counts + " counts");
        }
    }

    public boolean isStale() {
        return SampleValues.isStale(sum);
    }

    public boolean hasCustomBounds() {
        return schema == CUSTOM_BUCKETS;
    }

    /// Bytes it takes on the heap, roughly; for limits and statistics.
    public int sizeBytes() {
        return 96
                + 4 * (positiveSpans.length + negativeSpans.length)
                + 8 * (positiveCounts.length + negativeCounts.length + customBounds.length);
    }

    public NativeHistogram withResetHint(ResetHint hint) {
        return hint == resetHint
                ? this
                : new NativeHistogram(
                        hint,
                        schema,
                        zeroThreshold,
                        zeroCount,
                        count,
                        sum,
                        positiveSpans,
                        positiveCounts,
                        negativeSpans,
                        negativeCounts,
                        customBounds);
    }

    /// Equal bit for bit in every field, so that two stale markers are equal and two layouts of the same counts are
    /// not.
    @Override
    public boolean equals(Object other) {
        return other instanceof NativeHistogram that
                && resetHint == that.resetHint
                && schema == that.schema
                && sameBits(zeroThreshold, that.zeroThreshold)
                && sameBits(zeroCount, that.zeroCount)
                && sameBits(count, that.count)
                && sameBits(sum, that.sum)
                && Arrays.equals(positiveSpans, that.positiveSpans)
                && Arrays.equals(positiveCounts, that.positiveCounts)
                && Arrays.equals(negativeSpans, that.negativeSpans)
                && Arrays.equals(negativeCounts, that.negativeCounts)
                && Arrays.equals(customBounds, that.customBounds);
    }

    private static boolean sameBits(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Double.hashCode(count) + Double.hashCode(sum)) + Arrays.hashCode(positiveCounts);
    }
}
