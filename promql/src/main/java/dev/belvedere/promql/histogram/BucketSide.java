package dev.belvedere.promql.histogram;

import java.util.Arrays;

/// The buckets of one side, positive or negative, as parallel arrays ordered by index; the first [#size]
/// entries are valid. Each count has the error of its additions beside it.
final class BucketSide {

    int size;
    int[] index;
    double[] count;
    double[] compensation;

    BucketSide(int capacity) {
        index = new int[capacity];
        count = new double[capacity];
        compensation = new double[capacity];
    }

    static BucketSide of(int[] spans, double[] counts) {
        BucketSide side = new BucketSide(counts.length);
        int next = 0;
        for (int span = 0; span < spans.length; span += 2) {
            next += spans[span];
            for (int i = 0; i < spans[span + 1]; i++) {
                side.append(next++, counts[side.size], 0);
            }
        }
        return side;
    }

    BucketSide copy() {
        BucketSide copy = new BucketSide(size);
        System.arraycopy(index, 0, copy.index, 0, size);
        System.arraycopy(count, 0, copy.count, 0, size);
        System.arraycopy(compensation, 0, copy.compensation, 0, size);
        copy.size = size;
        return copy;
    }

    void append(int bucket, double value, double error) {
        if (size == index.length) {
            int capacity = Math.max(8, size + (size >> 1));
            index = Arrays.copyOf(index, capacity);
            count = Arrays.copyOf(count, capacity);
            compensation = Arrays.copyOf(compensation, capacity);
        }
        index[size] = bucket;
        count[size] = value;
        compensation[size] = error;
        size++;
    }

    private void increment(int at, double term) {
        double total = count[at] + term;
        compensation[at] = CompensatedSum.compensationAfter(term, count[at], compensation[at], total);
        count[at] = total;
    }

    /// Merges buckets until they fit a coarser schema.
    void reduceTo(int schema, int targetSchema) {
        int kept = -1;
        for (int i = 0; i < size; i++) {
            int target = BucketBounds.reducedIndex(index[i], schema, targetSchema);
            if (kept >= 0 && index[kept] == target) {
                increment(kept, count[i]);
                compensation[kept] += compensation[i];
            } else {
                kept++;
                index[kept] = target;
                count[kept] = count[i];
                compensation[kept] = compensation[i];
            }
        }
        size = kept + 1;
    }

    /// Adds the buckets of another side of the same layout from a position on.
    ///
    /// @param sign 1 to add, -1 to subtract
    /// @param isCompensated whether the errors of the additions are kept
    void add(BucketSide other, int from, double sign, boolean isCompensated) {
        BucketSide merged = hasAll(other, from) ? this : new BucketSide(size + other.size - from);
        int mine = 0;
        for (int theirs = from; theirs < other.size; theirs++) {
            int bucket = other.index[theirs];
            while (mine < size && index[mine] < bucket) {
                if (merged != this) {
                    merged.append(index[mine], count[mine], compensation[mine]);
                }
                mine++;
            }
            double term = sign * other.count[theirs];
            if (mine < size && index[mine] == bucket) {
                if (isCompensated) {
                    increment(mine, term);
                    compensation[mine] += sign * other.compensation[theirs];
                } else {
                    count[mine] += term;
                }
            } else {
                merged.append(bucket, term, isCompensated ? sign * other.compensation[theirs] : 0);
            }
        }
        if (merged == this) {
            return;
        }
        for (; mine < size; mine++) {
            merged.append(index[mine], count[mine], compensation[mine]);
        }
        index = merged.index;
        count = merged.count;
        compensation = merged.compensation;
        size = merged.size;
    }

    private boolean hasAll(BucketSide other, int from) {
        int mine = 0;
        for (int theirs = from; theirs < other.size; theirs++) {
            while (mine < size && index[mine] < other.index[theirs]) {
                mine++;
            }
            if (mine == size || index[mine] != other.index[theirs]) {
                return false;
            }
        }
        return true;
    }

    void scale(double factor) {
        for (int i = 0; i < size; i++) {
            count[i] *= factor;
            compensation[i] *= factor;
        }
    }

    void divide(double divisor) {
        for (int i = 0; i < size; i++) {
            count[i] /= divisor;
            compensation[i] /= divisor;
        }
    }

    void settleCompensation() {
        for (int i = 0; i < size; i++) {
            count[i] += compensation[i];
            compensation[i] = 0;
        }
    }

    /// Leaves out the errors of additions.
    void forgetCompensation() {
        Arrays.fill(compensation, 0, size, 0);
    }

    void dropEmpty() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (count[i] != 0) {
                index[kept] = index[i];
                count[kept] = count[i];
                compensation[kept] = compensation[i];
                kept++;
            }
        }
        size = kept;
    }

    boolean hasInfinite() {
        for (int i = 0; i < size; i++) {
            if (Double.isInfinite(count[i])) {
                return true;
            }
        }
        return false;
    }

    int[] spans() {
        int[] spans = new int[2 * size];
        int length = 0;
        int expected = 0;
        for (int i = 0; i < size; i++) {
            if (length > 0 && index[i] == expected) {
                spans[length - 1]++;
            } else {
                spans[length++] = index[i] - expected;
                spans[length++] = 1;
            }
            expected = index[i] + 1;
        }
        return Arrays.copyOf(spans, length);
    }

    double[] counts() {
        return Arrays.copyOf(count, size);
    }

    /// Whether all buckets have the same counts; an empty one is as good as none.
    boolean hasSameCounts(BucketSide other) {
        int mine = populated(0);
        int theirs = other.populated(0);
        while (mine < size && theirs < other.size) {
            if (index[mine] != other.index[theirs] || !isSame(count[mine], other.count[theirs])) {
                return false;
            }
            mine = populated(mine + 1);
            theirs = other.populated(theirs + 1);
        }
        return mine == size && theirs == other.size;
    }

    private static boolean isSame(double one, double other) {
        return Double.doubleToLongBits(one) == Double.doubleToLongBits(other);
    }

    /// The first bucket at or behind a position that is not empty; the size if there is none.
    private int populated(int from) {
        int at = from;
        while (at < size && count[at] == 0) {
            at++;
        }
        return at;
    }
}
