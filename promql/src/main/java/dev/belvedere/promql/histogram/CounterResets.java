package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;

/// Tells whether a counter was reset between two histograms of a series.
public final class CounterResets {

    private CounterResets() {}

    /// Whether something that is counted has become less: in all, in a bucket, or a bucket is gone. A finer
    /// resolution or a narrower zero bucket can only come with a reset; a coarser layout is compared after
    /// the older histogram was brought to it.
    public static boolean isReset(NativeHistogram current, NativeHistogram previous) {
        if (current.resetHint() == ResetHint.RESET) {
            return true;
        }
        if (current.resetHint() == ResetHint.NOT_RESET) {
            return false;
        }
        if (current.count() < previous.count()) {
            return true;
        }
        if (current.hasCustomBounds() != previous.hasCustomBounds()) {
            return true;
        }
        if (current.hasCustomBounds()) {
            return CustomBounds.areSame(current.customBounds(), previous.customBounds())
                    ? hasLess(side(current), side(previous))
                    : hasLessInCommonBounds(current, previous);
        }
        if (current.schema() > previous.schema() || current.zeroThreshold() < previous.zeroThreshold()) {
            return true;
        }
        WorkingHistogram before = WorkingHistogram.of(previous);
        if (before.zeroThreshold() != current.zeroThreshold()) {
            before.widenZeroBucket(current.zeroThreshold());
            if (before.zeroThreshold() != current.zeroThreshold()) {
                return true;
            }
        }
        if (current.zeroCount() < before.zeroCount()) {
            return true;
        }
        before.reduceResolution(current.schema());
        return hasLess(side(current), before.positive())
                || hasLess(BucketSide.of(current.negativeSpans(), current.negativeCounts()), before.negative());
    }

    private static BucketSide side(NativeHistogram histogram) {
        return BucketSide.of(histogram.positiveSpans(), histogram.positiveCounts());
    }

    private static boolean hasLess(BucketSide current, BucketSide previous) {
        int at = 0;
        for (int i = 0; i < previous.size; i++) {
            while (at < current.size && current.index[at] < previous.index[i]) {
                at++;
            }
            boolean isPresent = at < current.size && current.index[at] == previous.index[i];
            if (isPresent ? current.count[at] < previous.count[i] : previous.count[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasLessInCommonBounds(NativeHistogram current, NativeHistogram previous) {
        double[] common = CustomBounds.common(current.customBounds(), previous.customBounds());
        BucketSide nothing = new BucketSide(0);
        BucketSide now =
                CustomBounds.mapped(side(current), current.customBounds(), nothing, current.customBounds(), 1, common);
        BucketSide before = CustomBounds.mapped(
                side(previous), previous.customBounds(), nothing, previous.customBounds(), 1, common);
        return hasLess(now, before);
    }
}
