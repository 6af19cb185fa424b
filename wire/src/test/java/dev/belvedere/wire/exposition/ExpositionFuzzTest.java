package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as expositions: they are read or refused as such; what was read is recognised by its prefixes, and
/// reads the same once it is written again.
class ExpositionFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(8 << 20, 4000);
    private static final HistogramOptions CONVERTING = new HistogramOptions(true, true, true);

    /// One sample with all that a reader tells of it.
    private record Sample(
            FamilyHeader header,
            Labels labels,
            long valueBits,
            @Nullable NativeHistogram histogram,
            long timestampMillis,
            long startMillis,
            List<Exemplar> exemplars,
            int prefixFrom,
            int prefixLength) {

        static Sample of(ExpositionReader reader) {
            return new Sample(
                    reader.header(),
                    reader.labels(),
                    Double.doubleToRawLongBits(reader.value()),
                    reader.histogram(),
                    reader.timestampMillis(),
                    reader.startMillis(),
                    reader.exemplars(),
                    reader.prefixFrom(),
                    reader.prefixLength());
        }

        boolean isWritable() {
            boolean hasName = !labels.metricName().isEmpty();
            return hasName
                    && (header.equals(FamilyHeader.NONE) || !header.name().isEmpty());
        }
    }

    static Stream<byte[]> texts() {
        return Stream.of("""
                # HELP http_requests_total The "total" of \\\\ and \\n.
                # TYPE http_requests_total counter
                http_requests_total{method="post",code="200"} 1027 1395066363000
                msdos_file_access_time_seconds{path="C:\\\\DIR",error="no:\\n\\"FILE\\""} 1.458255915e9
                {"utf8.name","a b"="c",d="é"} -0x1p-3

                metric_without_timestamp_and_labels 12.47
                something_weird{problem="division by zero"} +Inf -3982045
                # TYPE http_request_duration_seconds histogram
                http_request_duration_seconds_bucket{le="5e-2"} 24054
                http_request_duration_seconds_bucket{le="+Inf"} 144320
                http_request_duration_seconds_sum 53423
                http_request_duration_seconds_count 144320
                # TYPE rpc summary
                rpc{quantile="0.50"} NaN
                """, "a 1\nb{} 2e400\n\tc{x=\"\\x\",} nan", "# EOF\n#\n# TYPE\n")
                .map(ExpositionFuzzTest::bytes);
    }

    static Stream<byte[]> openMetricsTexts() {
        return Stream.of("""
                # TYPE foo_seconds counter
                # UNIT foo_seconds seconds
                # HELP foo_seconds Sp\\"eaks.
                foo_seconds_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
                foo_seconds_created{a="b"} 1520430000.123
                # TYPE h histogram
                h_bucket{le="0.1"} 8 # {} 0.054
                h_bucket{le="+Inf"} 17 # {trace_id="x"} 9.8 1520879607.789
                h_count 17
                h_sum 324789.3
                h_created 1520430000.123
                # TYPE i info
                i_info{v="1"} 1
                # EOF
                """, "# EOF", "a 1 # {\"x y\"=\"z\"} 2\n# EOF\n").map(ExpositionFuzzTest::bytes);
    }

    static Stream<byte[]> messages() {
        ProtoMessage label = new ProtoMessage().string(1, "a").string(2, "b");
        ProtoMessage exemplar = new ProtoMessage().message(1, label).float64(2, 1.5);
        ProtoMessage counter = family(
                0,
                new ProtoMessage()
                        .message(1, label)
                        .message(3, new ProtoMessage().float64(1, 5).message(2, exemplar)));
        ProtoMessage bucket = new ProtoMessage().int64(1, 4).float64(2, 1).message(3, exemplar);
        ProtoMessage histogram = family(
                4,
                new ProtoMessage()
                        .message(
                                7,
                                new ProtoMessage()
                                        .int64(1, 9)
                                        .float64(2, 12.5)
                                        .message(3, bucket)
                                        .sint64(5, 3)
                                        .float64(6, 0.001)
                                        .int64(7, 2)
                                        .message(
                                                12,
                                                new ProtoMessage().sint64(1, -2).int64(2, 3))
                                        .packedSint64(13, 1, 2, -1)));
        return Stream.of(counter, histogram).map(ExpositionFuzzTest::delimited);
    }

    private static ProtoMessage family(int type, ProtoMessage metric) {
        return new ProtoMessage()
                .string(1, "name")
                .string(2, "Helps.")
                .int64(3, type)
                .message(4, metric);
    }

    private static byte[] delimited(ProtoMessage message) {
        byte[] bytes = message.toByteArray();
        return new ProtoMessage()
                .add(out -> {
                    out.writeUInt32NoTag(bytes.length);
                    out.writeRawBytes(bytes);
                })
                .toByteArray();
    }

    private static final byte[] FOLLOWING = bytes("7\"} 1\n# EOF\n");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// With bytes behind it that belong to something else, as a buffer has that is used again.
    private static byte[] followed(byte[] body) {
        byte[] all = Arrays.copyOf(body, body.length + FOLLOWING.length);
        System.arraycopy(FOLLOWING, 0, all, body.length, FOLLOWING.length);
        return all;
    }

    private static Optional<List<Sample>> read(ExpositionFormat format, byte[] body, HistogramOptions options) {
        List<Sample> samples = new ArrayList<>();
        try {
            ExpositionReader reader = ExpositionReader.of(format, followed(body), body.length, options);
            while (reader.next()) {
                samples.add(Sample.of(reader));
            }
            return Optional.of(samples);
        } catch (ExpositionException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return Optional.empty();
        }
    }

    @MethodSource("texts")
    @FuzzTest
    void text(byte[] body) {
        requireGood(ExpositionFormat.TEXT_0_0_4, body);
    }

    @MethodSource("openMetricsTexts")
    @FuzzTest
    void open_metrics(byte[] body) {
        requireGood(ExpositionFormat.OPENMETRICS_1_0_0, body);
    }

    @MethodSource("messages")
    @FuzzTest
    void protobuf(byte[] body) {
        ExpositionFormat format = ExpositionFormat.PROTOBUF;
        BUDGET.run(body.length, () -> read(format, body, HistogramOptions.NATIVE));
        read(format, body, CONVERTING);
        Optional<List<Sample>> samples = read(format, body, HistogramOptions.CLASSIC);
        Optional<List<Sample>> again = read(format, body, HistogramOptions.CLASSIC);
        assertThat(again).isEqualTo(samples);
    }

    private static void requireGood(ExpositionFormat format, byte[] body) {
        BUDGET.run(body.length, () -> read(format, body, HistogramOptions.CLASSIC));
        read(format, body, CONVERTING);
        read(format, body, HistogramOptions.CLASSIC).ifPresent(samples -> {
            requireRecognised(format, body, samples);
            if (samples.stream().allMatch(Sample::isWritable)) {
                requireSameWhenWritten(format, samples);
            }
        });
    }

    /// What the fast path for repeated expositions reads is what the slow one read.
    private static void requireRecognised(ExpositionFormat format, byte[] body, List<Sample> samples) {
        ExpositionReader reader = ExpositionReader.of(format, body.clone(), HistogramOptions.CLASSIC);
        for (Sample sample : samples) {
            boolean isSame = reader.nextIfSame(body, sample.prefixFrom(), sample.prefixLength(), sample.header());
            assertThat(isSame).as("recognises %s", sample.labels()).isTrue();
            assertThat(Double.doubleToRawLongBits(reader.value())).isEqualTo(sample.valueBits());
            assertThat(reader.timestampMillis()).isEqualTo(sample.timestampMillis());
            assertThat(reader.exemplars()).isEqualTo(sample.exemplars());
        }
        assertThat(reader.next()).isFalse();
    }

    private static void requireSameWhenWritten(ExpositionFormat format, List<Sample> samples) {
        List<MetricFamily> families = new ArrayList<>();
        for (Sample sample : samples) {
            FamilyHeader header = sample.header();
            String name = header.name().isEmpty() ? sample.labels().metricName() : header.name();
            MetricFamily.Point point = new MetricFamily.Point(
                    sample.labels().metricName(),
                    sample.labels().withoutMetricName(),
                    Double.longBitsToDouble(sample.valueBits()));
            families.add(new MetricFamily(name, header.type(), header.unit(), header.help(), List.of(point)));
        }
        List<Sample> again = read(format, ExpositionWriter.write(families, format), HistogramOptions.CLASSIC)
                .orElseThrow(() -> new AssertionError("what was written is no exposition"));
        assertThat(again).hasSameSizeAs(samples);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(again.get(i).labels()).isEqualTo(samples.get(i).labels());
            assertThat(again.get(i).valueBits()).isEqualTo(samples.get(i).valueBits());
            assertThat(again.get(i).header().help())
                    .isEqualTo(samples.get(i).header().help());
        }
    }
}
