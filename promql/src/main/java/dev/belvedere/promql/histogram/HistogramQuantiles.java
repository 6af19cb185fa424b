package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// Quantiles, fractions and variance of native histograms.
///
/// Inside a bucket, observations are taken to be spread evenly: on a logarithmic scale in exponential
/// buckets, on a linear one in custom buckets and in the zero bucket.
public final class HistogramQuantiles {

    private static final double LN2 = Math.log(2);

    private HistogramQuantiles() {}

    /// What observations of NaN did to a result.
    public enum NanEffect {
        NONE,
        /// They stand above all others, so the result is higher than without them.
        SKEWED,
        /// The result falls among them.
        RESULT
    }

    public record Quantile(double value, NanEffect nanEffect) {}

    public record Fraction(double value, boolean hasNan) {}

    private static Quantile plain(double value) {
        return new Quantile(value, NanEffect.NONE);
    }

    /// The value below which a share `q` of the observations lies.
    public static Quantile quantile(double q, NativeHistogram histogram) {
        if (q < 0) {
            return plain(Double.NEGATIVE_INFINITY);
        }
        if (q > 1) {
            return plain(Double.POSITIVE_INFINITY);
        }
        if (histogram.count() == 0 || Double.isNaN(q)) {
            return plain(Double.NaN);
        }
        HistogramBuckets buckets = HistogramBuckets.of(histogram);
        boolean mayHaveNan = Double.isNaN(histogram.sum());
        // From the nearer end, so that fewer counts are summed; NaNs are only found from below.
        boolean isForward = mayHaveNan || q < 0.5;
        double rank = (isForward ? q : 1 - q) * histogram.count();
        int step = isForward ? 1 : -1;
        int at = isForward ? 0 : buckets.size() - 1;
        int found = at;
        double seen = 0;
        for (; at >= 0 && at < buckets.size(); at += step) {
            found = at;
            if (buckets.count()[at] != 0) {
                seen += buckets.count()[at];
                if (seen >= rank) {
                    break;
                }
            }
        }
        double lower = buckets.size() == 0 ? 0 : buckets.lower()[found];
        double upper = buckets.size() == 0 ? 0 : buckets.upper()[found];
        double bucketCount = buckets.size() == 0 ? 0 : buckets.count()[found];
        if (histogram.hasCustomBounds()) {
            if (lower == Double.NEGATIVE_INFINITY) {
                if (upper <= 0) {
                    return plain(upper);
                }
                lower = 0;
            } else if (upper == Double.POSITIVE_INFINITY) {
                return plain(lower);
            }
        } else if (lower < 0 && upper > 0) {
            lower = hasOnlyPositive(histogram) ? 0 : lower;
            upper = hasOnlyNegative(histogram) ? 0 : upper;
        }
        seen = Math.min(seen, histogram.count());
        if (seen < rank) {
            return mayHaveNan ? new Quantile(Double.NaN, NanEffect.RESULT) : plain(upper);
        }
        rank = isForward ? rank - (seen - bucketCount) : seen - rank;
        NanEffect effect = NanEffect.NONE;
        if (mayHaveNan) {
            double total = seen;
            for (int i = found + 1; i < buckets.size(); i++) {
                total += buckets.count()[i];
            }
            effect = total < histogram.count() ? NanEffect.SKEWED : NanEffect.NONE;
        }
        double fraction = rank / bucketCount;
        boolean isLinear = histogram.hasCustomBounds() || lower <= 0 && upper >= 0;
        return new Quantile(interpolated(lower, upper, fraction, isLinear), effect);
    }

    private static boolean hasOnlyPositive(NativeHistogram histogram) {
        return histogram.negativeCounts().length == 0 && histogram.positiveCounts().length > 0;
    }

    private static boolean hasOnlyNegative(NativeHistogram histogram) {
        return histogram.positiveCounts().length == 0 && histogram.negativeCounts().length > 0;
    }

    private static double interpolated(double lower, double upper, double fraction, boolean isLinear) {
        if (isLinear) {
            return lower + (upper - lower) * fraction;
        }
        double logLower = log2(Math.abs(lower));
        double logUpper = log2(Math.abs(upper));
        return lower > 0
                ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
                : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
    }

    static double log2(double value) {
        int exponent = Math.getExponent(value);
        if (exponent < Double.MIN_EXPONENT || exponent > Double.MAX_EXPONENT) {
            return Math.log(value) / LN2;
        }
        // Exact for powers of two, which bucket bounds often are.
        return exponent + Math.log(Math.scalb(value, -exponent)) / LN2;
    }

    /// The share of a bucket's width at or below a value strictly inside its finite bounds.
    static double fractionBelow(double value, double lower, double upper, boolean isLinear) {
        if (isLinear) {
            return (value - lower) / (upper - lower);
        }
        double logLower = log2(Math.abs(lower));
        double logUpper = log2(Math.abs(upper));
        double logValue = log2(Math.abs(value));
        return value > 0
                ? (logValue - logLower) / (logUpper - logLower)
                : 1 - (logValue - logUpper) / (logLower - logUpper);
    }

    /// The share of the observations between two values.
    public static Fraction fraction(double from, double to, NativeHistogram histogram) {
        if (histogram.count() == 0 || Double.isNaN(from) || Double.isNaN(to)) {
            return new Fraction(Double.NaN, false);
        }
        if (from >= to) {
            return new Fraction(0, false);
        }
        HistogramBuckets buckets = HistogramBuckets.of(histogram);
        double total = 0;
        for (int i = 0; i < buckets.size(); i++) {
            total += buckets.count()[i];
        }
        boolean mayHaveNan = Double.isNaN(histogram.sum());
        double counted = mayHaveNan ? total : histogram.count();
        double below = Math.min(rankOf(from, histogram, buckets, counted), counted);
        double upTo = Math.min(rankOf(to, histogram, buckets, counted), counted);
        return new Fraction((upTo - below) / histogram.count(), mayHaveNan && total < histogram.count());
    }

    /// How many observations lie below a value.
    private static double rankOf(double value, NativeHistogram histogram, HistogramBuckets buckets, double beyondAll) {
        double rank = 0;
        for (int i = 0; i < buckets.size(); i++) {
            double lower = buckets.lower()[i];
            double upper = buckets.upper()[i];
            boolean isZero = lower <= 0 && upper >= 0;
            if (isZero) {
                lower = hasOnlyPositive(histogram) ? 0 : lower;
                upper = hasOnlyNegative(histogram) ? 0 : upper;
            }
            if (lower >= value) {
                return rank;
            }
            if (upper > value) {
                // A bucket without a lower end counts whole, one without an upper end not at all.
                if (lower == Double.NEGATIVE_INFINITY) {
                    return buckets.count()[i];
                }
                boolean isLinear = histogram.hasCustomBounds() || isZero;
                return rank + buckets.count()[i] * fractionBelow(value, lower, upper, isLinear);
            }
            rank += buckets.count()[i];
        }
        return beyondAll;
    }

    /// The variance, each observation standing in the middle of its bucket.
    public static double variance(NativeHistogram histogram) {
        double mean = histogram.sum() / histogram.count();
        HistogramBuckets buckets = HistogramBuckets.of(histogram);
        CompensatedSum variance = new CompensatedSum();
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.count()[i] != 0) {
                double delta = middle(histogram, buckets.lower()[i], buckets.upper()[i]) - mean;
                variance.add(buckets.count()[i] * delta * delta);
            }
        }
        return variance.result() / histogram.count();
    }

    private static double middle(NativeHistogram histogram, double lower, double upper) {
        if (histogram.hasCustomBounds()) {
            return (upper + lower) / 2;
        }
        if (lower <= 0 && upper >= 0) {
            return 0;
        }
        double middle = Math.sqrt(upper * lower);
        return upper < 0 ? -middle : middle;
    }
}
