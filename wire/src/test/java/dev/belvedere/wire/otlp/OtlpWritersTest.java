package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpWritersTest {

    private static final Resource RESOURCE = new Resource(Attributes.of("service.name", "trainer"));
    private static final Scope SCOPE = new Scope("lib", "1.2", Attributes.EMPTY);
    private static final TraceId TRACE = TraceId.ofHex("0af7651916cd43dd8448eb211c80319c");
    private static final SpanId SPAN = SpanId.ofHex("b7ad6b7169203331");

    @Test
    void logs_are_read_by_the_official_classes() throws InvalidProtocolBufferException {
        Attributes attributes = Attributes.builder()
                .put("text", "t")
                .put("int", AttributeValue.of(-5))
                .put("real", AttributeValue.of(1.5))
                .put("bool", AttributeValue.of(true))
                .put("bytes", new AttributeValue.Bytes(new byte[] {1, 2}))
                .put("list", new AttributeValue.Array(List.of(AttributeValue.of("a"), AttributeValue.of(1))))
                .put("map", new AttributeValue.KeyValues(Attributes.of("k", "v")))
                .put(LogRecord.EVENT_NAME, "gpu.xid")
                .build();
        LogRecord entry =
                new LogRecord(Labels.EMPTY, 1_000_000_001, 7, Severity.ERROR, "Xid 79 – off", attributes, TRACE, SPAN);
        ExportLogsServiceRequest read =
                ExportLogsServiceRequest.parseFrom(OtlpLogsWriter.write(RESOURCE, SCOPE, List.of(entry)));
        assertThat(read.getResourceLogs(0)
                        .getResource()
                        .getAttributes(0)
                        .getValue()
                        .getStringValue())
                .isEqualTo("trainer");
        io.opentelemetry.proto.logs.v1.LogRecord log =
                read.getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
        assertThat(read.getResourceLogs(0).getScopeLogs(0).getScope().getName()).isEqualTo("lib");
        assertThat(log.getTimeUnixNano()).isEqualTo(1_000_000_001);
        assertThat(log.getObservedTimeUnixNano()).isEqualTo(7);
        assertThat(log.getSeverityNumberValue()).isEqualTo(17);
        assertThat(log.getBody().getStringValue()).isEqualTo("Xid 79 – off");
        assertThat(log.getEventName()).isEqualTo("gpu.xid");
        assertThat(log.getTraceId())
                .isEqualTo(ByteString.copyFrom(HexFormat.of().parseHex(TRACE.hex())));
        assertThat(log.getSpanId()).isEqualTo(ByteString.copyFrom(HexFormat.of().parseHex(SPAN.hex())));
        assertThat(log.getAttributesList().stream().map(KeyValue::getKey))
                .containsExactly("text", "int", "real", "bool", "bytes", "list", "map", "event.name");
        assertThat(log.getAttributes(1).getValue().getIntValue()).isEqualTo(-5);
        assertThat(log.getAttributes(2).getValue().getDoubleValue()).isEqualTo(1.5);
        assertThat(log.getAttributes(3).getValue().getBoolValue()).isTrue();
        assertThat(log.getAttributes(4).getValue().getBytesValue()).isEqualTo(ByteString.copyFrom(new byte[] {1, 2}));
        assertThat(log.getAttributes(5).getValue().getArrayValue().getValues(1).getIntValue())
                .isEqualTo(1);
        assertThat(log.getAttributes(6).getValue().getKvlistValue().getValues(0).getKey())
                .isEqualTo("k");
    }

    @Test
    void spans_are_read_by_the_official_classes() throws InvalidProtocolBufferException {
        Span span = new Span(
                TRACE,
                SPAN,
                SpanId.NONE,
                "a=b",
                RESOURCE,
                SCOPE,
                "step",
                Span.Kind.SERVER,
                100,
                50,
                Attributes.of("k", "v"),
                List.of(new Span.Event(110, "exception", Attributes.of("e", "1"))),
                List.of(new Span.Link(TRACE, SPAN, "", Attributes.EMPTY)),
                Span.Status.ERROR,
                "failed");
        ExportTraceServiceRequest read =
                ExportTraceServiceRequest.parseFrom(OtlpTracesWriter.write(List.of(span, span)));
        assertThat(read.getResourceSpansCount()).isEqualTo(1);
        assertThat(read.getResourceSpans(0).getScopeSpans(0).getSpansCount()).isEqualTo(2);
        io.opentelemetry.proto.trace.v1.Span sent =
                read.getResourceSpans(0).getScopeSpans(0).getSpans(1);
        assertThat(sent.getName()).isEqualTo("step");
        assertThat(sent.getKindValue()).isEqualTo(2);
        assertThat(sent.getStartTimeUnixNano()).isEqualTo(100);
        assertThat(sent.getEndTimeUnixNano()).isEqualTo(150);
        assertThat(sent.getParentSpanId().isEmpty()).isTrue();
        assertThat(sent.getTraceState()).isEqualTo("a=b");
        assertThat(sent.getEvents(0).getName()).isEqualTo("exception");
        assertThat(sent.getLinks(0).getSpanId().size()).isEqualTo(8);
        assertThat(sent.getStatus().getCodeValue()).isEqualTo(2);
        assertThat(sent.getStatus().getMessage()).isEqualTo("failed");
    }

    @Test
    void metric_families_are_read_by_the_official_classes() throws InvalidProtocolBufferException {
        Labels gpu = Labels.of("gpu", "0");
        List<MetricFamily> families = List.of(
                new MetricFamily(
                        "temp_celsius",
                        MetricType.GAUGE,
                        "celsius",
                        "Heat.",
                        List.of(new MetricFamily.Point("temp_celsius", gpu, 71))),
                new MetricFamily(
                        "jobs_total",
                        MetricType.COUNTER,
                        "",
                        "",
                        List.of(new MetricFamily.Point("jobs_total", gpu, 3))),
                new MetricFamily(
                        "wait_seconds",
                        MetricType.HISTOGRAM,
                        "",
                        "",
                        List.of(
                                new MetricFamily.Point("wait_seconds_bucket", gpu.with("le", "0.5"), 2),
                                new MetricFamily.Point("wait_seconds_bucket", gpu.with("le", "1"), 5),
                                new MetricFamily.Point("wait_seconds_bucket", gpu.with("le", "+Inf"), 6),
                                new MetricFamily.Point("wait_seconds_sum", gpu, 4.5),
                                new MetricFamily.Point("wait_seconds_count", gpu, 6))),
                new MetricFamily(
                        "gc_seconds",
                        MetricType.SUMMARY,
                        "",
                        "",
                        List.of(
                                new MetricFamily.Point("gc_seconds", gpu.with("quantile", "0.5"), 0.1),
                                new MetricFamily.Point("gc_seconds_sum", gpu, 2),
                                new MetricFamily.Point("gc_seconds_count", gpu, 9))));
        ExportMetricsServiceRequest read =
                ExportMetricsServiceRequest.parseFrom(OtlpMetricsWriter.write(RESOURCE, SCOPE, families, 2_000, 1_000));
        List<Metric> metrics = read.getResourceMetrics(0).getScopeMetrics(0).getMetricsList();
        assertThat(metrics.get(0).getDescription()).isEqualTo("Heat.");
        assertThat(metrics.get(0).getGauge().getDataPoints(0).getAsDouble()).isEqualTo(71);
        assertThat(metrics.get(0).getGauge().getDataPoints(0).getAttributes(0).getKey())
                .isEqualTo("gpu");
        assertThat(metrics.get(1).getSum().getIsMonotonic()).isTrue();
        assertThat(metrics.get(1).getSum().getAggregationTemporality())
                .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        assertThat(metrics.get(1).getSum().getDataPoints(0).getStartTimeUnixNano())
                .isEqualTo(1_000);
        assertThat(metrics.get(2).getHistogram().getDataPoints(0).getBucketCountsList())
                .containsExactly(2L, 3L, 1L);
        assertThat(metrics.get(2).getHistogram().getDataPoints(0).getExplicitBoundsList())
                .containsExactly(0.5, 1.0);
        assertThat(metrics.get(2).getHistogram().getDataPoints(0).getCount()).isEqualTo(6);
        assertThat(metrics.get(3)
                        .getSummary()
                        .getDataPoints(0)
                        .getQuantileValues(0)
                        .getValue())
                .isEqualTo(0.1);
        assertThat(metrics.get(3).getSummary().getDataPoints(0).getTimeUnixNano())
                .isEqualTo(2_000);
    }
}
