package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The OpenTelemetry Java SDK sends all three signals by gRPC and by HTTP; each is read back where its users look.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenTelemetryTest {

    private record Exporters(SpanExporter spans, MetricExporter metrics, LogRecordExporter logs) {}

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        server = ServerProcess.start(folder.resolve("data"), "--set", "agent.host=false");
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.close();
    }

    @Test
    void all_signals_arrive_by_grpc() throws IOException, InterruptedException {
        String endpoint = "http://127.0.0.1:" + server.otlpGrpcPort();
        roundTrip(
                "checkout-grpc",
                new Exporters(
                        OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build(),
                        OtlpGrpcMetricExporter.builder()
                                .setEndpoint(endpoint)
                                .setCompression("gzip")
                                .build(),
                        OtlpGrpcLogRecordExporter.builder()
                                .setEndpoint(endpoint)
                                .build()));
    }

    @Test
    void all_signals_arrive_by_http() throws IOException, InterruptedException {
        String endpoint = "http://127.0.0.1:" + server.otlpHttpPort();
        roundTrip(
                "checkout-http",
                new Exporters(
                        OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint + "/v1/traces")
                                .setCompression("gzip")
                                .build(),
                        OtlpHttpMetricExporter.builder()
                                .setEndpoint(endpoint + "/v1/metrics")
                                .build(),
                        OtlpHttpLogRecordExporter.builder()
                                .setEndpoint(endpoint + "/v1/logs")
                                .build()));
    }

    private void roundTrip(String service, Exporters exporters) throws IOException, InterruptedException {
        String traceId = send(service, exporters);
        Http.eventually(
                () -> "3".equals(Http.value(server, "orders_total{job=\"" + service + "\", payment_method=\"card\"}")));
        assertThat(Http.value(
                        server,
                        "histogram_quantile(1, sum by (le) (request_duration_seconds_bucket{job=\"" + service
                                + "\"}))"))
                .isNotNull();
        JsonNode trace = Http.get(server.url("/api/traces/" + traceId)).json().at("/data/0");
        assertThat(trace.at("/spans")).hasSize(2);
        assertThat(trace.toString()).contains("GET /cart", "gen_ai.request.model", "out of stock");
        JsonNode found = Http.get(
                        server.url("/api/traces?service=" + service + "&operation=" + Http.encoded("GET /cart")))
                .json();
        assertThat(found.at("/data/0/traceID").asText()).isEqualTo(traceId);
        String logql = "{service_name=\"" + service + "\"} |= \"cart\"";
        JsonNode lines = Http.get(server.url("/loki/api/v1/query_range?query=" + Http.encoded(logql)))
                .json()
                .at("/data/result/0");
        assertThat(lines.at("/values/0/1").asText()).isEqualTo("cart is empty");
        assertThat(lines.at("/stream/trace_id").asText()).isEqualTo(traceId);
        JsonNode logsOfTrace = Http.get(server.url("/api/belvedere/v1/traces/" + traceId + "/logs"))
                .json();
        assertThat(logsOfTrace.at("/records/0/line").asText()).isEqualTo("cart is empty");
    }

    /// @return the trace's id
    private static String send(String service, Exporters exporters) {
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)));
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(resource)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporters.spans()).build())
                        .build())
                .setMeterProvider(SdkMeterProvider.builder()
                        .setResource(resource)
                        .registerMetricReader(PeriodicMetricReader.create(exporters.metrics()))
                        .build())
                .setLoggerProvider(SdkLoggerProvider.builder()
                        .setResource(resource)
                        .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporters.logs())
                                .build())
                        .build())
                .build();
        try (sdk) {
            LongCounter orders = sdk.getMeter("shop").counterBuilder("orders").build();
            orders.add(3, Attributes.of(AttributeKey.stringKey("payment.method"), "card"));
            DoubleHistogram duration = sdk.getMeter("shop")
                    .histogramBuilder("request.duration")
                    .setUnit("s")
                    .build();
            duration.record(0.25);
            Span root = sdk.getTracer("shop")
                    .spanBuilder("GET /cart")
                    .setSpanKind(SpanKind.SERVER)
                    .startSpan();
            try (Scope scope = root.makeCurrent()) {
                Span child = sdk.getTracer("shop").spanBuilder("chat").startSpan();
                child.setAttribute("gen_ai.request.model", "llama-3");
                child.recordException(new IllegalStateException("out of stock"));
                child.end();
                sdk.getLogsBridge()
                        .get("shop")
                        .logRecordBuilder()
                        .setContext(Context.current())
                        .setSeverity(Severity.WARN)
                        .setBody("cart is empty")
                        .emit();
            }
            root.end();
            assertThat(sdk.getSdkTracerProvider()
                            .forceFlush()
                            .join(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .isSuccess())
                    .isTrue();
            assertThat(sdk.getSdkMeterProvider()
                            .forceFlush()
                            .join(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .isSuccess())
                    .isTrue();
            assertThat(sdk.getSdkLoggerProvider()
                            .forceFlush()
                            .join(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .isSuccess())
                    .isTrue();
            return root.getSpanContext().getTraceId();
        }
    }
}
