package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// Cuts off the observations above or below a value: the operators `</` and `>/`.
///
/// A bucket that the value lies in is split by interpolation. Of a bucket without end, whose
/// observations could lie anywhere, only what is certain is kept. The sum is estimated anew from the
/// middles of what is left.
public final class HistogramTrim {

    private final double limit;
    private final boolean isUpper;
    private final boolean isCustom;
    private double count;
    private double sum;
    private boolean isTrimmed;

    private HistogramTrim(double limit, boolean isUpper, boolean isCustom) {
        this.limit = limit;
        this.isUpper = isUpper;
        this.isCustom = isCustom;
    }

    /// @param isUpper whether what lies above the limit is cut off, rather than below
    public static NativeHistogram trim(NativeHistogram histogram, double limit, boolean isUpper) {
        WorkingHistogram working = WorkingHistogram.of(histogram);
        HistogramTrim trim = new HistogramTrim(limit, isUpper, histogram.hasCustomBounds());
        boolean hasPositive = trim.side(working, working.positive(), true);
        boolean hasNegative = trim.side(working, working.negative(), false);
        double zeroCount = histogram.zeroCount();
        if (zeroCount > 0) {
            zeroCount = trim.zeroBucket(histogram, hasPositive, hasNegative);
        }
        if (!trim.isTrimmed) {
            return histogram;
        }
        working.setTotals(zeroCount, trim.count, trim.sum);
        return working.compacted().toNative();
    }

    private void keep(double kept, double middle) {
        count += kept;
        sum += middle * kept;
    }

    /// @return whether the side has observations
    private boolean side(WorkingHistogram histogram, BucketSide side, boolean isPositive) {
        boolean isPopulated = false;
        for (int i = 0; i < side.size; i++) {
            if (side.count[i] == 0) {
                continue;
            }
            isPopulated = true;
            double near = bound(histogram, side.index[i] - 1);
            double far = bound(histogram, side.index[i]);
            double lower = isPositive ? near : -far;
            double upper = isPositive ? far : -near;
            boolean isWhole = isUpper ? upper <= limit : lower >= limit;
            boolean isSplit = isUpper ? lower < limit : upper > limit;
            if (isWhole) {
                keep(side.count[i], middle(lower, upper, isPositive));
                continue;
            }
            double kept = isSplit ? splitBucket(side.count[i], lower, upper, isPositive) : 0;
            if (kept != side.count[i]) {
                isTrimmed = true;
                side.count[i] = kept;
            }
        }
        return isPopulated;
    }

    private double bound(WorkingHistogram histogram, int index) {
        return isCustom
                ? BucketBounds.customUpper(index, histogram.bounds())
                : BucketBounds.exponentialUpper(index, histogram.schema());
    }

    /// Counts what is kept of a bucket that the limit lies in, and returns it.
    private double splitBucket(double bucketCount, double lower, double upper, boolean isPositive) {
        if (lower == Double.NEGATIVE_INFINITY) {
            return splitOpenBelow(bucketCount, upper);
        }
        if (upper == Double.POSITIVE_INFINITY) {
            double kept = isUpper || limit < lower ? 0 : bucketCount;
            keep(kept, kept == 0 ? finite(lower) : limit);
            return kept;
        }
        double below = limit <= lower
                ? 0
                : limit >= upper
                        ? bucketCount
                        : bucketCount * HistogramQuantiles.fractionBelow(limit, lower, upper, isCustom);
        double kept = isUpper ? below : bucketCount - below;
        keep(kept, isUpper ? middle(lower, limit, isPositive) : middle(limit, upper, isPositive));
        return kept;
    }

    /// Only custom buckets have no lower end. If the upper is positive, zero is taken for the lower.
    private double splitOpenBelow(double bucketCount, double upper) {
        boolean isInterpolated = upper != Double.POSITIVE_INFINITY && upper > 0;
        double kept = 0;
        double middle = finite(upper);
        if (isUpper) {
            if (limit > 0 && isInterpolated) {
                kept = bucketCount * limit / upper;
                middle = limit / 2;
            } else if (upper <= 0) {
                kept = bucketCount;
                middle = limit;
            }
        } else if (limit >= 0 && upper > limit && isInterpolated) {
            kept = bucketCount * (1 - limit / upper);
            middle = (limit + upper) / 2;
        } else if (limit == Double.NEGATIVE_INFINITY) {
            kept = bucketCount;
            middle = 0;
        }
        keep(kept, middle);
        return kept;
    }

    private static double finite(double value) {
        return Double.isInfinite(value) ? 0 : value;
    }

    private double middle(double lower, double upper, boolean isPositive) {
        if (Double.isInfinite(lower)) {
            return Double.isInfinite(upper) ? 0 : upper > 0 ? upper / 2 : upper;
        }
        if (Double.isInfinite(upper)) {
            return lower;
        }
        if (isCustom) {
            return (lower + upper) / 2;
        }
        double geometric = Math.sqrt(Math.abs(lower * upper));
        return isPositive ? geometric : -geometric;
    }

    private double zeroBucket(NativeHistogram histogram, boolean hasPositive, boolean hasNegative) {
        double lower = hasPositive && !hasNegative ? 0 : -histogram.zeroThreshold();
        double upper = hasNegative && !hasPositive ? 0 : histogram.zeroThreshold();
        double kept;
        double middle;
        boolean isWhole = isUpper ? limit >= upper && limit > lower : limit <= lower;
        boolean isGone = isUpper ? limit <= lower : limit >= upper && limit > lower;
        if (isGone) {
            kept = 0;
            middle = 0;
        } else if (isWhole) {
            kept = histogram.zeroCount();
            middle = (lower + upper) / 2;
        } else {
            double share = (isUpper ? limit - lower : upper - limit) / (upper - lower);
            kept = histogram.zeroCount() * share;
            middle = ((isUpper ? lower : upper) + limit) / 2;
        }
        isTrimmed |= kept != histogram.zeroCount();
        keep(kept, middle);
        return kept;
    }
}
