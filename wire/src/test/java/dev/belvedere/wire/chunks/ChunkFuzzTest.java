package dev.belvedere.wire.chunks;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.WireFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as chunks of Prometheus, the first byte telling the encoding: they are read or refused as such, and
/// floats that were read read the same once they are written again.
class ChunkFuzzTest {

    /// A histogram of 65,535 samples may repeat itself in one bit each.
    private static final ParserBudget BUDGET = ParserBudget.of(256 << 20, 4000);

    private record Sample(long timestampMillis, Object value) {}

    private static final class Samples implements ChunkSink {

        final List<Sample> samples = new ArrayList<>();

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {
            samples.add(new Sample(timestampMillis, Double.doubleToRawLongBits(value)));
        }

        @Override
        public void histogram(long timestampMillis, NativeHistogram histogram) {
            samples.add(new Sample(timestampMillis, histogram));
        }
    }

    static Stream<byte[]> chunks() {
        List<byte[]> chunks = new ArrayList<>();
        ChunkBuilder builder = new ChunkBuilder(chunk -> {
            byte[] bytes = new byte[chunk.data().length + 1];
            bytes[0] = (byte) chunk.encoding().number();
            System.arraycopy(chunk.data(), 0, bytes, 1, chunk.data().length);
            chunks.add(bytes);
        });
        for (int i = 0; i < 20; i++) {
            builder.sample(1_790_000_000_000L + 15_000L * i + i % 3, 0, i * 3.5);
        }
        builder.finish();
        for (int i = 1; i < 8; i++) {
            builder.histogram(1_790_000_000_000L + 15_000L * i, histogram(i));
        }
        builder.finish();
        for (int i = 1; i < 8; i++) {
            builder.histogram(1_790_000_000_000L + 15_000L * i, histogram(i + 0.5));
        }
        builder.finish();
        return chunks.stream();
    }

    private static NativeHistogram histogram(double scale) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                2,
                0.1,
                scale,
                7 * scale,
                9.5 * scale,
                new int[] {-3, 2, 4, 1},
                new double[] {scale, 2 * scale, 3 * scale},
                new int[0],
                new double[0],
                new double[0]);
    }

    private static Samples read(ChunkEncoding encoding, byte[] bytes, int start) {
        Samples samples = new Samples();
        ChunkReader.read(encoding, bytes, start, bytes.length - start, samples);
        return samples;
    }

    @MethodSource("chunks")
    @FuzzTest
    void chunk(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Samples samples;
        ChunkEncoding encoding;
        try {
            encoding = ChunkEncoding.of(bytes[0]);
            BUDGET.run(bytes.length, () -> read(encoding, bytes, 1));
            samples = read(encoding, bytes, 1);
        } catch (WireFormatException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(samples.samples).hasSize(ChunkReader.sampleCount(bytes, 1, bytes.length - 1));
        if (encoding == ChunkEncoding.FLOATS) {
            FloatChunkWriter writer = new FloatChunkWriter();
            for (Sample sample : samples.samples) {
                writer.append(sample.timestampMillis(), Double.longBitsToDouble((Long) sample.value()));
            }
            Samples again = read(ChunkEncoding.FLOATS, writer.finish().data(), 0);
            assertThat(again.samples).isEqualTo(samples.samples);
        }
    }
}
