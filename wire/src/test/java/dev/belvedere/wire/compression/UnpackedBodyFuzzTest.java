package dev.belvedere.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as compressed bodies: the first byte says in which encoding. They unpack within the limit or are
/// refused as such.
class UnpackedBodyFuzzTest {

    private static final int MAX_BYTES = 1 << 20;
    private static final ParserBudget BUDGET = ParserBudget.of(5 * MAX_BYTES, 100);
    private static final List<String> ENCODINGS = List.of("snappy", "gzip", "deflate", "zstd");

    static Stream<byte[]> bodies() throws IOException {
        byte[] text =
                "some text that repeats, some text that repeats".repeat(20).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (OutputStream packing = new GZIPOutputStream(gzip);
                OutputStream alsoPacking = new DeflaterOutputStream(deflate)) {
            packing.write(text);
            alsoPacking.write(text);
        }
        List<byte[]> packed = List.of(
                SnappyBlock.compress(text, 0, text.length),
                gzip.toByteArray(),
                deflate.toByteArray(),
                Zstd.compress(text));
        List<byte[]> bodies = new ArrayList<>();
        for (int encoding = 0; encoding < packed.size(); encoding++) {
            byte[] body = new byte[packed.get(encoding).length + 1];
            body[0] = (byte) encoding;
            System.arraycopy(packed.get(encoding), 0, body, 1, body.length - 1);
            bodies.add(body);
        }
        return bodies.stream();
    }

    private static byte[] unpacked(byte[] body, String encoding) {
        try {
            UnpackedBody unpacked = new UnpackedBody(MAX_BYTES).unpack(body, 1, body.length - 1, encoding);
            assertThat(unpacked.length()).isLessThanOrEqualTo(MAX_BYTES);
            return unpacked.toByteArray();
        } catch (WireFormatException | BodyTooLargeException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return new byte[0];
        }
    }

    @MethodSource("bodies")
    @FuzzTest
    void body(byte[] body) {
        if (body.length == 0) {
            return;
        }
        String encoding = ENCODINGS.get(body[0] & 3);
        BUDGET.run(body.length, () -> unpacked(body, encoding));
        byte[] unpacked = unpacked(body, encoding);
        byte[] block = SnappyBlock.compress(unpacked, 0, unpacked.length);
        byte[] again = new UnpackedBody(MAX_BYTES)
                .unpack(block, 0, block.length, "snappy")
                .toByteArray();
        assertThat(again).isEqualTo(unpacked);
    }
}
