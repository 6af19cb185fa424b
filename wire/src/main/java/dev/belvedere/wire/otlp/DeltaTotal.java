package dev.belvedere.wire.otlp;

import dev.belvedere.wire.protobuf.LongColumn;
import java.util.Arrays;

/// What the deltas of one stream add up to. Used under the lock of its [DeltaStreams].
abstract sealed class DeltaTotal permits DeltaTotal.Number, DeltaTotal.Explicit, ExponentialTotal {

    /// What kind of point a total is made of.
    enum Kind {
        NUMBER,
        EXPLICIT,
        EXPONENTIAL
    }

    static DeltaTotal of(Kind kind) {
        return switch (kind) {
            case NUMBER -> new Number();
            case EXPLICIT -> new Explicit();
            case EXPONENTIAL -> new ExponentialTotal();
        };
    }

    abstract Kind kind();

    abstract void add(DataPoint point);

    /// Writes the total over a point.
    abstract void give(DataPoint point);

    /// Whether the newest delta was this one.
    abstract boolean isRepeatedBy(DataPoint point);

    /// Of a sum.
    static final class Number extends DeltaTotal {
        private double total;
        private double last;

        @Override
        Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        void add(DataPoint point) {
            last = point.value;
            total += point.value;
        }

        @Override
        void give(DataPoint point) {
            point.value = total;
        }

        @Override
        boolean isRepeatedBy(DataPoint point) {
            return Double.doubleToLongBits(last) == Double.doubleToLongBits(point.value);
        }
    }

    /// Count and sum, which both kinds of histograms have.
    static final class Observations {
        private long count;
        private double sum;
        private boolean hasSum = true;
        private long lastCount;
        private double lastSum;

        void clear() {
            count = 0;
            sum = 0;
            hasSum = true;
        }

        void add(DataPoint point) {
            lastCount = point.count;
            lastSum = point.sum;
            count += point.count;
            sum += point.sum;
            hasSum &= point.hasSum;
        }

        void give(DataPoint point) {
            point.count = count;
            point.sum = hasSum ? sum : 0;
            point.hasSum = hasSum;
        }

        boolean isRepeatedBy(DataPoint point) {
            return lastCount == point.count && Double.doubleToLongBits(lastSum) == Double.doubleToLongBits(point.sum);
        }
    }

    /// Of a histogram with explicit bounds. Other bounds begin a new total, since they cannot be added to the old.
    static final class Explicit extends DeltaTotal {
        private final Observations observations = new Observations();
        private long[] bounds = {};
        private long[] buckets = {};

        @Override
        Kind kind() {
            return Kind.EXPLICIT;
        }

        @Override
        void add(DataPoint point) {
            long[] pointBounds = values(point.bounds);
            if (!Arrays.equals(bounds, pointBounds) || buckets.length != point.bucketCounts.size()) {
                bounds = pointBounds;
                buckets = new long[point.bucketCounts.size()];
                observations.clear();
            }
            observations.add(point);
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] += point.bucketCounts.get(i);
            }
        }

        private static long[] values(LongColumn column) {
            long[] values = new long[column.size()];
            Arrays.setAll(values, column::get);
            return values;
        }

        @Override
        void give(DataPoint point) {
            observations.give(point);
            point.bucketCounts.clear();
            for (long bucket : buckets) {
                point.bucketCounts.add(bucket);
            }
        }

        @Override
        boolean isRepeatedBy(DataPoint point) {
            return observations.isRepeatedBy(point);
        }
    }
}
