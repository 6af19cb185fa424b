package dev.belvedere.tsdb.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntegersTest {

    /// Values of one encoded group: the first is told apart.
    private static final int COUNT = 129;

    /// Mode, first value, width, base, count of patches.
    private static final int HEAD_BYTES = 7;

    private final IntegerEncoder encoder = new IntegerEncoder();
    private final IntegerDecoder decoder = new IntegerDecoder();
    private final ByteSink out = new ByteSink(64);

    private int encodedBytes(long[] values) {
        out.clear();
        encoder.encode(values, values.length, out);
        long[] decoded = new long[values.length];
        decoder.decode(new ByteSource(out.toBytes()), decoded, values.length);
        assertThat(decoded).isEqualTo(values);
        return out.size();
    }

    @Test
    void groups_take_little_more_than_the_cheapest_width_with_patches() {
        long seed = Long.getLong("seed", 7);
        SplittableRandom random = new SplittableRandom(seed);
        long encoded = 0;
        long cheapest = 0;
        for (int round = 0; round < 2000; round++) {
            long[] values = noise(random);
            encoded += encodedBytes(values);
            cheapest += cheapestBits(Arrays.copyOfRange(values, 1, COUNT)) / 8 + HEAD_BYTES;
        }
        assertThat((double) encoded / cheapest).as("-Dseed=%d", seed).isBetween(0.9, 1.05);
    }

    /// Entries without a trend, most within a narrow range and some far out, so that neither differences nor a divisor
    /// help.
    private static long[] noise(SplittableRandom random) {
        int narrow = random.nextInt(1, 30);
        int wide = narrow + random.nextInt(1, 30);
        double outliers = random.nextDouble() * random.nextDouble() * 0.5;
        long[] values = new long[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = 1000 + random.nextLong(1L << (random.nextDouble() < outliers ? wide : narrow));
        }
        values[0] = 1000;
        values[1] = 1001;
        return values;
    }

    private static long cheapestBits(long[] entries) {
        Arrays.sort(entries);
        int fullWidth = 64 - Long.numberOfLeadingZeros(entries[entries.length - 1] - entries[0]);
        long cheapest = (long) entries.length * fullWidth;
        for (int width = 0; width < fullWidth; width++) {
            int most = 0;
            for (int start = 0; start < entries.length; start++) {
                int end = start;
                while (end < entries.length && entries[end] - entries[start] < 1L << width) {
                    end++;
                }
                most = Math.max(most, end - start);
            }
            long patches = entries.length - most;
            cheapest = Math.min(cheapest, (long) entries.length * width + patches * (16 + 8 * (fullWidth / 7)));
        }
        return cheapest;
    }

    @Test
    void a_common_divisor_is_found_whatever_the_size_of_the_values() {
        for (long step : new long[] {3, 1 << 20, 1L << 33, 6_000_000_007L}) {
            long[] values = new long[100];
            for (int i = 0; i < values.length; i++) {
                values[i] = 5 - step * (i * 37 % 16);
            }
            assertThat(encodedBytes(values)).as("steps of %d", step).isLessThan(70);
        }
    }

    @Test
    void what_stays_some_rows_and_then_rises_a_little_is_written_as_runs() {
        SplittableRandom random = new SplittableRandom(5);
        long[] values = new long[256];
        int left = 0;
        for (int i = 1; i < values.length; i++) {
            values[i] = values[i - 1] + (left == 0 ? 1 + random.nextLong(4) : 0);
            left = left == 0 ? random.nextInt(4) : left - 1;
        }
        assertThat(encodedBytes(values)).isLessThan(90);
    }

    @Test
    void outliers_at_any_distance_from_a_crowd_are_kept() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 500; round++) {
            long crowd = random.nextLong() >> 1;
            long[] values = random.longs(200, crowd, crowd + 4).toArray();
            for (int i = random.nextInt(60); i < values.length; i += 60) {
                values[i] = random.nextLong();
            }
            assertThat(encodedBytes(values)).isLessThan(400);
        }
    }

    @Test
    void distances_beyond_64_bits_and_extremes_are_kept() {
        assertThat(encodedBytes(new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MIN_VALUE, 7, 7, 7, 7}))
                .isPositive();
        assertThat(encodedBytes(new long[] {5, 5, 5, 5})).isLessThan(4);
    }

    @Test
    void any_rows_of_a_column_are_read_as_they_are_among_all() {
        long seed = Long.getLong("seed", 11);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 3000; round++) {
            long[] values = column(random);
            out.clear();
            encoder.encode(values, values.length, out);
            int from = random.nextInt(values.length);
            int to = random.nextInt(from, values.length) + 1;
            long[] decoded = new long[values.length];
            boolean areEqual =
                    decoder.decode(new ByteSource(out.toBytes()), decoded, new RowSpan(values.length, from, to));
            assertThat(Arrays.copyOfRange(decoded, from, to))
                    .as("-Dseed=%d, round %d, rows %d to %d", seed, round, from, to)
                    .isEqualTo(Arrays.copyOfRange(values, from, to));
            assertThat(areEqual && Arrays.stream(values, from, to).anyMatch(v -> v != decoded[from]))
                    .isFalse();
        }
    }

    /// Noise, a trend or a trend of trends, with outliers, a divisor or repeated values here and there.
    private static long[] column(SplittableRandom random) {
        long[] values = new long[1 + random.nextInt(random.nextBoolean() ? 20 : 500)];
        int width = random.nextInt(63);
        double outliers = random.nextInt(4) == 0 ? 0.03 : 0;
        long divisor = random.nextInt(4) == 0 ? 15_000 : 1;
        int repeats = random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 1;
        int sums = random.nextInt(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextLong(random.nextDouble() < outliers ? Long.MAX_VALUE : 1L << width);
        }
        for (int pass = 0; pass < sums; pass++) {
            for (int i = 1; i < values.length; i++) {
                values[i] += values[i - 1];
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i - i % repeats] * divisor;
        }
        return values;
    }
}
