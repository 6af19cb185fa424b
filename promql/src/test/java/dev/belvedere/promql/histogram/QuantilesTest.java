package dev.belvedere.promql.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantilesTest {

    @Test
    void a_selected_quantile_is_that_of_the_sorted_numbers_which_are_all_kept() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            double[] numbers = random.doubles(1 + random.nextInt(300), -50, 50).toArray();
            int distinct = 1 + random.nextInt(100);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = random.nextInt(20) == 0 && round % 3 == 0 ? Double.NaN : Math.rint(numbers[i] % distinct);
            }
            double q = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
            double[] sorted = numbers.clone();
            Arrays.sort(sorted);
            int nans = (int) Arrays.stream(sorted).filter(Double::isNaN).count();
            double expected = Quantiles.quantileOfSorted(q, sorted, sorted.length - nans, nans);
            double found = Quantiles.quantile(q, numbers, numbers.length);
            assertThat(found + 0.0)
                    .as("seed %d, quantile %s of %d", seed, q, numbers.length)
                    .isEqualTo(Double.valueOf(expected + 0.0));
            Arrays.sort(numbers);
            for (int i = 0; i < sorted.length; i++) {
                // Of zeros the sign may be either.
                assertThat(numbers[i] + 0.0).as("seed %d", seed).isEqualTo(Double.valueOf(sorted[i] + 0.0));
            }
        }
    }
}
