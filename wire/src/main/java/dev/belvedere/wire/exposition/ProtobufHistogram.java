package dev.belvedere.wire.exposition;

import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.JoinedBuckets;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One `Histogram` message: its classic buckets and, where it has them, its native ones.
final class ProtobufHistogram {

    /// A classic bucket.
    record Bucket(double upperBound, double cumulativeCount, List<Exemplar> exemplars) {}

    private static final int MAX_BUCKETS = 100_000;

    private double count;
    private double sum;
    private int schema;
    private double zeroThreshold;
    private double zeroCount;
    private long startMillis = ExpositionReader.NO_START;
    private final List<Bucket> buckets = new ArrayList<>();
    private final List<Exemplar> exemplars = new ArrayList<>();
    private final Side positive = new Side();
    private final Side negative = new Side();

    /// The spans and counts of one side. Integer histograms tell each count as the difference to the one before.
    private static final class Side {
        private int[] spans = new int[8];
        private int spanValues;
        private double[] counts = new double[16];
        private int countValues;
        private double running;

        void span(ProtobufReader message) {
            int offset = 0;
            long length = 0;
            while (message.next()) {
                switch (message.field()) {
                    case 1 -> offset = (int) message.sint64();
                    case 2 -> length = message.int64();
                    default -> {}
                }
            }
            if (length > MAX_BUCKETS || spanValues > MAX_BUCKETS) {
                throw new IllegalArgumentException("a histogram of more than " + MAX_BUCKETS + " buckets");
            }
            if (spanValues == spans.length) {
                spans = Arrays.copyOf(spans, 2 * spanValues);
            }
            spans[spanValues++] = offset;
            spans[spanValues++] = (int) length;
        }

        void deltas(ProtobufReader field) {
            LongColumn encoded = new LongColumn();
            field.addVarints(encoded);
            for (int i = 0; i < encoded.size(); i++) {
                count(running + ProtobufReader.unzigzag(encoded.get(i)));
            }
        }

        void counts(ProtobufReader field) {
            LongColumn bits = new LongColumn();
            field.addFixed64(bits);
            for (int i = 0; i < bits.size(); i++) {
                count(Double.longBitsToDouble(bits.get(i)));
            }
        }

        private void count(double absolute) {
            if (countValues == MAX_BUCKETS) {
                throw new IllegalArgumentException("a histogram of more than " + MAX_BUCKETS + " buckets");
            }
            if (countValues == counts.length) {
                counts = Arrays.copyOf(counts, 2 * countValues);
            }
            counts[countValues++] = absolute;
            running = absolute;
        }

        int[] spans(int steps) {
            return steps == 0 ? spans() : new JoinedBuckets(spans(), counts(), steps).spans();
        }

        double[] counts(int steps) {
            return steps == 0 ? counts() : new JoinedBuckets(spans(), counts(), steps).counts();
        }

        int[] spans() {
            return Arrays.copyOf(spans, spanValues);
        }

        double[] counts() {
            return Arrays.copyOf(counts, countValues);
        }
    }

    static ProtobufHistogram read(ProtobufReader message) {
        ProtobufHistogram histogram = new ProtobufHistogram();
        while (message.next()) {
            histogram.field(message);
        }
        return histogram;
    }

    private void field(ProtobufReader message) {
        switch (message.field()) {
            case 1 -> count = message.int64();
            case 2 -> sum = message.float64();
            case 3 -> {
                message.enter();
                buckets.add(bucket(message));
                message.leave();
            }
            case 4 -> count = positiveOr(message.float64(), count);
            case 5 -> schema = (int) message.sint64();
            case 6 -> zeroThreshold = message.float64();
            case 7 -> zeroCount = message.int64();
            case 8 -> zeroCount = positiveOr(message.float64(), zeroCount);
            case 9 -> {
                message.enter();
                negative.span(message);
                message.leave();
            }
            case 10 -> negative.deltas(message);
            case 11 -> negative.counts(message);
            case 12 -> {
                message.enter();
                positive.span(message);
                message.leave();
            }
            case 13 -> positive.deltas(message);
            case 14 -> positive.counts(message);
            case 15 -> startMillis = ProtobufExposition.timestampMillis(message);
            case 16 -> exemplars.add(ProtobufExposition.exemplar(message));
            default -> {}
        }
    }

    /// A float count of 0 is the same as none, and the integer count holds.
    private static double positiveOr(double value, double otherwise) {
        return value > 0 ? value : otherwise;
    }

    private static Bucket bucket(ProtobufReader message) {
        double bound = 0;
        double count = 0;
        List<Exemplar> exemplars = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> count = message.int64();
                case 2 -> bound = message.float64();
                case 3 -> exemplars.add(ProtobufExposition.exemplar(message));
                case 4 -> count = positiveOr(message.float64(), count);
                default -> {}
            }
        }
        return new Bucket(bound, count, exemplars);
    }

    boolean isNative() {
        return positive.spanValues > 0 || negative.spanValues > 0 || zeroThreshold > 0 || zeroCount > 0;
    }

    /// @throws IllegalArgumentException if spans and counts do not fit each other
    NativeHistogram nativeHistogram(boolean isGauge) {
        boolean isFiner = schema > NativeHistogram.MAX_SCHEMA && schema <= NativeHistogram.MAX_SENT_SCHEMA;
        int steps = isFiner ? schema - NativeHistogram.MAX_SCHEMA : 0;
        return new NativeHistogram(
                isGauge ? ResetHint.GAUGE : ResetHint.UNKNOWN,
                schema - steps,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.spans(steps),
                positive.counts(steps),
                negative.spans(steps),
                negative.counts(steps),
                new double[0]);
    }

    double count() {
        return count;
    }

    double sum() {
        return sum;
    }

    long startMillis() {
        return startMillis;
    }

    List<Bucket> buckets() {
        return buckets;
    }

    /// Those of the native histogram, or where it has none of its own, those of its classic buckets.
    List<Exemplar> exemplars() {
        if (!exemplars.isEmpty()) {
            return exemplars;
        }
        List<Exemplar> all = new ArrayList<>();
        buckets.forEach(bucket -> all.addAll(bucket.exemplars()));
        return all;
    }
}
