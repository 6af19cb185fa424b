package dev.belvedere.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecimalTextTest {

    @Test
    void numbers_look_as_go_writes_them() {
        assertThat(DecimalText.of(0)).isEqualTo("0");
        assertThat(DecimalText.of(-0.0)).isEqualTo("-0");
        assertThat(DecimalText.of(1)).isEqualTo("1");
        assertThat(DecimalText.of(-12.5)).isEqualTo("-12.5");
        assertThat(DecimalText.of(0.1)).isEqualTo("0.1");
        assertThat(DecimalText.of(0.000001)).isEqualTo("0.000001");
        assertThat(DecimalText.of(0.0000001)).isEqualTo("1e-07");
        assertThat(DecimalText.of(1.5e-7)).isEqualTo("1.5e-07");
        assertThat(DecimalText.of(1e20)).isEqualTo("100000000000000000000");
        assertThat(DecimalText.of(1e21)).isEqualTo("1e+21");
        assertThat(DecimalText.of(1.7976931348623157e308)).isEqualTo("1.7976931348623157e+308");
        assertThat(DecimalText.of(2.5e-300)).isEqualTo("2.5e-300");
        assertThat(DecimalText.of(123456789.123)).isEqualTo("123456789.123");
        assertThat(DecimalText.of(1.0 / 3)).isEqualTo("0.3333333333333333");
        assertThat(DecimalText.of(11914.2208)).isEqualTo("11914.2208");
        assertThat(DecimalText.of(2.0 / 3 * 1e15)).isEqualTo("666666666666666.6");
        assertThat(DecimalText.of(9007199254740993.0)).isEqualTo("9007199254740992");
        assertThat(DecimalText.of(Double.NaN)).isEqualTo("NaN");
        assertThat(DecimalText.of(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
        assertThat(DecimalText.of(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
    }

    @Test
    void every_double_reads_back_and_no_text_is_longer_than_javas_digits() {
        long seed = Long.getLong("seed", 42);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            double value = i % 2 == 0
                    ? Double.longBitsToDouble(random.nextLong())
                    : random.nextInt(1_000_000_000) / Math.pow(10, random.nextInt(9));
            if (Double.isFinite(value)) {
                String text = DecimalText.of(value);
                assertThat(Double.parseDouble(text))
                        .as("seed %d, text %s", seed, text)
                        .isEqualTo(value);
                assertThat(text.contains(".") && !text.contains("e") && text.endsWith("0"))
                        .as("seed %d, text %s", seed, text)
                        .isFalse();
                int digits = new BigDecimal(Double.toString(value))
                        .stripTrailingZeros()
                        .precision();
                assertThat(new BigDecimal(text).stripTrailingZeros().precision())
                        .isLessThanOrEqualTo(digits);
            }
        }
    }

    @Test
    void digits_are_those_that_java_finds() {
        long seed = Long.getLong("seed", 43);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < Integer.getInteger("rounds", 300_000); i++) {
            double value = switch (i % 4) {
                case 0 -> Math.abs(Double.longBitsToDouble(random.nextLong()));
                case 1 -> random.nextInt(1_000_000) / (random.nextInt(1000) + 1.0);
                case 2 -> Math.scalb(1.0 + random.nextInt(4), random.nextInt(2098) - 1074);
                default -> Double.longBitsToDouble(random.nextLong(1L << random.nextInt(1, 53)));
            };
            if (Double.isFinite(value)) {
                assertThat(new BigDecimal(DecimalText.of(value)))
                        .as("seed %d, value %s", seed, value)
                        .isEqualByComparingTo(new BigDecimal(Double.toString(value)));
            }
        }
    }

    @Test
    void timestamps_drop_the_zeros_of_their_fraction() {
        assertThat(seconds(1435781430781L)).isEqualTo("1435781430.781");
        assertThat(seconds(1435781430700L)).isEqualTo("1435781430.7");
        assertThat(seconds(1435781430050L)).isEqualTo("1435781430.05");
        assertThat(seconds(1435781430000L)).isEqualTo("1435781430");
        assertThat(seconds(-500)).isEqualTo("-0.5");
        assertThat(seconds(-1500)).isEqualTo("-1.5");
    }

    private static String seconds(long millis) {
        return new JsonWriter().timestamp(millis).toString();
    }

    @Test
    void text_is_escaped_and_commas_are_put() {
        JsonWriter json = new JsonWriter(1);
        json.beginObject()
                .name("a\"\\\n\u0001é\"")
                .value("ü\t")
                .name("b")
                .beginArray()
                .value(1)
                .value(true)
                .nullValue();
        json.value(1.5)
                .value(Double.NaN)
                .sampleValue(Double.NaN)
                .beginObject()
                .endObject()
                .endArray()
                .endObject();
        assertThat(json.toString())
                .isEqualTo("{\"a\\\"\\\\\\n\\u0001é\\\"\":\"ü\\t\",\"b\":[1,true,null,1.5,null,\"NaN\",{}]}");
    }
}
