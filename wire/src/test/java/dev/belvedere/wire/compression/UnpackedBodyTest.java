package dev.belvedere.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import dev.belvedere.model.OperationException;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackedBodyTest {

    private static final int LIMIT = 1 << 20;

    private final UnpackedBody body = new UnpackedBody(LIMIT);

    static byte[] pack(byte[] bytes, String encoding) {
        try {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            switch (encoding) {
                case "snappy" -> packed.writeBytes(SnappyBlock.compress(bytes, 0, bytes.length));
                case "gzip" -> write(new GZIPOutputStream(packed), bytes);
                case "deflate" -> write(new DeflaterOutputStream(packed), bytes);
                case "raw deflate" -> write(new DeflaterOutputStream(packed, new Deflater(9, true)), bytes);
                case "zstd" -> packed.writeBytes(Zstd.compress(bytes));
                case "zstd stream" -> write(new ZstdOutputStream(packed), bytes);
                default -> packed.writeBytes(bytes);
            }
            return packed.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        try (out) {
            out.write(bytes);
        }
    }

    private static String header(String encoding) {
        return encoding.startsWith("zstd") ? "zstd" : encoding.endsWith("deflate") ? "deflate" : encoding;
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "gzip", "deflate", "raw deflate", "zstd", "zstd stream", "identity", ""})
    void every_encoding_comes_back_whole_and_the_buffer_is_reused(String encoding) {
        for (int size : new int[] {0, 1, 100_000, LIMIT, 5}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            byte[] packed = pack(bytes, encoding);
            assertThat(body.unpack(packed, 0, packed.length, header(encoding)).toByteArray())
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "gzip", "deflate", "raw deflate", "zstd", "zstd stream", ""})
    void a_bomb_is_refused_at_the_limit(String encoding) {
        byte[] packed = pack(new byte[50 * LIMIT], encoding);
        assertThatThrownBy(() -> body.unpack(packed, 0, packed.length, header(encoding)))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("ingest.maxDecodedBytes is " + LIMIT);
        assertThat(body.unpack(new byte[] {7}, 0, 1, "").toByteArray()).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "gzip", "deflate", "zstd"})
    void damaged_bodies_are_format_errors_or_other_bytes_and_nothing_else(String encoding) {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] bytes = new byte[2000];
        random.nextBytes(bytes);
        byte[] packed = pack(bytes, encoding);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = packed.clone();
            damaged[random.nextInt(Math.min(damaged.length, 40))] = (byte) random.nextInt();
            int length = random.nextInt(damaged.length + 1);
            try {
                body.unpack(damaged, 0, length, encoding);
            } catch (WireFormatException | BodyTooLargeException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
    }

    @Test
    void an_unknown_encoding_names_the_known_ones() {
        assertThatThrownBy(() -> body.unpack(new byte[1], 0, 1, "br"))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("use snappy, gzip, zstd, deflate or none");
    }

    @Test
    void a_text_that_is_no_gzip_says_so() {
        assertThatThrownBy(() -> body.unpack("plain".getBytes(), 0, 5, "gzip"))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("broken gzip body");
    }

    /// The middle is damaged, which unpacking would find first.
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void a_body_that_says_it_is_too_large_is_refused_before_it_is_unpacked(String encoding) throws IOException {
        byte[] zeros = new byte[2 << 20];
        byte[] packed = encoding.equals("zstd") ? Zstd.compress(zeros) : pack(zeros, encoding);
        Arrays.fill(packed, 12, packed.length - 8, (byte) 0xff);
        assertThatThrownBy(() -> body.unpack(packed, 0, packed.length, encoding))
                .isInstanceOf(BodyTooLargeException.class);
    }
}
