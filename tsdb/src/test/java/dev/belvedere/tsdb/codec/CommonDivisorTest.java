package dev.belvedere.tsdb.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommonDivisorTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private final CommonDivisor divisor = new CommonDivisor();

    /// As arithmetic without limits has it.
    private static long expected(long[] values) {
        BigInteger common = BigInteger.ZERO;
        for (long value : values) {
            common = common.gcd(BigInteger.valueOf(value).subtract(BigInteger.valueOf(values[0])));
        }
        return common.longValueExact();
    }

    @Test
    void divisors_and_quotients_are_those_of_arithmetic() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            long factor = 1 + (random.nextLong() >>> 3 + random.nextInt(60));
            long most = Long.MAX_VALUE / 4 / factor;
            long[] values = new long[1 + random.nextInt(40)];
            for (int i = 0; i < values.length; i++) {
                long multiple = random.nextLong() >> random.nextInt(64);
                values[i] = most == 0 ? 0 : multiple % most * factor;
            }
            divisor.find(values, values.length);
            String shown = "round " + round + " seed " + SEED;
            assertThat(divisor.value()).as(shown).isEqualTo(expected(values));
            for (int i = 0; i < values.length && !divisor.isOfEqual(); i++) {
                assertThat(divisor.quotient(values[i] - values[0]))
                        .as(shown)
                        .isEqualTo((values[i] - values[0]) / divisor.value());
            }
        }
    }

    @Test
    void distances_beyond_64_bits_have_no_divisor() {
        divisor.find(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 2);
        assertThat(divisor.value()).isEqualTo(1);
        divisor.find(new long[] {0, Long.MIN_VALUE, 4}, 3);
        assertThat(divisor.value()).isEqualTo(1);
    }

    @Test
    void equal_values_have_every_divisor() {
        divisor.find(new long[] {7, 7, 7}, 3);
        assertThat(divisor.isOfEqual()).isTrue();
    }
}
