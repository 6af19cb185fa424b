package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtoMessage;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as OTLP metrics: they are decoded or refused as such, and mean what they mean to the official
/// classes.
class OtlpMetricsFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(8 << 20, 4000);
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final IngestLimits LIMITS =
            new IngestLimits(1 << 20, 1000, 10_000, 20, 100, 100, 200, 50, 1000, 60_000);

    private static final JsonFactory STRICT_JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// @param value the bits of a float, a histogram, or metadata
    private record Event(Object series, long timestampMillis, long startMillis, Object value) {}

    /// Writes down everything but exemplars: their ids are spelled otherwise in the official JSON.
    private static final class Recorder implements MetricSink {

        final List<Event> events = new ArrayList<>();

        @Override
        public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
            events.add(new Event(labels, timestampMillis, startMillis, Double.doubleToRawLongBits(value)));
        }

        @Override
        public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
            events.add(new Event(labels, timestampMillis, startMillis, histogram));
        }

        @Override
        public void exemplar(Labels series, Exemplar exemplar) {
            assertThat(series.metricName()).isNotEmpty();
        }

        @Override
        public void metadata(String metricFamily, MetricMetadata metadata) {
            events.add(new Event(metricFamily, 0, 0, metadata));
        }
    }

    static Stream<byte[]> requests() {
        Labels labels = Labels.of("gpu", "0");
        List<MetricFamily> families = List.of(
                new MetricFamily(
                        "temp", MetricType.GAUGE, "", "Heat.", List.of(new MetricFamily.Point("temp", labels, 71))),
                new MetricFamily(
                        "wait",
                        MetricType.HISTOGRAM,
                        "",
                        "",
                        List.of(
                                new MetricFamily.Point("wait_bucket", labels.with("le", "1"), 2),
                                new MetricFamily.Point("wait_bucket", labels.with("le", "+Inf"), 3),
                                new MetricFamily.Point("wait_sum", labels, 4.5),
                                new MetricFamily.Point("wait_count", labels, 3))));
        Resource resource = new Resource(Attributes.of("service.name", "trainer", "host.name", "gpu-1"));
        ProtoMessage point = new ProtoMessage()
                .add(out -> out.writeFixed64(3, NOW))
                .add(out -> out.writeFixed64(4, 6))
                .sint64(6, 10)
                .message(8, new ProtoMessage().sint64(1, -3).packed(2, 1, 0, 0, 0, 2, 3));
        ProtoMessage exponential = new ProtoMessage()
                .string(1, "size")
                .message(10, new ProtoMessage().message(1, point).int64(2, 2));
        return Stream.of(
                OtlpMetricsWriter.write(resource, Scope.EMPTY, families, NOW, NOW - 5),
                new ProtoMessage()
                        .message(1, new ProtoMessage().message(2, new ProtoMessage().message(2, exponential)))
                        .toByteArray());
    }

    static Stream<byte[]> texts() throws InvalidProtocolBufferException {
        List<byte[]> texts = new ArrayList<>();
        for (byte[] request : requests().toList()) {
            texts.add(JsonFormat.printer()
                    .print(ExportMetricsServiceRequest.parseFrom(request))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return texts.stream();
    }

    private static Optional<List<Event>> decoded(byte[] body) {
        Recorder recorder = new Recorder();
        try {
            OtlpMetrics.Rules rules = OtlpMetrics.Rules.ofDefaults().with(LIMITS);
            OtlpMetrics.decode(body, body.length, rules, recorder);
            return Optional.of(recorder.events);
        } catch (WireFormatException | BodyTooLargeException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return Optional.empty();
        }
    }

    private static Optional<List<Event>> decodedJson(byte[] body) {
        try {
            return decoded(OtlpJson.metrics(body, body.length, LIMITS));
        } catch (WireFormatException | BodyTooLargeException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return Optional.empty();
        }
    }

    /// What an object means that has a name twice is not said: here both count, to the official reader the last does.
    private static boolean namesAnythingTwice(byte[] body) {
        try (JsonParser parser = STRICT_JSON.createParser(body)) {
            while (parser.nextToken() != null) {
                // The parser looks for itself.
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @MethodSource("requests")
    @FuzzTest
    void protobuf(byte[] body) {
        BUDGET.run(body.length, () -> decoded(body));
        Optional<List<Event>> events = decoded(body);
        if (events.isPresent()) {
            try {
                byte[] again = ExportMetricsServiceRequest.parseFrom(body).toByteArray();
                assertThat(decoded(again)).isEqualTo(events);
            } catch (InvalidProtocolBufferException e) {
                // The official reader also looks into fields that nobody here reads.
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @MethodSource("texts")
    @FuzzTest
    void json(byte[] body) {
        BUDGET.run(body.length, () -> decodedJson(body));
        Optional<List<Event>> events = decodedJson(body);
        if (events.isPresent() && !namesAnythingTwice(body)) {
            ExportMetricsServiceRequest.Builder official = ExportMetricsServiceRequest.newBuilder();
            try {
                JsonFormat.parser().ignoringUnknownFields().merge(new String(body, StandardCharsets.UTF_8), official);
                assertThat(decoded(official.build().toByteArray())).isEqualTo(events);
            } catch (InvalidProtocolBufferException e) {
                // It is stricter, and ids are base64 to it.
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
