package dev.belvedere.promql.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkingHistogramTest {

    private static final long SEED = Long.getLong("seed", 20260821L);

    /// A histogram of positive observations drawn at random, counted in buckets of a random schema.
    private static NativeHistogram random(SplittableRandom random) {
        int schema = random.nextInt(-2, 4);
        double[] counts = new double[random.nextInt(1, 12)];
        double total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(0, 5);
            total += counts[i];
        }
        double zeroThreshold = random.nextBoolean() ? 0 : 1;
        double zeroCount = random.nextInt(0, 3);
        // The zero bucket ends where the buckets begin, at 2^0 or above.
        int offset = 1 + random.nextInt(0, 6);
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                schema,
                zeroThreshold,
                zeroCount,
                total + zeroCount,
                total * 1.5,
                new int[] {offset, counts.length},
                counts,
                new int[0],
                new double[0],
                new double[0]);
    }

    private static NativeHistogram sum(NativeHistogram a, NativeHistogram b) {
        WorkingHistogram sum = WorkingHistogram.of(a);
        assertThat(sum.add(b).isCompatible()).isTrue();
        return sum.compacted().toNative();
    }

    private static double inBuckets(NativeHistogram histogram) {
        double total = 0;
        HistogramBuckets buckets = HistogramBuckets.of(histogram);
        for (double count : buckets.count()) {
            total += count;
        }
        return total;
    }

    @Test
    void errors_of_additions_are_kept_only_where_they_are_wanted() {
        NativeHistogram first = ofBounds(1, 0.1, 0.2);
        NativeHistogram second = ofBounds(2, 0.3, 0);
        NativeHistogram nothing = ofBounds(3, 0, 0);
        WorkingHistogram plain = WorkingHistogram.of(first);
        plain.subtract(second);
        plain.add(nothing);
        assertThat(plain.toNative().positiveCounts()).containsExactly(0.1 + 0.2 - 0.3);
        WorkingHistogram compensated = WorkingHistogram.of(first);
        compensated.addCompensated(second, -1);
        compensated.addCompensated(nothing);
        compensated.settleCompensation();
        assertThat(compensated.toNative().positiveCounts()).containsExactly(0x1p-55);
    }

    private static NativeHistogram ofBounds(double bound, double below, double above) {
        return NativeHistogram.ofBounds(
                new double[] {bound}, new int[] {0, 2}, new double[] {below, above}, below + above, 1);
    }

    /// Four buckets behind a zero bucket, which a wider one takes up or a coarser schema merges.
    private static NativeHistogram hugeInBetween() {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                1,
                0,
                1,
                8,
                8,
                new int[] {1, 4},
                new double[] {1e100, 3, -1e100, 4},
                new int[0],
                new double[0],
                new double[0]);
    }

    private static NativeHistogram empty(int schema, double zeroThreshold) {
        int[] spans = new int[0];
        double[] counts = new double[0];
        return new NativeHistogram(
                ResetHint.UNKNOWN, schema, zeroThreshold, 0, 0, 0, spans, counts, spans, counts, counts);
    }

    @Test
    void a_compensated_sum_keeps_what_merging_the_other_loses() {
        WorkingHistogram wide = WorkingHistogram.of(empty(1, 4));
        wide.addCompensated(hugeInBetween());
        wide.settleCompensation();
        assertThat(wide.toNative().zeroCount()).isEqualTo(8);
        WorkingHistogram coarse = WorkingHistogram.of(empty(-1, 0));
        coarse.addCompensated(hugeInBetween());
        coarse.settleCompensation();
        assertThat(coarse.toNative().positiveCounts()).containsExactly(7);
        WorkingHistogram again = WorkingHistogram.of(empty(-1, 0));
        again.addCompensated(coarse.toNative());
        again.addCompensated(hugeInBetween());
        again.settleCompensation();
        assertThat(again.toNative().positiveCounts()).containsExactly(14);
    }

    @Test
    void sums_do_not_depend_on_order_and_lose_no_observation() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            NativeHistogram a = random(random);
            NativeHistogram b = random(random);
            NativeHistogram sum = sum(a, b);
            assertThat(HistogramEquality.areSame(sum, sum(b, a)))
                    .as("seed %d round %d", SEED, round)
                    .isTrue();
            assertThat(inBuckets(sum)).as("seed %d round %d", SEED, round).isEqualTo(inBuckets(a) + inBuckets(b));
            assertThat(sum.schema()).isEqualTo(Math.min(a.schema(), b.schema()));
        }
    }

    @Test
    void taking_away_what_was_added_leaves_what_was_there() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            NativeHistogram a = random(random);
            NativeHistogram b = random(random);
            WorkingHistogram difference = WorkingHistogram.of(sum(a, b));
            difference.subtract(b);
            NativeHistogram left = difference.compacted().toNative();
            assertThat(inBuckets(left)).as("seed %d round %d", SEED, round).isEqualTo(inBuckets(a));
            assertThat(left.count()).isEqualTo(a.count());
        }
    }

    @Test
    void a_histogram_that_only_grew_was_not_reset() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            NativeHistogram a = random(random);
            NativeHistogram grown = sum(a, random(random));
            boolean isSameLayout = grown.schema() == a.schema() && grown.zeroThreshold() == a.zeroThreshold();
            if (isSameLayout) {
                assertThat(CounterResets.isReset(grown, a))
                        .as("seed %d round %d", SEED, round)
                        .isFalse();
            }
            WorkingHistogram halved = WorkingHistogram.of(grown);
            halved.multiply(0.5);
            assertThat(CounterResets.isReset(halved.toNative(), grown))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(grown.count() > 0);
        }
    }

    @Test
    void a_quantile_is_where_its_share_of_observations_ends() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            NativeHistogram histogram = random(random);
            double q = random.nextDouble(0.01, 0.99);
            double quantile = HistogramQuantiles.quantile(q, histogram).value();
            if (histogram.count() == 0) {
                assertThat(quantile).isNaN();
            } else if (quantile > 0) {
                double fraction = HistogramQuantiles.fraction(Double.NEGATIVE_INFINITY, quantile, histogram)
                        .value();
                assertThat(fraction).as("seed %d round %d", SEED, round).isCloseTo(q, within(1e-9));
            }
        }
    }

    @Test
    void trimming_both_ways_keeps_every_observation_once() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            NativeHistogram histogram = random(random);
            double limit = random.nextDouble(0, 40);
            double below = HistogramTrim.trim(histogram, limit, true).count();
            double above = HistogramTrim.trim(histogram, limit, false).count();
            assertThat(below + above).as("seed %d round %d", SEED, round).isCloseTo(histogram.count(), within(1e-9));
        }
    }

    @Test
    void exponential_and_custom_buckets_do_not_mix() {
        NativeHistogram custom = new NativeHistogram(
                ResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS,
                0,
                0,
                1,
                1,
                new int[] {0, 1},
                new double[] {1},
                new int[0],
                new double[0],
                new double[] {5});
        NativeHistogram exponential = random(new SplittableRandom(SEED));
        assertThat(WorkingHistogram.of(custom).add(exponential).isCompatible()).isFalse();
        assertThat(CounterResets.isReset(custom.withResetHint(ResetHint.UNKNOWN), exponential))
                .isTrue();
    }
}
