package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalReaderTest {

    private static final long SEED = Long.getLong("seed", 42);

    private static double read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new DecimalReader().read(bytes, 0, bytes.length);
    }

    private static void assertReadAsTheJdkDoes(String text) {
        assertThat(Double.doubleToRawLongBits(read(text)))
                .as("%s, seed %d", text, SEED)
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1",
                "+1",
                "1.",
                ".5",
                "1e3",
                "1E-3",
                "9007199254740993",
                "9007199254740992.5",
                "1e22",
                "1e23",
                "123456789012345678901234567890",
                "0.00000000000000000000001",
                "4.9e-324",
                "2.2250738585072014e-308",
                "1.7976931348623157e308",
                "0.1",
                "18446744073709551615",
                "9999999999999999999",
                "1e-400",
                "00000000000000000000001"
            })
    void edge_cases_are_read_as_the_jdk_reads_them(String text) {
        assertReadAsTheJdkDoes(text);
    }

    @Test
    void random_numbers_of_every_kind_are_read_as_the_jdk_reads_them() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertReadAsTheJdkDoes(Double.toString(value));
            }
            assertReadAsTheJdkDoes(Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(-20, 20))));
            assertReadAsTheJdkDoes(random.nextLong(Long.MAX_VALUE) + "e" + random.nextInt(-80, 60));
            // Halfway between two doubles, where rounding to even decides.
            long odd = (1L << 53) + 2 * random.nextInt(1 << 20) + 1;
            assertReadAsTheJdkDoes(Long.toString(odd << random.nextInt(10)));
        }
    }

    @Test
    void names_of_special_values_are_read_in_any_case() {
        assertThat(read("+Inf")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read("-INF")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(read("nan")).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1x", "1_000", "0x10", "1e", "--1", "1.2.3", "1d", "1e999"})
    void what_is_no_number_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(NumberFormatException.class);
    }
}
