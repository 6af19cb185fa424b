package dev.belvedere.promql.function;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Annotations.ForcedMonotonicity;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The buckets of a classic histogram at one step: cumulative counts by ascending upper bound. Used for one histogram
/// after the other, one step after the other.
final class ClassicBuckets {

    /// Counts that differ by less, in relation, differ by rounding only.
    private static final double SMALL_DIFFERENCE = 1e-12;

    private static final double MIN_NORMAL = 2.2250738585072014e-308;

    private double[] columnBounds = {};
    private double[][] columns = {};

    /// Whether no two columns have the same bound.
    private boolean areDistinct;

    /// Those of the columns, or the first ones of `ownBounds`.
    private double[] bounds = {};

    private double[] ownBounds = {};
    private double[] counts = {};
    private int size;

    /// By step: whether each bucket has a count and none has to be raised, as it mostly is. Found column by column.
    private boolean[] areRising = {};

    private int step;

    /// Buckets whose counts had to be raised in the last quantile; null if none.
    private @Nullable ForcedMonotonicity forced;

    /// Begins with another histogram.
    ///
    /// @param upperBounds ascending, one of each column; not copied
    /// @param stepCounts the counts of a bucket at each step, absent ones where it has none; not copied
    void begin(double[] upperBounds, double[][] stepCounts) {
        columnBounds = upperBounds;
        columns = stepCounts;
        size = 0;
        if (counts.length < columns.length) {
            ownBounds = new double[columns.length];
            counts = new double[columns.length];
        }
        areDistinct = true;
        for (int i = 1; i < upperBounds.length; i++) {
            areDistinct &= upperBounds[i - 1] != upperBounds[i];
        }
        findRising();
    }

    private void findRising() {
        int steps = columns[0].length;
        if (areRising.length < steps) {
            areRising = new boolean[steps];
        }
        boolean mayRise = areDistinct && columns.length > 1;
        Arrays.fill(areRising, 0, steps, mayRise);
        for (int i = 1; i < columns.length && mayRise; i++) {
            markFalls(columns[i - 1], columns[i], areRising);
        }
    }

    private static void markFalls(double[] below, double[] above, boolean[] areRising) {
        for (int step = 0; step < below.length; step++) {
            double previous = below[step];
            double count = above[step];
            areRising[step] &= count == previous || isWellAbove(previous, count);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Goes to the counts of one step.
    void moveTo(int next) {
        step = next;
        if (areRising[next]) {
            bounds = columnBounds;
            size = columns.length;
        } else {
            fill();
        }
    }

    private void fill() {
        if (!areDistinct || !fillWhole(step)) {
            fillSparse(step);
        }
    }

    /// @return whether each bucket has a count
    private boolean fillWhole(int step) {
        int filled = 0;
        while (filled < columns.length && !SampleValues.isAbsent(columns[filled][step])) {
            counts[filled] = columns[filled][step];
            filled++;
        }
        bounds = columnBounds;
        size = filled;
        return filled == columns.length;
    }

    /// Leaves absent counts out and adds those of the same bound.
    private void fillSparse(int step) {
        int filled = 0;
        for (int i = 0; i < columns.length; i++) {
            double count = columns[i][step];
            if (SampleValues.isAbsent(count)) {
                continue;
            }
            if (filled > 0 && ownBounds[filled - 1] == columnBounds[i]) {
                counts[filled - 1] += count;
            } else {
                ownBounds[filled] = columnBounds[i];
                counts[filled++] = count;
            }
        }
        bounds = ownBounds;
        size = filled;
    }

    @Nullable
    ForcedMonotonicity forced() {
        return forced;
    }

    /// The quantile, interpolated linearly inside its bucket. The lowest bucket is taken to begin at
    /// zero unless it ends below; in the highest, its lower bound is the answer.
    double quantile(double q) {
        forced = null;
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        if (areRising[step]) {
            return quantileOfRising(q);
        }
        makeMonotonic();
        double observations = counts[size - 1];
        if (size < 2 || observations == 0) {
            return Double.NaN;
        }
        double rank = q * observations;
        int bucket = 0;
        while (bucket < size - 1 && !(counts[bucket] >= rank)) {
            bucket++;
        }
        return interpolated(rank, bucket, bucket > 0 ? counts[bucket - 1] : 0, counts[bucket]);
    }

    /// The same, without a look at each bucket.
    private double quantileOfRising(double q) {
        double observations = columns[size - 1][step];
        if (observations == 0) {
            return Double.NaN;
        }
        double rank = q * observations;
        int bucket = 0;
        int end = size - 1;
        while (bucket < end) {
            int middle = (bucket + end) >>> 1;
            if (columns[middle][step] >= rank) {
                end = middle;
            } else {
                bucket = middle + 1;
            }
        }
        return interpolated(rank, bucket, bucket > 0 ? columns[bucket - 1][step] : 0, columns[bucket][step]);
    }

    /// @param bucket that of the rank
    /// @param below the count of the bucket before it
    /// @param count that of the bucket
    private double interpolated(double rank, int bucket, double below, double count) {
        if (bucket == size - 1) {
            return bounds[size - 2];
        }
        if (bucket == 0 && bounds[0] <= 0) {
            return bounds[0];
        }
        double start = bucket > 0 ? bounds[bucket - 1] : 0;
        return start + (bounds[bucket] - start) * ((rank - below) / (count - below));
    }

    /// Takes back decreases from one bucket to the next, which cannot be and would lead the search
    /// astray; tiny differences in any direction are taken for rounding.
    private void makeMonotonic() {
        double minBound = Double.POSITIVE_INFINITY;
        double maxBound = Double.NEGATIVE_INFINITY;
        double maxDifference = 0;
        boolean isForced = false;
        double previous = counts[0];
        for (int i = 1; i < size; i++) {
            double count = counts[i];
            if (count == previous) {
                continue;
            }
            if (isWellAbove(previous, count)) {
                previous = count;
            } else if (isAlmostEqual(previous, count)) {
                counts[i] = previous;
            } else if (count < previous) {
                isForced = true;
                minBound = Math.min(minBound, bounds[i]);
                maxBound = Math.max(maxBound, bounds[i]);
                maxDifference = Math.max(maxDifference, previous - count);
                counts[i] = previous;
            } else {
                previous = count;
            }
        }
        if (isForced) {
            forced = new ForcedMonotonicity(minBound, maxBound, maxDifference);
        }
    }

    /// Whether a count is above the one before by more than rounding, as most are; told without a division.
    private static boolean isWellAbove(double previous, double count) {
        return count > MIN_NORMAL && count - previous > 2 * SMALL_DIFFERENCE * (count + Math.abs(previous));
    }

    private static boolean isAlmostEqual(double a, double b) {
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < MIN_NORMAL) {
            return difference < SMALL_DIFFERENCE * MIN_NORMAL;
        }
        if (difference > 2 * SMALL_DIFFERENCE * sum) {
            return false;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < SMALL_DIFFERENCE;
    }

    /// The share of the observations between two values.
    double fraction(double from, double to) {
        if (areRising[step]) {
            fill();
        }
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        double total = counts[size - 1];
        if (total == 0 || Double.isNaN(from) || Double.isNaN(to)) {
            return Double.NaN;
        }
        if (from >= to) {
            return 0;
        }
        return (Math.min(rankOf(to), total) - Math.min(rankOf(from), total)) / total;
    }

    /// How many observations lie below a value.
    private double rankOf(double value) {
        double rank = 0;
        double lower = bounds[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
        for (int i = 0; i < size; i++) {
            if (lower >= value) {
                return rank;
            }
            if (bounds[i] > value) {
                return lower == Double.NEGATIVE_INFINITY
                        ? counts[i]
                        : rank + (counts[i] - rank) * (value - lower) / (bounds[i] - lower);
            }
            rank = counts[i];
            lower = bounds[i];
        }
        return counts[size - 1];
    }
}
