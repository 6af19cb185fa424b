package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;

/// A native histogram that is being calculated with: changed in place by one thread, then turned into an
/// immutable one. Compensated additions must be settled before that.
public final class WorkingHistogram {

    private ResetHint resetHint;
    private int schema;
    private double zeroThreshold;
    private final CompensatedSum zeroCount = new CompensatedSum();
    private final CompensatedSum count = new CompensatedSum();
    private final CompensatedSum sum = new CompensatedSum();
    private BucketSide positive;
    private BucketSide negative;
    private double[] bounds;

    private WorkingHistogram(NativeHistogram source) {
        resetHint = source.resetHint();
        schema = source.schema();
        zeroThreshold = source.zeroThreshold();
        zeroCount.reset(source.zeroCount());
        count.reset(source.count());
        sum.reset(source.sum());
        positive = BucketSide.of(source.positiveSpans(), source.positiveCounts());
        negative = BucketSide.of(source.negativeSpans(), source.negativeCounts());
        bounds = source.customBounds();
    }

    private WorkingHistogram(WorkingHistogram source) {
        resetHint = source.resetHint;
        schema = source.schema;
        zeroThreshold = source.zeroThreshold;
        zeroCount.copyFrom(source.zeroCount);
        count.copyFrom(source.count);
        sum.copyFrom(source.sum);
        positive = source.positive.copy();
        negative = source.negative.copy();
        bounds = source.bounds;
    }

    public static WorkingHistogram of(NativeHistogram source) {
        return new WorkingHistogram(source);
    }

    /// No observations, in the layout of another histogram.
    public static WorkingHistogram emptyLike(NativeHistogram layout) {
        WorkingHistogram empty = new WorkingHistogram(layout);
        empty.resetHint = ResetHint.UNKNOWN;
        empty.zeroThreshold = 0;
        empty.zeroCount.reset(0);
        empty.count.reset(0);
        empty.sum.reset(0);
        empty.positive = new BucketSide(0);
        empty.negative = new BucketSide(0);
        return empty;
    }

    public WorkingHistogram copy() {
        return new WorkingHistogram(this);
    }

    public ResetHint resetHint() {
        return resetHint;
    }

    public void setResetHint(ResetHint hint) {
        resetHint = hint;
    }

    public double count() {
        return count.sum();
    }

    public boolean hasCustomBounds() {
        return schema == NativeHistogram.CUSTOM_BUCKETS;
    }

    public Reconciliation add(NativeHistogram other) {
        return combine(new WorkingHistogram(other), 1, false);
    }

    public Reconciliation add(WorkingHistogram other) {
        return combine(other.copy(), 1, false);
    }

    public Reconciliation subtract(NativeHistogram other) {
        return combine(new WorkingHistogram(other), -1, false);
    }

    public Reconciliation subtract(WorkingHistogram other) {
        return combine(other.copy(), -1, false);
    }

    /// Adds and keeps the errors of the additions until [#settleCompensation].
    public Reconciliation addCompensated(NativeHistogram other) {
        return combine(new WorkingHistogram(other), 1, true);
    }

    /// As [#addCompensated], of a part of another.
    public Reconciliation addCompensated(NativeHistogram other, double divisor) {
        WorkingHistogram part = new WorkingHistogram(other);
        part.divide(divisor);
        return combine(part, 1, true);
    }

    /// @param other is used up
    private Reconciliation combine(WorkingHistogram other, double sign, boolean isCompensated) {
        if (hasCustomBounds() != other.hasCustomBounds()) {
            return Reconciliation.INCOMPATIBLE;
        }
        boolean hasCollision = adjustResetHint(other.resetHint);
        addTerm(count, sign * other.count.sum(), isCompensated);
        addTerm(sum, sign * other.sum.sum(), isCompensated);
        boolean areBoundsReconciled = hasCustomBounds() && !CustomBounds.areSame(bounds, other.bounds);
        if (areBoundsReconciled) {
            double[] common = CustomBounds.common(bounds, other.bounds);
            positive = CustomBounds.mapped(positive, bounds, other.positive, other.bounds, sign, common);
            bounds = common;
        } else if (hasCustomBounds()) {
            positive.add(other.positive, 0, sign, isCompensated);
        } else {
            addExponential(other, sign, isCompensated);
        }
        if (!isCompensated) {
            // Buckets that were merged leave errors, which would be added when they are merged again.
            positive.forgetCompensation();
            negative.forgetCompensation();
        }
        return new Reconciliation(true, hasCollision, areBoundsReconciled);
    }

    private void addExponential(WorkingHistogram other, double sign, boolean isCompensated) {
        reconcileZeroBuckets(other);
        addTerm(zeroCount, sign * other.zeroCount.sum(), isCompensated);
        if (isCompensated && other.zeroCount.compensation() != 0) {
            // What was lost when buckets went into it.
            zeroCount.add(sign * other.zeroCount.compensation());
        }
        reduceResolution(other.schema);
        other.reduceResolution(schema);
        positive.add(other.positive, other.firstBeyondZero(other.positive, zeroThreshold), sign, isCompensated);
        negative.add(other.negative, other.firstBeyondZero(other.negative, zeroThreshold), sign, isCompensated);
    }

    private static void addTerm(CompensatedSum total, double term, boolean isCompensated) {
        if (isCompensated) {
            total.add(term);
        } else {
            total.addPlain(term);
        }
    }

    private int firstBeyondZero(BucketSide side, double threshold) {
        int at = 0;
        while (at < side.size && BucketBounds.exponentialUpper(side.index[at], schema) <= threshold) {
            at++;
        }
        return at;
    }

    /// Merges buckets to a coarser schema; keeps the schema if it is as coarse already.
    public void reduceResolution(int targetSchema) {
        if (!hasCustomBounds() && targetSchema < schema) {
            positive.reduceTo(schema, targetSchema);
            negative.reduceTo(schema, targetSchema);
            schema = targetSchema;
        }
    }

    /// What is known of resets after combining two: a gauge stays one, an unknown spoils what is known,
    /// and a reset beside none is a collision.
    private boolean adjustResetHint(ResetHint other) {
        if (other == resetHint || resetHint == ResetHint.GAUGE) {
            return false;
        }
        if (other == ResetHint.GAUGE) {
            resetHint = ResetHint.GAUGE;
            return false;
        }
        boolean isCollision = resetHint != ResetHint.UNKNOWN && other != ResetHint.UNKNOWN;
        resetHint = ResetHint.UNKNOWN;
        return isCollision;
    }

    /// Widens zero buckets until both have the same threshold and it cuts through no populated bucket.
    private void reconcileZeroBuckets(WorkingHistogram other) {
        while (other.zeroThreshold != zeroThreshold) {
            if (zeroThreshold > other.zeroThreshold) {
                other.widenZeroBucket(zeroThreshold);
            }
            if (other.zeroThreshold > zeroThreshold) {
                widenZeroBucket(other.zeroThreshold);
            }
        }
    }

    /// Makes the zero bucket reach at least to a threshold, and to the end of a populated bucket that
    /// the threshold lies in; buckets inside it are moved into it.
    void widenZeroBucket(double wanted) {
        double threshold = wanted;
        while (true) {
            double reached = coverBuckets(negative, coverBuckets(positive, threshold));
            if (reached == threshold) {
                break;
            }
            threshold = reached;
        }
        absorb(positive, threshold);
        absorb(negative, threshold);
        zeroThreshold = threshold;
    }

    /// The threshold, moved to the end of the populated bucket that it lies in, if there is one.
    private double coverBuckets(BucketSide side, double threshold) {
        for (int i = 0; i < side.size; i++) {
            if (BucketBounds.exponentialUpper(side.index[i] - 1, schema) >= threshold) {
                return threshold;
            }
            double upper = BucketBounds.exponentialUpper(side.index[i], schema);
            if (upper > threshold) {
                return side.count[i] != 0 ? upper : threshold;
            }
        }
        return threshold;
    }

    private void absorb(BucketSide side, double threshold) {
        for (int i = 0; i < side.size && BucketBounds.exponentialUpper(side.index[i] - 1, schema) < threshold; i++) {
            zeroCount.add(side.count[i]);
            if (side.compensation[i] != 0) {
                zeroCount.add(side.compensation[i]);
            }
            side.count[i] = 0;
            side.compensation[i] = 0;
        }
        side.dropEmpty();
    }

    public void multiply(double factor) {
        if (!hasCustomBounds()) {
            zeroCount.scale(factor);
        }
        count.scale(factor);
        sum.scale(factor);
        positive.scale(factor);
        negative.scale(factor);
        if (factor < 0) {
            resetHint = ResetHint.GAUGE;
        }
    }

    public void divide(double divisor) {
        if (!hasCustomBounds()) {
            zeroCount.divide(divisor);
        }
        count.divide(divisor);
        sum.divide(divisor);
        if (divisor == 0) {
            positive = new BucketSide(0);
            negative = new BucketSide(0);
            return;
        }
        positive.divide(divisor);
        negative.divide(divisor);
        if (divisor < 0) {
            resetHint = ResetHint.GAUGE;
        }
    }

    /// Puts the errors of the additions into the counts.
    public void settleCompensation() {
        zeroCount.settle();
        count.settle();
        sum.settle();
        positive.settleCompensation();
        negative.settleCompensation();
    }

    /// Whether a count or the sum has grown beyond what a float holds.
    public boolean hasOverflow() {
        return Double.isInfinite(zeroCount.sum())
                || Double.isInfinite(count.sum())
                || Double.isInfinite(sum.sum())
                || positive.hasInfinite()
                || negative.hasInfinite()
                || bounds.length > 0 && Double.isInfinite(bounds[bounds.length - 1]);
    }

    /// Drops empty buckets.
    public WorkingHistogram compacted() {
        positive.dropEmpty();
        negative.dropEmpty();
        return this;
    }

    public NativeHistogram toNative() {
        return new NativeHistogram(
                resetHint,
                schema,
                zeroThreshold,
                zeroCount.sum(),
                count.sum(),
                sum.sum(),
                positive.spans(),
                positive.counts(),
                negative.spans(),
                negative.counts(),
                bounds);
    }

    int schema() {
        return schema;
    }

    double zeroThreshold() {
        return zeroThreshold;
    }

    double zeroCount() {
        return zeroCount.sum();
    }

    BucketSide positive() {
        return positive;
    }

    BucketSide negative() {
        return negative;
    }

    double[] bounds() {
        return bounds;
    }

    /// Sets what trimming leaves.
    void setTotals(double newZeroCount, double newCount, double newSum) {
        zeroCount.reset(newZeroCount);
        count.reset(newCount);
        sum.reset(newSum);
    }
}
