package dev.belvedere.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.loki.LokiPush;
import dev.belvedere.wire.loki.LokiPushWriter;
import dev.belvedere.wire.otlp.MetricSink;
import dev.belvedere.wire.otlp.OtlpJson;
import dev.belvedere.wire.otlp.OtlpLogs;
import dev.belvedere.wire.otlp.OtlpLogsWriter;
import dev.belvedere.wire.otlp.OtlpMetrics;
import dev.belvedere.wire.otlp.OtlpMetricsWriter;
import dev.belvedere.wire.otlp.OtlpOptions;
import dev.belvedere.wire.otlp.OtlpTraces;
import dev.belvedere.wire.otlp.OtlpTracesWriter;
import dev.belvedere.wire.protobuf.ProtoMessage;
import dev.belvedere.wire.remotewrite.RemoteWrite2Decoder;
import dev.belvedere.wire.remotewrite.RemoteWriteDecoder;
import dev.belvedere.wire.remotewrite.RemoteWriteSink;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import dev.belvedere.wire.remotewrite.SeriesLabels;
import dev.belvedere.wire.zipkin.ZipkinSpans;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every decoder on valid messages with random damage: it decodes something or says what is wrong, and never fails in
/// another way.
class MutationTest {

    private static final int ROUNDS = Integer.getInteger("mutationRounds", 3000);
    private static final long NOW = 1_700_000_000_000_000_000L;

    /// Small enough that a decoder which trusted a length would be noticed.
    private static final IngestLimits LIMITS =
            new IngestLimits(1 << 20, 1000, 10_000, 20, 100, 100, 200, 50, 1000, 60_000);

    private interface Decoder {
        void decode(byte[] body, int length);
    }

    private static final RemoteWriteSink SAMPLES = new RemoteWriteSink() {
        @Override
        public boolean series(SeriesLabels labels) {
            assertThat(labels.parse(LIMITS)).isNotNull();
            return labels.key().high() != 0;
        }

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {}

        @Override
        public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {}

        @Override
        public void invalidHistogram(long timestampMillis, String problem) {}

        @Override
        public void exemplar(Exemplar exemplar) {}

        @Override
        public void invalidExemplar() {}

        @Override
        public void seriesMetadata(String metricName, MetricMetadata metadata) {}

        @Override
        public void familyMetadata(String metricFamily, MetricMetadata metadata) {}
    };

    private static final MetricSink METRICS = new MetricSink() {
        @Override
        public void sample(Labels labels, long timestampMillis, long startMillis, double value) {}

        @Override
        public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {}

        @Override
        public void exemplar(Labels series, Exemplar exemplar) {}

        @Override
        public void metadata(String metricFamily, MetricMetadata metadata) {}
    };

    private static byte[] unpacked(byte[] snappy) {
        return new UnpackedBody(1 << 20)
                .unpack(snappy, 0, snappy.length, "snappy")
                .toByteArray();
    }

    private static byte[] remoteWrite() {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(Labels.of("__name__", "up", "job", "node", "instance", "a:9100"), 1000, 1);
        writer.add(
                Labels.of("__name__", "h"),
                2000,
                new NativeHistogram(
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
                        new double[0]));
        writer.addExemplar(Labels.of("__name__", "up"), new Exemplar(Labels.of("trace_id", "1"), 3, 1500));
        writer.addMetadata("up", new MetricMetadata(MetricType.GAUGE, "", "Alive."));
        return unpacked(writer.drain());
    }

    private static byte[] remoteWrite2() {
        ProtoMessage request = new ProtoMessage();
        for (String symbol : new String[] {"", "__name__", "c_total", "job", "x", "trace_id", "ff", "Help"}) {
            request.string(4, symbol);
        }
        ProtoMessage histogram = new ProtoMessage()
                .int64(1, 3)
                .message(11, new ProtoMessage().sint64(1, 1).int64(2, 2))
                .packedSint64(12, 1, 1)
                .int64(15, 42);
        return request.message(
                        5,
                        new ProtoMessage()
                                .packed(1, 1, 2, 3, 4)
                                .message(2, new ProtoMessage().float64(1, 5).int64(2, 1000))
                                .message(3, histogram)
                                .message(
                                        4,
                                        new ProtoMessage()
                                                .packed(1, 5, 6)
                                                .float64(2, 4.5)
                                                .int64(3, 990))
                                .message(5, new ProtoMessage().int64(1, 1).int64(3, 7))
                                .int64(6, 100))
                .toByteArray();
    }

    private static final Resource RESOURCE =
            new Resource(Attributes.of("service.name", "trainer", "host.name", "gpu-1"));
    private static final Attributes ATTRIBUTES = Attributes.builder()
            .put("int", AttributeValue.of(-5))
            .put("list", new AttributeValue.Array(List.of(AttributeValue.of("a"), AttributeValue.of(true))))
            .put("map", new AttributeValue.KeyValues(Attributes.of("k", "v")))
            .build();
    private static final LogRecord LOG = new LogRecord(
            Labels.of("job", "train"),
            NOW,
            NOW,
            17,
            "CUDA out of memory",
            ATTRIBUTES,
            new TraceId(1, 2),
            new SpanId(3));

    private static byte[] logs() {
        return OtlpLogsWriter.write(RESOURCE, new Scope("lib", "1", ATTRIBUTES), List.of(LOG, LOG));
    }

    private static byte[] spans() {
        return OtlpTracesWriter.write(List.of(new Span(
                new TraceId(1, 2),
                new SpanId(3),
                new SpanId(4),
                "a=b",
                RESOURCE,
                Scope.EMPTY,
                "step",
                Span.Kind.CLIENT,
                NOW,
                5,
                ATTRIBUTES,
                List.of(new Span.Event(NOW, "e", ATTRIBUTES)),
                List.of(new Span.Link(new TraceId(1, 2), new SpanId(3), "", ATTRIBUTES)),
                Span.Status.ERROR,
                "no")));
    }

    private static byte[] metrics() {
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
                                new MetricFamily.Point("wait_count", labels, 3))),
                new MetricFamily(
                        "gc",
                        MetricType.SUMMARY,
                        "",
                        "",
                        List.of(new MetricFamily.Point("gc", labels.with("quantile", "0.5"), 0.1))));
        return OtlpMetricsWriter.write(RESOURCE, Scope.EMPTY, families, NOW, NOW - 5);
    }

    private static byte[] exponential() {
        ProtoMessage point = new ProtoMessage()
                .add(out -> out.writeFixed64(3, NOW))
                .add(out -> out.writeFixed64(4, 6))
                .sint64(6, 10)
                .message(8, new ProtoMessage().sint64(1, -3).packed(2, 1, 0, 0, 0, 2, 3));
        ProtoMessage metric = new ProtoMessage()
                .string(1, "size")
                .message(10, new ProtoMessage().message(1, point).int64(2, 2));
        return new ProtoMessage()
                .message(1, new ProtoMessage().message(2, new ProtoMessage().message(2, metric)))
                .toByteArray();
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @TestFactory
    Stream<DynamicTest> damaged_messages_are_decoded_or_refused() {
        RemoteWriteDecoder remoteWrite = new RemoteWriteDecoder(LIMITS);
        RemoteWrite2Decoder remoteWrite2 = new RemoteWrite2Decoder(LIMITS);
        String span =
                "{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\",\"name\":\"GET\","
                        + "\"kind\":\"SPAN_KIND_SERVER\",\"startTimeUnixNano\":\"1700000000000000000\",\"attributes\":[{\"key\":"
                        + "\"a\",\"value\":{\"arrayValue\":{\"values\":[{\"intValue\":\"5\"},{\"doubleValue\":1.5e3}]}}}]}";
        return Stream.of(
                test("remote write 1.0", remoteWrite(), (body, length) -> remoteWrite.decode(body, length, SAMPLES)),
                test("remote write 2.0", remoteWrite2(), (body, length) -> remoteWrite2.decode(body, length, SAMPLES)),
                test("OTLP logs", logs(), (body, length) -> OtlpLogs.decode(body, length, LIMITS, NOW)),
                test("OTLP traces", spans(), (body, length) -> OtlpTraces.decode(body, length, LIMITS, NOW)),
                test("OTLP metrics", metrics(), MutationTest::decodeMetrics),
                test("OTLP exponential histograms", exponential(), MutationTest::decodeMetrics),
                test(
                        "OTLP JSON",
                        json("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + span + "]}]}]}"),
                        (body, length) -> {
                            byte[] protobuf = OtlpJson.traces(body, length, LIMITS);
                            OtlpTraces.decode(protobuf, protobuf.length, LIMITS, NOW);
                        }),
                test(
                        "Loki protobuf",
                        unpacked(LokiPushWriter.write(List.of(LOG, LOG))),
                        (body, length) -> LokiPush.decodeProtobuf(body, length, LIMITS, NOW)),
                test(
                        "Loki JSON",
                        json(
                                "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1700000000000000000\",\"x\",{\"k\":"
                                        + "\"v\"}]]}]}"),
                        (body, length) -> LokiPush.decodeJson(body, length, LIMITS, NOW)),
                test(
                        "Zipkin JSON",
                        json("[{\"traceId\":\"2a\",\"id\":\"1\",\"kind\":\"CLIENT\",\"timestamp\":1700000000000000,"
                                + "\"localEndpoint\":{\"serviceName\":\"s\",\"port\":80},\"annotations\":[{\"timestamp\":1,"
                                + "\"value\":\"v\"}],\"tags\":{\"error\":\"x\"}}]"),
                        (body, length) -> ZipkinSpans.decodeJson(body, length, LIMITS, NOW)),
                test(
                        "Zipkin protobuf",
                        zipkin(),
                        (body, length) -> ZipkinSpans.decodeProtobuf(body, length, LIMITS, NOW)));
    }

    private static DynamicTest test(String name, byte[] message, Decoder decoder) {
        return DynamicTest.dynamicTest(name, () -> damage(message, decoder));
    }

    private static byte[] zipkin() {
        ProtoMessage span = new ProtoMessage()
                .bytes(1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
                .bytes(3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
                .string(5, "get")
                .add(out -> out.writeFixed64(6, NOW / 1000))
                .message(8, new ProtoMessage().string(1, "s").bytes(2, new byte[4]))
                .message(11, new ProtoMessage().string(1, "k").string(2, "v"));
        return new ProtoMessage().message(1, span).toByteArray();
    }

    private static void decodeMetrics(byte[] body, int length) {
        OtlpMetrics.Rules rules = OtlpMetrics.Rules.ofDefaults().with(LIMITS);
        OtlpMetrics.decode(body, length, rules, METRICS);
        OtlpMetrics.decode(
                body,
                length,
                rules.with(new OtlpOptions(
                        OtlpOptions.TranslationStrategy.NO_TRANSLATION,
                        true,
                        Set.of(),
                        Set.of(),
                        true,
                        true,
                        true,
                        false,
                        false)),
                METRICS);
    }

    private static void damage(byte[] message, Decoder decoder) {
        decoder.decode(message, message.length);
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = mutate(message, random);
            try {
                decoder.decode(damaged, damaged.length);
            } catch (WireFormatException | BodyTooLargeException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    /// Changes, removes, repeats or inserts a few bytes, or cuts the message off.
    private static byte[] mutate(byte[] message, Random random) {
        byte[] damaged = message.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && damaged.length > 1; changes--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(6)) {
                case 0 -> damaged[at] = (byte) random.nextInt();
                case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> damaged = Arrays.copyOf(damaged, at + 1);
                case 3 -> damaged[at] = (byte) 0xff;
                case 4 -> {
                    int length = Math.min(1 + random.nextInt(20), damaged.length - at);
                    byte[] longer = new byte[damaged.length + length];
                    System.arraycopy(damaged, 0, longer, 0, at + length);
                    System.arraycopy(damaged, at, longer, at + length, damaged.length - at);
                    damaged = longer;
                }
                default -> {
                    byte[] shorter = new byte[damaged.length - 1];
                    System.arraycopy(damaged, 0, shorter, 0, at);
                    System.arraycopy(damaged, at + 1, shorter, at, shorter.length - at);
                    damaged = shorter;
                }
            }
        }
        return damaged;
    }
}
