package dev.belvedere.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeriesKeyTest {

    private record Halves(long high, long low) {}

    private static Halves key(byte[] bytes, int start, int end) {
        SeriesKey key = new SeriesKey();
        key.setBytes(bytes, start, end);
        return new Halves(key.high(), key.low());
    }

    @Test
    void every_bit_of_every_length_counts_and_where_the_bytes_lie_does_not() {
        SplittableRandom random = new SplittableRandom(3);
        for (int length = 0; length <= 100; length++) {
            byte[] bytes = new byte[length + 20];
            random.nextBytes(bytes);
            Halves key = key(bytes, 5, 5 + length);
            byte[] moved = new byte[length + 20];
            System.arraycopy(bytes, 5, moved, 11, length);
            assertThat(key(moved, 11, 11 + length)).isEqualTo(key);
            for (int bit = 0; bit < 8 * length; bit++) {
                bytes[5 + bit / 8] ^= (byte) (1 << bit % 8);
                Halves other = key(bytes, 5, 5 + length);
                assertThat(other.high()).isNotEqualTo(key.high());
                assertThat(other.low()).isNotEqualTo(key.low());
                bytes[5 + bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
    }

    @Test
    void blocks_in_another_order_and_zeros_of_another_length_have_other_keys() {
        Set<Halves> keys = new HashSet<>();
        for (int length = 0; length <= 256; length++) {
            keys.add(key(new byte[256], 0, length));
        }
        assertThat(keys).hasSize(257);
        byte[] blocks = new byte[128];
        for (int i = 0; i < 8; i++) {
            blocks[16 * i] = (byte) (i + 1);
        }
        Set<Halves> ordered = new HashSet<>();
        for (int a = 0; a < 8; a++) {
            for (int b = 0; b <= a; b++) {
                byte[] swapped = blocks.clone();
                swapped[16 * a] = blocks[16 * b];
                swapped[16 * b] = blocks[16 * a];
                ordered.add(key(swapped, 0, 128));
            }
        }
        assertThat(ordered).as("the order itself and 28 swaps").hasSize(29);
    }
}
