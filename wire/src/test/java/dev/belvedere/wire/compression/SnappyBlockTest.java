package dev.belvedere.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnappyBlockTest {

    private static final long SEED = Long.getLong("seed", 4711L);

    /// Runs of repeated and of random bytes, so that there is something to compress and something that is not.
    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(2000)];
        for (int at = 0; at < bytes.length; ) {
            int to = Math.min(bytes.length, at + 1 + random.nextInt(100));
            boolean isRun = random.nextBoolean();
            byte repeated = (byte) random.nextInt();
            for (; at < to; at++) {
                bytes[at] = isRun ? repeated : (byte) random.nextInt();
            }
        }
        return bytes;
    }

    private static byte[] decompress(byte[] block, int maxBytes) {
        byte[] into = new byte[SnappyBlock.declaredLength(block, 0, block.length, maxBytes)];
        return Arrays.copyOf(into, SnappyBlock.decompress(block, 0, block.length, into));
    }

    @Test
    void what_was_compressed_comes_back() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = bytes(random);
            assertThat(decompress(SnappyBlock.compress(bytes, 0, bytes.length), 1 << 20))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void a_block_that_declares_four_gibibytes_is_refused_before_anything_is_allocated() {
        byte[] bomb = HexFormat.of().parseHex("ffffffff0f00");
        assertThatThrownBy(() -> SnappyBlock.declaredLength(bomb, 0, bomb.length, 64 << 20))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("4294967295 bytes")
                .hasMessageContaining("ingest.maxDecodedBytes");
    }

    @Test
    void a_block_too_short_for_what_it_declares_is_refused() {
        byte[] bomb = HexFormat.of().parseHex("8080800a00");
        assertThatThrownBy(() -> SnappyBlock.declaredLength(bomb, 0, bomb.length, 64 << 20))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("which 5 cannot");
    }

    @Test
    void a_block_that_declares_more_than_there_is_room_for_is_not_unpacked() {
        byte[] block = SnappyBlock.compress(new byte[100], 0, 100);
        assertThatThrownBy(() -> SnappyBlock.decompress(block, 0, block.length, new byte[99]))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void a_body_without_a_length_is_refused() {
        assertThatThrownBy(() -> decompress(new byte[0], 100)).isInstanceOf(WireFormatException.class);
        byte[] endless = HexFormat.of().parseHex("ffffffffffffff");
        assertThatThrownBy(() -> decompress(endless, 100)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void a_broken_block_is_a_format_error_and_nothing_else() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = bytes(random);
            byte[] block = SnappyBlock.compress(bytes, 0, bytes.length);
            block[random.nextInt(block.length)] = (byte) random.nextInt();
            try {
                decompress(block, 1 << 16);
            } catch (WireFormatException | BodyTooLargeException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + " round " + round, e);
            }
        }
    }
}
