package dev.belvedere.acceptance.promql;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// A native histogram that takes random observations, and now and then starts again or changes its layout.
final class RandomHistogram {

    /// How a histogram behaves.
    ///
    /// @param isFloat whether its counts are no whole numbers
    /// @param isGauge whether counts go down too
    /// @param hasCustomBounds whether its buckets are custom ones
    /// @param restarts chance to start again at a scrape
    /// @param changes chance to change its layout at a scrape
    /// @param layouts what its layouts are like
    record Manner(
            boolean isFloat,
            boolean isGauge,
            boolean hasCustomBounds,
            double restarts,
            double changes,
            Layouts layouts) {

        static final Manner GAUGE = new Manner(true, true, false, 0, 0.01, Layouts.USUAL);

        static Manner counter(boolean isFloat) {
            return new Manner(isFloat, false, false, 0.02, 0.01, Layouts.USUAL);
        }

        static Manner custom(boolean isFloat) {
            return new Manner(isFloat, false, true, 0.02, 0.01, Layouts.USUAL);
        }

        static Manner wild(boolean isFloat) {
            return new Manner(isFloat, false, false, 0.01, 0.02, Layouts.WILD);
        }

        static Manner steady(boolean isFloat, boolean hasCustomBounds) {
            return new Manner(isFloat, false, hasCustomBounds, 0.02, 0, Layouts.STEADY);
        }
    }

    enum Layouts {
        /// A few schemas and zero buckets, and only buckets that have a count, or had.
        USUAL,
        /// Any schema and zero bucket.
        WILD,
        /// All buckets have a count from the beginning, so that nothing that keeps them together adds any.
        STEADY
    }

    private static final double[][] BOUNDS = {{1, 2, 5, 10}, {1, 2, 3, 5, 10, 20}, {0.5, 5}, {-2, 0, 2.5, 7}};

    private static final double[] ZERO_THRESHOLDS = {0, 1e-128, 1e-30, 0.0005, 0.25, 0.5};
    private static final int LOWEST_INDEX = -4;
    private static final int INDEX_COUNT = 14;

    private final Random random;
    private final Manner manner;
    private final SortedMap<Integer, Double> positive = new TreeMap<>();
    private final SortedMap<Integer, Double> negative = new TreeMap<>();
    private final boolean hasNegative;
    private int schema;
    private double[] bounds;
    private double zeroThreshold;
    private double zeroCount;
    private double sum;
    private final boolean hasNotNumbers;
    private double notNumbers;

    /// @param hasNotNumbers whether it observes NaN too
    RandomHistogram(Random random, Manner manner, boolean hasNotNumbers) {
        this.random = random;
        this.manner = manner;
        this.hasNegative = !manner.hasCustomBounds() && random.nextInt(3) == 0;
        this.hasNotNumbers = hasNotNumbers;
        layOut();
    }

    private void layOut() {
        schema = manner.hasCustomBounds()
                ? NativePoint.CUSTOM_SCHEMA
                : isWild() ? random.nextInt(13) - 4 : random.nextInt(6) - 1;
        bounds = manner.hasCustomBounds() ? BOUNDS[random.nextInt(BOUNDS.length)] : new double[0];
        zeroThreshold = manner.hasCustomBounds() ? 0 : schema >= 2 && random.nextBoolean() ? 0.25 : 0.0005;
        if (isWild()) {
            double lowest = Math.pow(2, Math.scalb(1.0, -schema) * (LOWEST_INDEX - 1));
            zeroThreshold = ZERO_THRESHOLDS[random.nextInt(ZERO_THRESHOLDS.length)];
            zeroThreshold = zeroThreshold <= lowest ? zeroThreshold : 0;
        }
        restart();
    }

    private boolean isWild() {
        return manner.layouts() == Layouts.WILD;
    }

    private boolean isSteady() {
        return manner.layouts() == Layouts.STEADY;
    }

    private void restart() {
        positive.clear();
        negative.clear();
        zeroCount = 0;
        sum = 0;
        notNumbers = 0;
        // Whether there are buckets on a side decides about the zero bucket. Where Prometheus keeps samples together it
        // gives one those of the others too, empty ones: so there is one from the beginning.
        if (!manner.hasCustomBounds()) {
            positive.put(0, 1.0);
        }
        if (hasNegative) {
            negative.put(0, 1.0);
        }
        if (isSteady()) {
            fill(positive);
        }
        if (isSteady() && hasNegative) {
            fill(negative);
        }
    }

    private void fill(SortedMap<Integer, Double> side) {
        int first = manner.hasCustomBounds() ? 0 : LOWEST_INDEX;
        int count = manner.hasCustomBounds() ? bounds.length + 1 : INDEX_COUNT;
        for (int index = first; index < first + count; index++) {
            side.put(index, 1.0);
        }
    }

    /// The buckets of a coarser schema, as a client makes room.
    private void coarsen() {
        boolean isZeroInTheWay = zeroThreshold > 0.1 && schema <= 2;
        if (manner.hasCustomBounds() || schema <= -1 || isZeroInTheWay || isWild()) {
            layOut();
            return;
        }
        schema--;
        for (SortedMap<Integer, Double> side : List.of(positive, negative)) {
            SortedMap<Integer, Double> merged = new TreeMap<>();
            for (Map.Entry<Integer, Double> bucket : side.entrySet()) {
                merged.merge((bucket.getKey() - 1 >> 1) + 1, bucket.getValue(), Double::sum);
            }
            side.clear();
            side.putAll(merged);
        }
    }

    NativePoint scrape() {
        if (random.nextDouble() < manner.restarts()) {
            restart();
        }
        if (random.nextDouble() < manner.changes()) {
            if (random.nextBoolean()) {
                coarsen();
            } else {
                layOut();
            }
        }
        int observations = random.nextInt(4) == 0 ? 0 : random.nextInt(6);
        for (int i = 0; i < observations; i++) {
            observe();
        }
        double count = zeroCount + notNumbers;
        for (double bucket : positive.values()) {
            count += bucket;
        }
        for (double bucket : negative.values()) {
            count += bucket;
        }
        return new NativePoint(
                schema,
                manner.isFloat(),
                manner.isGauge() ? 3 : 0,
                notNumbers > 0 ? Double.NaN : sum,
                count,
                zeroThreshold,
                zeroCount,
                positive,
                negative,
                bounds);
    }

    private void observe() {
        double weight = manner.isFloat() ? 0.25 + random.nextDouble() * 3 : 1 + random.nextInt(9);
        if (hasNotNumbers && random.nextInt(40) == 0) {
            notNumbers += weight;
            return;
        }
        if (manner.isGauge() && random.nextInt(3) == 0) {
            weight = -weight;
        }
        if (!manner.hasCustomBounds() && random.nextInt(6) == 0) {
            zeroCount = Math.max(0, zeroCount + weight);
            return;
        }
        int index = manner.hasCustomBounds()
                ? random.nextInt(bounds.length + 1)
                : random.nextInt(INDEX_COUNT) + LOWEST_INDEX;
        boolean isBelow = hasNegative && random.nextInt(3) == 0;
        SortedMap<Integer, Double> side = isBelow ? negative : positive;
        double before = side.getOrDefault(index, 0.0);
        side.put(index, Math.max(index == 0 ? 1 : 0, before + weight));
        double middle = manner.hasCustomBounds() ? index + 0.5 : Math.pow(2, Math.scalb(1.0, -schema) * (index - 0.5));
        sum += (isBelow ? -middle : middle) * (side.get(index) - before);
    }
}
