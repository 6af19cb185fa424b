package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpLogsTest {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final TraceId TRACE = TraceId.ofHex("0af7651916cd43dd8448eb211c80319c");
    private static final SpanId SPAN = SpanId.ofHex("b7ad6b7169203331");

    private static byte[] request(io.opentelemetry.proto.logs.v1.LogRecord.Builder... records) {
        ScopeLogs.Builder scope = ScopeLogs.newBuilder()
                .setScope(InstrumentationScope.newBuilder().setName("lib"));
        for (io.opentelemetry.proto.logs.v1.LogRecord.Builder entry : records) {
            scope.addLogRecords(entry);
        }
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .setResource(io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                                .addAttributes(OtlpMetricsTest.attribute("service.name", "api"))
                                .addAttributes(OtlpMetricsTest.attribute("k8s.pod.name", "pod-1"))
                                .addAttributes(OtlpMetricsTest.attribute("host.name", "h")))
                        .addScopeLogs(scope))
                .build()
                .toByteArray();
    }

    private static OtlpLogs.Decoded decode(byte[] body) {
        return OtlpLogs.decode(body, body.length, IngestLimits.DEFAULT, NOW);
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    @Test
    void the_resource_names_the_stream_and_the_rest_are_attributes() {
        OtlpLogs.Decoded decoded = decode(request(io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                .setTimeUnixNano(NOW)
                .setObservedTimeUnixNano(NOW + 1)
                .setSeverityNumberValue(17)
                .setSeverityText("ERROR")
                .setBody(text("CUDA out of memory"))
                .setEventName("gpu.oom")
                .setTraceId(ByteString.fromHex(TRACE.hex()))
                .setSpanId(ByteString.fromHex(SPAN.hex()))
                .addAttributes(OtlpMetricsTest.attribute("rank", "3"))));
        assertThat(decoded.rejections().isEmpty()).isTrue();
        assertThat(decoded.records())
                .containsExactly(new LogRecord(
                        Labels.of("service_name", "api", "k8s_pod_name", "pod-1"),
                        NOW,
                        NOW + 1,
                        Severity.ERROR,
                        "CUDA out of memory",
                        Attributes.of(
                                "host.name", "h",
                                "scope_name", "lib",
                                "severity_text", "ERROR",
                                "rank", "3",
                                "event.name", "gpu.oom"),
                        TRACE,
                        SPAN));
    }

    @Test
    void a_record_without_service_time_or_severity_gets_what_can_be_known() {
        byte[] body = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .addScopeLogs(ScopeLogs.newBuilder()
                                .addLogRecords(io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                        .setSeverityText("Warning"))
                                .addLogRecords(io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                        .setObservedTimeUnixNano(77))))
                .build()
                .toByteArray();
        List<LogRecord> records = decode(body).records();
        assertThat(records.get(0).stream()).isEqualTo(Labels.of("service_name", "unknown_service"));
        assertThat(records.get(0).timestampNanos()).isEqualTo(NOW);
        assertThat(records.get(0).severity()).isEqualTo(Severity.WARN);
        assertThat(records.get(0).line()).isEmpty();
        assertThat(records.get(1).timestampNanos()).isEqualTo(77);
    }

    @Test
    void a_structured_body_is_json_text() {
        AnyValue body = AnyValue.newBuilder()
                .setKvlistValue(KeyValueList.newBuilder()
                        .addValues(OtlpMetricsTest.attribute("msg", "x"))
                        .addValues(io.opentelemetry.proto.common.v1.KeyValue.newBuilder()
                                .setKey("list")
                                .setValue(AnyValue.newBuilder()
                                        .setArrayValue(ArrayValue.newBuilder()
                                                .addValues(AnyValue.newBuilder().setIntValue(1))
                                                .addValues(AnyValue.newBuilder().setBoolValue(true))))))
                .build();
        assertThat(decode(request(io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                .setBody(body)))
                        .records()
                        .getFirst()
                        .line())
                .isEqualTo("{\"msg\":\"x\",\"list\":[1,true]}");
    }

    @Test
    void what_the_writer_wrote_comes_back() {
        Attributes attributes = Attributes.builder()
                .put("int", AttributeValue.of(-5))
                .put("real", AttributeValue.of(1.5))
                .put("flag", AttributeValue.of(true))
                .put("bytes", new AttributeValue.Bytes(new byte[] {1, 2}))
                .build();
        LogRecord entry = new LogRecord(
                Labels.of("service_name", "t"), NOW, 5, Severity.INFO, "bad \uDC80 byte", attributes, TRACE, SPAN);
        byte[] body =
                OtlpLogsWriter.write(new Resource(Attributes.of("service.name", "t")), Scope.EMPTY, List.of(entry));
        assertThat(decode(body).records()).containsExactly(entry);
    }

    @Test
    void records_beyond_a_limit_cost_only_themselves() {
        io.opentelemetry.proto.logs.v1.LogRecord.Builder many = io.opentelemetry.proto.logs.v1.LogRecord.newBuilder();
        for (int i = 0; i < 2000; i++) {
            many.addAttributes(OtlpMetricsTest.attribute("k" + i, "v"));
        }
        OtlpLogs.Decoded decoded = decode(request(
                io.opentelemetry.proto.logs.v1.LogRecord.newBuilder().setTimeUnixNano(2 * NOW),
                io.opentelemetry.proto.logs.v1.LogRecord.newBuilder().setTimeUnixNano(-1),
                io.opentelemetry.proto.logs.v1.LogRecord.newBuilder().setBody(text("x".repeat(300_000))),
                many,
                io.opentelemetry.proto.logs.v1.LogRecord.newBuilder().setBody(text("good"))));
        assertThat(decoded.records()).extracting(LogRecord::line).containsExactly("good");
        assertThat(decoded.rejections().sentence("log records"))
                .startsWith("4 log records were rejected, the first because a log record at 2077")
                .contains("ingest.maxAheadMillis is 600000; check the sender's clock");
    }

    @Test
    void empty_records_without_end_are_refused_before_they_fill_memory() {
        byte[] scope = new byte[2 * 1000];
        for (int i = 0; i < scope.length; i += 2) {
            scope[i] = 0x12;
        }
        dev.belvedere.wire.protobuf.ProtobufWriter out = new dev.belvedere.wire.protobuf.ProtobufWriter();
        int resourceLogs = out.beginMessage(1);
        out.bytes(2, scope);
        out.endMessage(resourceLogs);
        IngestLimits few = new IngestLimits(10_000, 100, 100, 10, 100, 100, 100, 100, 100, 100);
        assertThatThrownBy(() -> OtlpLogs.decode(out.toByteArray(), out.size(), few, NOW))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("ingest.maxRecords is 100");
    }

    private static List<LogRecord> decodeJson(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return decode(OtlpJson.logs(bytes, bytes.length, IngestLimits.DEFAULT)).records();
    }

    @Test
    void json_as_the_specification_shows_it_is_read() {
        List<LogRecord> records = decodeJson("""
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
                "scopeLogs":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[]},
                "logRecords":[{"timeUnixNano":"1544712660300000000","observedTimeUnixNano":1544712660300000001,
                "severityNumber":10,"severityText":"Information","traceId":"5B8EFFF798038103D269B633813FC60C",
                "spanId":"EEE19B7EC3C1B174","body":{"stringValue":"Example log record"},"unknown":{"a":[1,{"b":2}]},
                "attributes":[{"key":"int.attribute","value":{"intValue":"10"}},{"key":"double","value":{"doubleValue":637.704}},
                {"key":"array","value":{"arrayValue":{"values":[{"stringValue":"many"},{"stringValue":"values"}]}}}]}]}]}]}
                """);
        LogRecord entry = records.getFirst();
        assertThat(entry.stream()).isEqualTo(Labels.of("service_name", "my.service"));
        assertThat(entry.timestampNanos()).isEqualTo(1544712660300000000L);
        assertThat(entry.observedNanos()).isEqualTo(1544712660300000001L);
        assertThat(entry.severity()).isEqualTo(10);
        assertThat(entry.traceId().hex()).isEqualTo("5b8efff798038103d269b633813fc60c");
        assertThat(entry.attributes().get("int.attribute")).hasValue(AttributeValue.of(10));
        assertThat(entry.attributes().text("array")).isEqualTo("[\"many\",\"values\"]");
    }

    @Test
    void broken_json_says_what_and_where() {
        assertThatThrownBy(() ->
                        decodeJson("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"xyz\"}]}]}]}"))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("traceId is not hexadecimal: \"xyz\"");
        assertThatThrownBy(() ->
                        decodeJson("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":{}}]}]}]}"))
                .hasMessageContaining("timeUnixNano must be a whole number of 64 bits");
        assertThatThrownBy(() -> decodeJson("{\"resourceLogs\":[7]}")).hasMessageContaining("must be an object");
        assertThatThrownBy(() -> decodeJson("{\"resourceLogs\":")).hasMessageContaining("broken JSON");
        assertThatThrownBy(() -> decodeJson("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> decodeJson("{} {}")).hasMessageContaining("something follows");
        assertThatThrownBy(() -> decodeJson("{\"a\":".repeat(1000))).hasMessageContaining("broken JSON");
    }
}
