package dev.belvedere.promql.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.SampleValues;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClassicBucketsTest {

    private static final long SEED = Long.getLong("seed", 20261127L);
    private static final int STEPS = 40;
    private static final double[] QUANTILES = {0, 0.01, 0.5, 0.9, 0.99, 1};

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static double[] bounds(int buckets, double lowest) {
        double[] bounds = new double[buckets];
        for (int i = 0; i < buckets - 1; i++) {
            bounds[i] = lowest + i * i;
        }
        bounds[buckets - 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /// Counts that mostly rise; some fall, some differ by rounding, some are absent.
    private double[][] counts(int buckets) {
        double[][] counts = new double[buckets][STEPS];
        for (int step = 0; step < STEPS; step++) {
            double count = 0;
            int oddity = random.nextInt(6);
            for (int i = 0; i < buckets; i++) {
                count += random.nextInt(3) == 0 ? random.nextInt(100) / 7.0 : 0;
                boolean isOdd = random.nextInt(4) == 0;
                counts[i][step] = switch (isOdd ? oddity : -1) {
                    case 0 -> count - 1;
                    case 1 -> Math.nextDown(count);
                    case 2 -> SampleValues.ABSENT;
                    default -> count;
                };
            }
        }
        return counts;
    }

    /// The same of one step alone, so that nothing is found by columns of more than one.
    private static double alone(double[] bounds, double[][] counts, int step, double q) {
        double raised = Double.NEGATIVE_INFINITY;
        double[] present = new double[bounds.length];
        double[] presentBounds = new double[bounds.length];
        int size = 0;
        for (int i = 0; i < bounds.length; i++) {
            double count = counts[i][step];
            if (!SampleValues.isAbsent(count)) {
                // Falls, and what differs by rounding, are levelled.
                raised = count - raised > 1e-9 ? count : Math.max(raised, size == 0 ? count : raised);
                present[size] = raised;
                presentBounds[size++] = bounds[i];
            }
        }
        if (size == 0 || presentBounds[size - 1] != Double.POSITIVE_INFINITY || size < 2 || present[size - 1] == 0) {
            return Double.NaN;
        }
        double rank = q * present[size - 1];
        int bucket = 0;
        while (bucket < size - 1 && present[bucket] < rank) {
            bucket++;
        }
        if (bucket == size - 1) {
            return presentBounds[size - 2];
        }
        if (bucket == 0 && presentBounds[0] <= 0) {
            return presentBounds[0];
        }
        double start = bucket > 0 ? presentBounds[bucket - 1] : 0;
        double below = bucket > 0 ? present[bucket - 1] : 0;
        return start + (presentBounds[bucket] - start) * ((rank - below) / (present[bucket] - below));
    }

    @Test
    void quantiles_are_those_of_buckets_looked_at_one_by_one() {
        ClassicBuckets buckets = new ClassicBuckets();
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(25);
            double[] bounds = bounds(size, random.nextInt(3) - 1);
            double[][] counts = counts(size);
            buckets.begin(bounds, counts);
            for (int step = 0; step < STEPS; step++) {
                buckets.moveTo(step);
                for (double q : QUANTILES) {
                    double found = buckets.isEmpty() ? Double.NaN : buckets.quantile(q);
                    assertThat(found)
                            .as(
                                    "-Dseed=%d, round %d, step %d, quantile %s of %s",
                                    SEED, round, step, q, column(counts, step))
                            .isEqualTo(Double.valueOf(alone(bounds, counts, step, q)));
                }
            }
        }
    }

    private static String column(double[][] counts, int step) {
        return Arrays.toString(
                Arrays.stream(counts).mapToDouble(each -> each[step]).toArray());
    }

    @Test
    void the_share_below_a_bound_is_that_of_its_bucket() {
        ClassicBuckets buckets = new ClassicBuckets();
        buckets.begin(new double[] {1, 2, Double.POSITIVE_INFINITY}, new double[][] {{1, 0}, {3, 4}, {4, 4}});
        buckets.moveTo(0);
        assertThat(buckets.fraction(0, 2)).isEqualTo(0.75);
        buckets.moveTo(1);
        assertThat(buckets.fraction(1, 2)).isEqualTo(1);
    }
}
