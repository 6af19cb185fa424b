package dev.belvedere.tsdb;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What one series measures: values as exporters send them and as nobody should. Now and then it turns into another
/// kind, as after a new release of what it measures.
final class RandomSignal {

    private static final double[] SPECIALS = {
        -0.0,
        SampleValues.NORMAL_NAN,
        SampleValues.STALE_NAN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MAX_VALUE,
        Double.MIN_NORMAL / 2,
        0.1 + 0.2,
        0x1p53 + 2,
        Long.MIN_VALUE
    };
    private static final int MAX_BUCKETS = 12;

    private enum Kind {
        CONSTANT,
        COUNTER,
        /// Moves with the others of its target, as the buckets of a classic histogram do.
        BUCKET,
        GAUGE,
        DECIMAL,
        WHOLE,
        OUTLIERS,
        SPECIAL,
        ANY_BITS,
        HISTOGRAM,
        CUSTOM_HISTOGRAM
    }

    private final SplittableRandom random;
    private Kind kind = Kind.CONSTANT;
    private double last;
    private double scale = 1;
    private long startMillis;
    private NativeHistogram shape = NativeHistogram.STALE;

    RandomSignal(SplittableRandom random) {
        this.random = random;
        turn();
    }

    private void turn() {
        kind = Kind.values()[random.nextInt(Kind.values().length)];
        last = random.nextInt(1_000_000);
        scale = Math.pow(10, random.nextInt(-3, 7));
        startMillis = random.nextInt(6) == 0 ? random.nextLong(1L << 42) : MetricAppender.NO_START;
        shape = newShape();
    }

    /// @param pulse what all series of the target see at this time
    Read next(int pulse) {
        if (random.nextInt(150) == 0) {
            turn();
        }
        if (kind == Kind.HISTOGRAM || kind == Kind.CUSTOM_HISTOGRAM) {
            return new Read(0, nextHistogram(), startMillis);
        }
        last = SampleValues.canonical(nextFloat(pulse));
        return new Read(Double.doubleToRawLongBits(last), null, startMillis);
    }

    private double nextFloat(int pulse) {
        return switch (kind) {
            case CONSTANT -> random.nextInt(60) == 0 ? random.nextInt(1000) / 8.0 : last;
            case COUNTER -> random.nextInt(200) == 0 ? 0 : last + random.nextInt(1 + (int) Math.min(scale, 1e6));
            case BUCKET -> last + (random.nextInt(40) == 0 ? 2 * pulse : pulse);
            case GAUGE -> scale * random.nextDouble(-1, 1);
            case DECIMAL -> Math.rint(last * scale + random.nextInt(-50, 50)) / scale;
            case WHOLE -> random.nextLong() >> random.nextInt(64);
            case OUTLIERS -> random.nextInt(12) == 0 ? outlier() : 1e6 + random.nextInt(16);
            case SPECIAL -> random.nextInt(3) == 0 ? SPECIALS[random.nextInt(SPECIALS.length)] : scale;
            case ANY_BITS, HISTOGRAM, CUSTOM_HISTOGRAM -> Double.longBitsToDouble(random.nextLong());
        };
    }

    /// Of any magnitude, and mostly a whole number if it can be.
    private double outlier() {
        double any = Math.scalb(random.nextDouble(-1, 1), random.nextInt(-40, 120));
        return random.nextInt(4) == 0 ? any : Math.rint(any);
    }

    private NativeHistogram nextHistogram() {
        int chance = random.nextInt(60);
        if (chance == 0) {
            return NativeHistogram.STALE;
        }
        if (chance == 1) {
            shape = newShape();
        }
        double[] positive = grown(shape.positiveCounts());
        double[] negative = grown(shape.negativeCounts());
        double zero = kind == Kind.HISTOGRAM ? shape.zeroCount() + random.nextInt(2) : 0;
        shape = new NativeHistogram(
                random.nextInt(10) == 0 ? ResetHint.values()[random.nextInt(4)] : ResetHint.NOT_RESET,
                shape.schema(),
                shape.zeroThreshold(),
                zero,
                zero + Arrays.stream(positive).sum() + Arrays.stream(negative).sum(),
                random.nextInt(40) == 0 ? SampleValues.NORMAL_NAN : shape.sum() + random.nextInt(100) / 8.0,
                shape.positiveSpans(),
                positive,
                shape.negativeSpans(),
                negative,
                shape.customBounds());
        return shape;
    }

    private double[] grown(double[] counts) {
        return Arrays.stream(counts)
                .map(count -> count + (random.nextInt(3) == 0 ? random.nextInt(9) / scaleOfCounts() : 0))
                .toArray();
    }

    /// Counts of gauges and of rates are no whole numbers.
    private double scaleOfCounts() {
        return scale < 1 ? 4 : 1;
    }

    private NativeHistogram newShape() {
        int positive = random.nextInt(MAX_BUCKETS);
        if (kind == Kind.CUSTOM_HISTOGRAM) {
            double[] bounds = new double[positive];
            Arrays.setAll(bounds, i -> (i + 1) / 8.0);
            return NativeHistogram.ofBounds(bounds, new int[] {0, positive + 1}, new double[positive + 1], 0, 0);
        }
        int negative = random.nextInt(4);
        int first = random.nextInt(positive + 1);
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                random.nextInt(NativeHistogram.MIN_SCHEMA, NativeHistogram.MAX_SCHEMA + 1),
                random.nextInt(3) == 0 ? 0.001 : 0x1p-128,
                0,
                0,
                0,
                new int[] {random.nextInt(-5, 5), first, random.nextInt(3), positive - first},
                new double[positive],
                negative == 0 ? new int[0] : new int[] {random.nextInt(-5, 5), negative},
                new double[negative],
                new double[0]);
    }
}
