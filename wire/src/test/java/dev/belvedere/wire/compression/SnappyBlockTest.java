package dev.belvedere.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SnappyBlockTest {

    private static byte[] decompress(byte[] block, int maxBytes) {
        byte[] into = new byte[SnappyBlock.declaredLength(block, 0, block.length, maxBytes)];
        return Arrays.copyOf(into, SnappyBlock.decompress(block, 0, block.length, into));
    }

    @Property(tries = 200)
    void what_was_compressed_comes_back(@ForAll byte[] bytes) {
        assertThat(decompress(SnappyBlock.compress(bytes, 0, bytes.length), 1 << 20))
                .isEqualTo(bytes);
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
    void a_body_without_a_length_is_refused() {
        assertThatThrownBy(() -> decompress(new byte[0], 100)).isInstanceOf(WireFormatException.class);
        byte[] endless = HexFormat.of().parseHex("ffffffffffffff");
        assertThatThrownBy(() -> decompress(endless, 100)).isInstanceOf(WireFormatException.class);
    }

    @Property(tries = 500)
    void a_broken_block_is_a_format_error_and_nothing_else(@ForAll byte[] noise, @ForAll int at, @ForAll byte with) {
        byte[] block = SnappyBlock.compress(noise, 0, noise.length);
        if (block.length > 0) {
            block[Math.floorMod(at, block.length)] = with;
        }
        try {
            decompress(block, 1 << 16);
        } catch (WireFormatException | BodyTooLargeException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
