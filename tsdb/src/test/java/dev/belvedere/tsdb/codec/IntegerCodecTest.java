package dev.belvedere.tsdb.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntegerCodecTest {

    /// Values of one encoded group: the first is told apart.
    private static final int COUNT = 129;

    /// Mode, first value, width, base, count of patches.
    private static final int HEAD_BYTES = 7;

    private final IntegerCodec codec = new IntegerCodec();
    private final ByteSink out = new ByteSink(64);

    private int encodedBytes(long[] values) {
        out.clear();
        codec.encode(values, values.length, out);
        long[] decoded = new long[values.length];
        codec.decode(new ByteSource(out.toBytes()), decoded, values.length);
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
    void distances_beyond_64_bits_and_extremes_are_kept() {
        assertThat(encodedBytes(new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MIN_VALUE, 7, 7, 7, 7}))
                .isPositive();
        assertThat(encodedBytes(new long[] {5, 5, 5, 5})).isLessThan(4);
    }
}
