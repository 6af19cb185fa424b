package dev.belvedere.api.otlp;

import static dev.belvedere.api.ingest.IngestServer.header;
import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.api.ingest.Stored;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryLogStore;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.memory.MemoryTraceStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.otlp.DeltaStreams;
import dev.belvedere.wire.otlp.OtlpLogsWriter;
import dev.belvedere.wire.otlp.OtlpMetricsWriter;
import dev.belvedere.wire.otlp.OtlpOptions;
import dev.belvedere.wire.otlp.OtlpTracesWriter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtlpFaceTest {

    private static final long NOW_MILLIS = 1_700_000_000_000L;
    private static final long NOW = NOW_MILLIS * 1_000_000;
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String GRPC = "/opentelemetry.proto.collector.";
    private static final TraceId TRACE = TraceId.ofHex("0af7651916cd43dd8448eb211c80319c");
    private static final Resource RESOURCE = new Resource(Attributes.of("service.name", "s"));

    private final MemoryMetricStore metrics = new MemoryMetricStore(0);
    private final MemoryLogStore logs = new MemoryLogStore();
    private final MemoryTraceStore traces = new MemoryTraceStore();
    private final MetricRegistry registry = new MetricRegistry();
    private boolean isDiskFull;
    private IngestServer server;

    @BeforeEach
    void start() {
        server = serve(false);
    }

    private IngestServer serve(boolean addsTypeAndUnit) {
        Routes routes = new Routes();
        IngestLimits limits = new IngestLimits(1 << 20, 100, 1000, 20, 100, 100, 100, 10, 1000, 60_000);
        TenantResolver tenants = call -> {
            if (isDiskFull) {
                throw new OperationException("disk_full", Fault.OVERLOAD, "the disk is full: free some space");
            }
            return Tenant.DEFAULT;
        };
        new OtlpFace(
                        new OtlpFace.Stores(metrics, logs, traces),
                        tenants,
                        new OtlpFace.Settings(
                                limits, new DeltaStreams.Limits(2, 60_000), () -> OtlpOptions.DEFAULT, addsTypeAndUnit),
                        new ManualTime(NOW_MILLIS),
                        registry)
                .addTo(routes);
        return new IngestServer(routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] gaugeAt(long timestampNanos, double value) {
        MetricFamily family = new MetricFamily(
                "temp", MetricType.GAUGE, "", "", List.of(new MetricFamily.Point("temp", Labels.EMPTY, value)));
        return OtlpMetricsWriter.write(RESOURCE, Scope.EMPTY, List.of(family), timestampNanos, 0);
    }

    private static byte[] deltaAt(long timeNanos, String pod, double value) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder()
                                        .setName("steps")
                                        .setSum(Sum.newBuilder()
                                                .setIsMonotonic(true)
                                                .setAggregationTemporality(
                                                        AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
                                                .addDataPoints(NumberDataPoint.newBuilder()
                                                        .setTimeUnixNano(timeNanos)
                                                        .setAsDouble(value)
                                                        .addAttributes(KeyValue.newBuilder()
                                                                .setKey("pod")
                                                                .setValue(AnyValue.newBuilder()
                                                                        .setStringValue(pod))))))))
                .build()
                .toByteArray();
    }

    @Test
    void series_have_their_type_as_label_where_asked_to() {
        server.close();
        server = serve(true);
        server.post("/v1/metrics", deltaAt(NOW, "a", 2), "content-type", PROTOBUF);
        assertThat(Stored.samples(metrics))
                .containsExactly("steps_total{__type__=\"counter\", pod=\"a\"} 2.0@" + NOW_MILLIS);
    }

    @Test
    void deltas_add_up_and_late_or_too_many_are_told() throws InvalidProtocolBufferException {
        String path = "/v1/metrics";
        server.post(path, deltaAt(NOW, "a", 2), "content-type", PROTOBUF);
        for (int i = 0; i < 2; i++) {
            server.post(path, deltaAt(NOW + 1_000_000_000L, "a", 3), "content-type", PROTOBUF);
        }
        assertThat(Stored.samples(metrics))
                .containsExactly(
                        "steps_total{pod=\"a\"} 2.0@" + NOW_MILLIS,
                        "steps_total{pod=\"a\"} 5.0@" + (NOW_MILLIS + 1000));
        HttpResponse<byte[]> late = server.post(path, deltaAt(NOW + 1, "a", 9), "content-type", PROTOBUF);
        assertThat(ExportMetricsServiceResponse.parseFrom(late.body())
                        .getPartialSuccess()
                        .getErrorMessage())
                .contains("is late: its stream has already counted");
        server.post(path, deltaAt(NOW, "b", 2), "content-type", PROTOBUF);
        HttpResponse<byte[]> third = server.post(path, deltaAt(NOW, "c", 2), "content-type", PROTOBUF);
        assertThat(ExportMetricsServiceResponse.parseFrom(third.body())
                        .getPartialSuccess()
                        .getErrorMessage())
                .contains("ingest.deltaMaxStreams: 2");
        assertThat(registry.collect().stream()
                        .filter(family -> family.name().equals("belvedere_otlp_delta_points_total"))
                        .flatMap(family -> family.points().stream())
                        .map(point -> point.labels().get("outcome") + " " + point.value()))
                .containsExactly("counted 3.0", "late 1.0", "limited 1.0", "repeated 1.0");
    }

    private static byte[] log(long timestampNanos, String line) {
        return OtlpLogsWriter.write(RESOURCE, Scope.EMPTY, List.of(LogRecord.of(Labels.EMPTY, timestampNanos, line)));
    }

    private static byte[] span(long startNanos) {
        return OtlpTracesWriter.write(List.of(new Span(
                TRACE,
                SpanId.ofHex("1"),
                SpanId.NONE,
                "",
                RESOURCE,
                Scope.EMPTY,
                "step",
                Span.Kind.SERVER,
                startNanos,
                5,
                Attributes.EMPTY,
                List.of(),
                List.of(),
                Span.Status.OK,
                "")));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    private List<Span> storedSpans() {
        return traces.trace(Tenant.DEFAULT, TRACE, QueryBudget.unlimited());
    }

    @Test
    void all_signals_come_in_over_http() {
        for (String path : List.of("/v1/metrics", "/api/v1/otlp/v1/metrics")) {
            HttpResponse<byte[]> answer = server.post(path, gaugeAt(NOW, 71), "content-type", PROTOBUF);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "content-type")).isEqualTo(PROTOBUF);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(Stored.samples(metrics)).containsExactly("temp{job=\"s\"} 71.0@" + NOW_MILLIS);
        for (String path : List.of("/v1/logs", "/otlp/v1/logs")) {
            assertThat(server.post(path, gzip(log(NOW, path)), "content-type", PROTOBUF, "content-encoding", "gzip")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(logs.statistics(Tenant.DEFAULT).recordCount()).isEqualTo(2);
        assertThat(server.post("/v1/traces", span(NOW), "content-type", PROTOBUF)
                        .statusCode())
                .isEqualTo(200);
        assertThat(storedSpans()).extracting(Span::name).containsExactly("step");
    }

    @Test
    void all_signals_come_in_over_grpc_compressed_or_not() {
        HttpResponse<byte[]> metric = server.grpc(
                GRPC + "metrics.v1.MetricsService/Export", 0, gaugeAt(NOW, 71), "content-type", "application/grpc");
        assertThat(metric.body()).containsExactly(0, 0, 0, 0, 0);
        assertThat(header(metric, "content-type")).startsWith("application/grpc");
        server.grpc(
                GRPC + "logs.v1.LogsService/Export",
                1,
                gzip(log(NOW, "x")),
                "content-type",
                "application/grpc",
                "grpc-encoding",
                "gzip");
        server.grpc(GRPC + "trace.v1.TraceService/Export", 0, span(NOW), "content-type", "application/grpc+proto");
        assertThat(Stored.samples(metrics)).hasSize(1);
        assertThat(logs.statistics(Tenant.DEFAULT).recordCount()).isEqualTo(1);
        assertThat(storedSpans()).hasSize(1);
    }

    @Test
    void json_is_answered_with_json() throws InvalidProtocolBufferException {
        String json = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"" + TRACE.hex()
                + "\",\"spanId\":\"b7ad6b7169203331\",\"name\":\"GET\",\"startTimeUnixNano\":\"" + NOW
                + "\"},{\"name\":\"no id\"}]}]}]}";
        HttpResponse<byte[]> answer = server.post(
                "/v1/traces", json.getBytes(StandardCharsets.UTF_8), "content-type", "application/json; charset=utf-8");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
        JsonFormat.parser().merge(text(answer), response);
        assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
        assertThat(response.getPartialSuccess().getErrorMessage()).contains("\"no id\" has no valid trace id");
        assertThat(storedSpans()).extracting(Span::name).containsExactly("GET");
    }

    @Test
    void what_is_refused_is_a_partial_success() throws InvalidProtocolBufferException {
        server.post("/v1/metrics", gaugeAt(NOW, 71), "content-type", PROTOBUF);
        HttpResponse<byte[]> late =
                server.post("/v1/metrics", gaugeAt(NOW - 5_000_000_000L, 70), "content-type", PROTOBUF);
        assertThat(late.statusCode()).isEqualTo(200);
        ExportMetricsServiceResponse metric = ExportMetricsServiceResponse.parseFrom(late.body());
        assertThat(metric.getPartialSuccess().getRejectedDataPoints()).isEqualTo(1);
        assertThat(metric.getPartialSuccess().getErrorMessage()).contains("is out of order");
        HttpResponse<byte[]> twice = server.post("/v1/metrics", gaugeAt(NOW, 5), "content-type", PROTOBUF);
        assertThat(ExportMetricsServiceResponse.parseFrom(twice.body())
                        .getPartialSuccess()
                        .getErrorMessage())
                .contains("another value");
        HttpResponse<byte[]> future =
                server.post("/v1/logs", log(NOW + 3_600_000_000_000L, "x"), "content-type", PROTOBUF);
        assertThat(ExportLogsServiceResponse.parseFrom(future.body())
                        .getPartialSuccess()
                        .getErrorMessage())
                .contains("too far in the future");
    }

    @Test
    void broken_bodies_are_told_in_the_form_of_the_request() {
        byte[] broken = {0x0a, 100};
        HttpResponse<byte[]> protobuf = server.post("/v1/logs", broken, "content-type", PROTOBUF);
        assertThat(protobuf.statusCode()).isEqualTo(400);
        assertThat(header(protobuf, "content-type")).isEqualTo(PROTOBUF);
        assertThat(text(protobuf)).contains("says it has 100 bytes, but its message has 0 left");
        HttpResponse<byte[]> json = server.post("/v1/logs", broken, "content-type", "application/json");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(text(json)).startsWith("{\"code\":3,\"message\":\"broken JSON");
        HttpResponse<byte[]> grpc =
                server.grpc(GRPC + "logs.v1.LogsService/Export", 0, broken, "content-type", "application/grpc");
        assertThat(header(grpc, "grpc-status")).isEqualTo("3");
        assertThat(header(grpc, "grpc-message")).contains("100 bytes");
        HttpResponse<byte[]> other = server.post("/v1/logs", broken, "content-type", "text/plain");
        assertThat(other.statusCode()).isEqualTo(415);
        assertThat(server.post("/v1/logs", log(NOW, "x"), "content-type", PROTOBUF)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void grpc_frames_that_are_none_say_so() {
        String path = GRPC + "logs.v1.LogsService/Export";
        HttpResponse<byte[]> tooShort = server.post(path, new byte[3], "content-type", "application/grpc");
        assertThat(header(tooShort, "grpc-status")).isEqualTo("3");
        HttpResponse<byte[]> wrongLength =
                server.post(path, new byte[] {0, 0, 0, 0, 9, 1}, "content-type", "application/grpc");
        assertThat(header(wrongLength, "grpc-message")).contains("says it has 9 bytes, but 1 came");
        HttpResponse<byte[]> noEncoding = server.grpc(path, 1, new byte[4], "content-type", "application/grpc");
        assertThat(header(noEncoding, "grpc-message")).contains("grpc-encoding does not say how");
        HttpResponse<byte[]> unknown =
                server.grpc(path, 1, new byte[4], "content-type", "application/grpc", "grpc-encoding", "br");
        assertThat(header(unknown, "grpc-status")).isEqualTo("12");
    }

    @Test
    void bombs_are_refused_and_the_server_goes_on() {
        byte[] bomb = gzip(new byte[20 << 20]);
        HttpResponse<byte[]> http =
                server.post("/v1/traces", bomb, "content-type", PROTOBUF, "content-encoding", "gzip");
        assertThat(http.statusCode()).isEqualTo(413);
        assertThat(text(http)).contains("ingest.maxDecodedBytes is 1048576");
        HttpResponse<byte[]> grpc = server.grpc(
                GRPC + "trace.v1.TraceService/Export",
                1,
                bomb,
                "content-type",
                "application/grpc",
                "grpc-encoding",
                "gzip");
        assertThat(header(grpc, "grpc-status")).isEqualTo("8");
        assertThat(server.post("/v1/traces", span(NOW), "content-type", PROTOBUF)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_full_disk_is_unavailable_and_worth_another_try() {
        isDiskFull = true;
        HttpResponse<byte[]> http = server.post("/v1/logs", log(NOW, "x"), "content-type", PROTOBUF);
        assertThat(http.statusCode()).isEqualTo(503);
        assertThat(header(http, "retry-after")).isEqualTo("5");
        assertThat(text(http)).contains("free some space");
        HttpResponse<byte[]> grpc =
                server.grpc(GRPC + "logs.v1.LogsService/Export", 0, log(NOW, "x"), "content-type", "application/grpc");
        assertThat(header(grpc, "grpc-status")).isEqualTo("14");
    }
}
