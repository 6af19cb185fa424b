package dev.belvedere.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as remote write messages: they are decoded or refused as such, and what was decoded from either
/// version decodes the same once it is written as 1.0.
class RemoteWriteFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(8 << 20, 2000);
    private static final IngestLimits LIMITS =
            new IngestLimits(1 << 20, 1000, 10_000, 20, 100, 100, 200, 50, 1000, 60_000);

    /// @param value the bits of a float, or a histogram
    private record Sample(Labels labels, long timestampMillis, Object value) {}

    /// Takes valid series and forgets the others.
    private static final class ValidSeries implements RemoteWriteSink {

        final List<Sample> samples = new ArrayList<>();
        final RemoteWriteWriter writer = new RemoteWriteWriter();
        private Labels current = Labels.EMPTY;

        @Override
        public boolean series(SeriesLabels labels) {
            current = switch (labels.parse(LIMITS)) {
                case SeriesLabels.Parsed.Valid valid -> valid.labels();
                case SeriesLabels.Parsed.Invalid invalid -> Labels.EMPTY;
                case SeriesLabels.Parsed.BeyondLimit beyond -> Labels.EMPTY;
            };
            return true;
        }

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {
            if (!current.isEmpty()) {
                samples.add(new Sample(current, timestampMillis, Double.doubleToRawLongBits(value)));
                writer.add(current, timestampMillis, value);
            }
        }

        @Override
        public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
            if (!current.isEmpty()) {
                samples.add(new Sample(current, timestampMillis, histogram));
                writer.add(current, timestampMillis, histogram);
            }
        }

        @Override
        public void invalidHistogram(long timestampMillis, String problem) {
            assertThat(problem).isNotEmpty();
        }

        @Override
        public void exemplar(Exemplar exemplar) {
            assertThat(exemplar.labels()).isNotNull();
        }

        @Override
        public void invalidExemplar() {}

        @Override
        public void seriesMetadata(String metricName, MetricMetadata metadata) {
            assertThat(metadata.type()).isNotNull();
        }

        @Override
        public void familyMetadata(String metricFamily, MetricMetadata metadata) {
            assertThat(metadata.type()).isNotNull();
        }
    }

    private interface Decoder {
        void decode(byte[] body, int length, RemoteWriteSink sink);
    }

    static Stream<byte[]> requests() {
        Labels labels = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(labels, 1000, 1);
        writer.add(labels, 2000, histogram());
        writer.addExemplar(labels, new Exemplar(Labels.of("trace_id", "1"), 3, 1500));
        writer.addMetadata("up", new MetricMetadata(MetricType.GAUGE, "", "Alive."));
        byte[] snappy = writer.drain();
        return Stream.of(new UnpackedBody(1 << 20)
                .unpack(snappy, 0, snappy.length, "snappy")
                .toByteArray());
    }

    private static NativeHistogram histogram() {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                2,
                0.1,
                1,
                7,
                9.5,
                new int[] {-3, 2, 4, 1},
                new double[] {1, 2, 3},
                new int[0],
                new double[0],
                new double[0]);
    }

    static Stream<byte[]> requests2() {
        ProtoMessage request = new ProtoMessage();
        for (String symbol : new String[] {"", "__name__", "c_total", "job", "x", "trace_id", "ff", "Help"}) {
            request.string(4, symbol);
        }
        ProtoMessage sample = new ProtoMessage().float64(1, 5).int64(2, 1000);
        ProtoMessage exemplar =
                new ProtoMessage().packed(1, 5, 6).float64(2, 4.5).int64(3, 990);
        ProtoMessage histogram = new ProtoMessage()
                .int64(1, 3)
                .message(11, new ProtoMessage().sint64(1, 1).int64(2, 2))
                .packedSint64(12, 1, 1)
                .int64(15, 42);
        ProtoMessage series = new ProtoMessage()
                .packed(1, 1, 2, 3, 4)
                .message(2, sample)
                .message(3, histogram)
                .message(4, exemplar)
                .message(5, new ProtoMessage().int64(1, 1).int64(3, 7))
                .int64(6, 100);
        return Stream.of(request.message(5, series).toByteArray());
    }

    @MethodSource("requests")
    @FuzzTest
    void version_1(byte[] body) {
        requireGood(body, (bytes, length, sink) -> new RemoteWriteDecoder(LIMITS).decode(bytes, length, sink));
    }

    @MethodSource("requests2")
    @FuzzTest
    void version_2(byte[] body) {
        requireGood(body, (bytes, length, sink) -> new RemoteWrite2Decoder(LIMITS).decode(bytes, length, sink));
    }

    /// The number of symbols, each with a byte of length before it, then references to them.
    static Stream<byte[]> tables() {
        return Stream.of(
                new byte[] {3, 0, 8, '_', '_', 'n', 'a', 'm', 'e', '_', '_', 2, 'u', 'p', 1, 2},
                new byte[] {2, 1, 'a', 2, (byte) 0xc3, (byte) 0xa9, 0, 1, 1, 0, 0, 0, 7});
    }

    /// A series in the order that senders use is decoded on a way of its own: it must say the same as the other.
    @MethodSource("tables")
    @FuzzTest
    void symbols(byte[] table) {
        if (table.length == 0) {
            return;
        }
        ProtoMessage plain = new ProtoMessage();
        ProtoMessage unusual = new ProtoMessage();
        int at = 1;
        for (int i = table[0] & 0xff; i > 0 && at < table.length; i--) {
            int length = Math.min(table[at++] & 0xff, table.length - at);
            byte[] symbol = Arrays.copyOfRange(table, at, at + length);
            plain.add(out -> out.writeByteArray(4, symbol));
            unusual.add(out -> out.writeByteArray(4, symbol));
            at += length;
        }
        long[] refs = new long[table.length - at];
        for (int i = 0; i < refs.length; i++) {
            refs[i] = table[at + i];
        }
        ProtoMessage sample = new ProtoMessage().float64(1, 5).int64(2, 1000);
        plain.message(5, new ProtoMessage().packed(1, refs).message(2, sample));
        unusual.message(5, new ProtoMessage().int64(99, 1).message(2, sample).packed(1, refs));
        assertThat(outcome(unusual.toByteArray())).isEqualTo(outcome(plain.toByteArray()));
    }

    private static String outcome(byte[] body) {
        ValidSeries decoded = new ValidSeries();
        try {
            new RemoteWrite2Decoder(LIMITS).decode(body, body.length, decoded);
            return decoded.samples.toString();
        } catch (WireFormatException | BodyTooLargeException e) {
            return "refused";
        }
    }

    private static void requireGood(byte[] body, Decoder decoder) {
        BUDGET.run(body.length, () -> {
            try {
                decoder.decode(body, body.length, new ValidSeries());
            } catch (WireFormatException | BodyTooLargeException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
        ValidSeries decoded = new ValidSeries();
        try {
            decoder.decode(body, body.length, decoded);
        } catch (WireFormatException | BodyTooLargeException e) {
            return;
        }
        byte[] snappy = decoded.writer.drain();
        UnpackedBody unpacked = new UnpackedBody(16 << 20).unpack(snappy, 0, snappy.length, "snappy");
        ValidSeries again = new ValidSeries();
        new RemoteWriteDecoder(LIMITS).decode(unpacked.array(), unpacked.length(), again);
        assertThat(again.samples).isEqualTo(decoded.samples);
    }
}
