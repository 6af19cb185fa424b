package dev.belvedere.wire.otlp;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.protobuf.LongColumn;
import java.util.Arrays;

/// The total of a delta stream of exponential histograms: at the coarsest scale seen, at the widest zero bucket seen,
/// and coarser still where a side would have more than [#MAX_BUCKETS] buckets.
final class ExponentialTotal extends DeltaTotal {

    /// What OpenTelemetry's SDKs keep of a side.
    private static final int MAX_BUCKETS = 160;

    /// No double is as large as 2 to this, none but 0 as small as 2 to minus this.
    private static final int MAX_EXPONENT = 1100;

    private static final int NO_SCALE = Integer.MAX_VALUE;

    private final Observations observations = new Observations();
    private final Side positive = new Side();
    private final Side negative = new Side();
    private int scale = NO_SCALE;
    private long zeroCount;
    private double zeroThreshold;

    /// Buckets `offset`, `offset + 1`, ... of one sign; neither the first nor the last is empty.
    private static final class Side {
        private long offset;
        private long[] counts = {};

        static Side of(LongColumn counts, int offset) {
            int first = 0;
            int end = counts.size();
            while (first < end && counts.get(first) == 0) {
                first++;
            }
            while (end > first && counts.get(end - 1) == 0) {
                end--;
            }
            Side side = new Side();
            side.offset = (long) offset + first;
            side.counts = new long[end - first];
            for (int i = 0; i < side.counts.length; i++) {
                side.counts[i] = counts.get(first + i);
            }
            return side;
        }

        boolean isEmpty() {
            return counts.length == 0;
        }

        long end() {
            return offset + counts.length;
        }

        void scaleDown(int by) {
            if (by == 0 || isEmpty()) {
                return;
            }
            // 62 halvings bring every 32-bit index to 0 or -1.
            int shift = Math.min(by, 62);
            long first = offset >> shift;
            long[] merged = new long[(int) ((end() - 1 >> shift) - first + 1)];
            for (int i = 0; i < counts.length; i++) {
                merged[(int) ((offset + i >> shift) - first)] += counts[i];
            }
            offset = first;
            counts = merged;
        }

        /// How many halvings bring this and another side together into as many buckets as are kept.
        int neededScaleDown(Side other) {
            if (isEmpty() && other.isEmpty()) {
                return 0;
            }
            long first = isEmpty() ? other.offset : other.isEmpty() ? offset : Math.min(offset, other.offset);
            long last = (isEmpty() ? other.end() : other.isEmpty() ? end() : Math.max(end(), other.end())) - 1;
            int by = 0;
            while (last - first + 1 > MAX_BUCKETS) {
                first >>= 1;
                last >>= 1;
                by++;
            }
            return by;
        }

        void add(Side other) {
            if (other.isEmpty()) {
                return;
            }
            long first = isEmpty() ? other.offset : Math.min(offset, other.offset);
            long end = isEmpty() ? other.end() : Math.max(end(), other.end());
            long[] sum = new long[(int) (end - first)];
            for (int i = 0; i < counts.length; i++) {
                sum[(int) (offset - first) + i] = counts[i];
            }
            for (int i = 0; i < other.counts.length; i++) {
                sum[(int) (other.offset - first) + i] += other.counts[i];
            }
            offset = first;
            counts = sum;
        }

        private static double lowerBound(long index, int scale) {
            return Math.pow(2, Math.scalb((double) index, -scale));
        }

        /// The threshold, or where it lies inside a bucket with observations, that bucket's upper bound.
        double widened(double threshold, int scale) {
            for (int i = 0; i < counts.length; i++) {
                double upper = lowerBound(offset + i + 1, scale);
                if (counts[i] != 0 && lowerBound(offset + i, scale) < threshold && threshold < upper) {
                    return upper;
                }
            }
            return threshold;
        }

        /// Takes away the buckets that a zero bucket covers.
        ///
        /// @return how many observations were in them
        long takeBelow(double threshold, int scale) {
            int taken = 0;
            long sum = 0;
            while (taken < counts.length && lowerBound(offset + taken + 1, scale) <= threshold) {
                sum += counts[taken++];
            }
            offset += taken;
            counts = Arrays.copyOfRange(counts, taken, counts.length);
            return sum;
        }

        void give(LongColumn column) {
            column.clear();
            for (long count : counts) {
                column.add(count);
            }
        }
    }

    /// Why a point cannot be added; `""` if it can.
    static String problem(String name, DataPoint point) {
        if (point.scale < NativeHistogram.MIN_SCHEMA) {
            return MetricTranslation.tooCoarse(name, point.scale);
        }
        double reach = Math.scalb((double) MAX_EXPONENT, point.scale);
        return isWithin(Side.of(point.bucketCounts, point.positiveOffset), reach)
                        && isWithin(Side.of(point.negativeCounts, point.negativeOffset), reach)
                ? ""
                : "the exponential histogram " + name + " has observations in buckets beyond what a double can hold";
    }

    private static boolean isWithin(Side side, double reach) {
        return side.isEmpty() || side.offset >= -reach && side.end() <= reach;
    }

    @Override
    Kind kind() {
        return Kind.EXPONENTIAL;
    }

    @Override
    void add(DataPoint point) {
        Side pointPositive = Side.of(point.bucketCounts, point.positiveOffset);
        Side pointNegative = Side.of(point.negativeCounts, point.negativeOffset);
        int common = Math.min(Math.min(scale, point.scale), NativeHistogram.MAX_SCHEMA);
        pointPositive.scaleDown(point.scale - common);
        pointNegative.scaleDown(point.scale - common);
        scaleDown(scale == NO_SCALE ? 0 : scale - common);
        int more = Math.max(positive.neededScaleDown(pointPositive), negative.neededScaleDown(pointNegative));
        pointPositive.scaleDown(more);
        pointNegative.scaleDown(more);
        scaleDown(more);
        scale = common - more;
        zeroCount += point.zeroCount;
        if (point.zeroThreshold != zeroThreshold) {
            widenZero(point, pointPositive, pointNegative);
        }
        positive.add(pointPositive);
        negative.add(pointNegative);
        observations.add(point);
    }

    private void widenZero(DataPoint point, Side pointPositive, Side pointNegative) {
        double widest = Math.max(zeroThreshold, point.zeroThreshold);
        Side[] sides = {positive, negative, pointPositive, pointNegative};
        zeroThreshold = widest;
        for (Side side : sides) {
            zeroThreshold = Math.max(zeroThreshold, side.widened(widest, scale));
        }
        for (Side side : sides) {
            zeroCount += side.takeBelow(zeroThreshold, scale);
        }
    }

    private void scaleDown(int by) {
        positive.scaleDown(by);
        negative.scaleDown(by);
    }

    @Override
    void give(DataPoint point) {
        observations.give(point);
        point.scale = scale;
        point.zeroCount = zeroCount;
        point.zeroThreshold = zeroThreshold;
        positive.give(point.bucketCounts);
        negative.give(point.negativeCounts);
        point.positiveOffset = (int) positive.offset;
        point.negativeOffset = (int) negative.offset;
    }

    @Override
    boolean isRepeatedBy(DataPoint point) {
        return observations.isRepeatedBy(point);
    }
}
