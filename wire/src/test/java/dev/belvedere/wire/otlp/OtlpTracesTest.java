package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.IngestLimits;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpTracesTest {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final TraceId TRACE = TraceId.ofHex("0af7651916cd43dd8448eb211c80319c");
    private static final SpanId SPAN = SpanId.ofHex("b7ad6b7169203331");

    private static OtlpTraces.Decoded decode(byte[] body) {
        return OtlpTraces.decode(body, body.length, IngestLimits.DEFAULT, NOW);
    }

    private static io.opentelemetry.proto.trace.v1.Span.Builder span() {
        return io.opentelemetry.proto.trace.v1.Span.newBuilder()
                .setTraceId(ByteString.fromHex(TRACE.hex()))
                .setSpanId(ByteString.fromHex(SPAN.hex()))
                .setName("step")
                .setStartTimeUnixNano(NOW)
                .setEndTimeUnixNano(NOW + 5);
    }

    private static byte[] request(io.opentelemetry.proto.trace.v1.Span.Builder... spans) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (io.opentelemetry.proto.trace.v1.Span.Builder span : spans) {
            scope.addSpans(span);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    @Test
    void what_the_writer_wrote_comes_back() {
        Span span = new Span(
                TRACE,
                SPAN,
                SpanId.ofHex("1"),
                "a=b",
                new Resource(Attributes.of("service.name", "trainer")),
                new Scope("lib", "1", Attributes.of("x", "y")),
                "step",
                Span.Kind.CONSUMER,
                NOW,
                50,
                Attributes.of("k", "v"),
                List.of(new Span.Event(NOW + 1, "exception", Attributes.of("e", "1"))),
                List.of(new Span.Link(TRACE, SPAN, "s", Attributes.of("l", "2"))),
                Span.Status.ERROR,
                "failed");
        OtlpTraces.Decoded decoded = decode(OtlpTracesWriter.write(List.of(span)));
        assertThat(decoded.spans()).containsExactly(span);
        assertThat(decoded.rejections().isEmpty()).isTrue();
    }

    @Test
    void spans_that_cannot_be_are_refused_alone() {
        OtlpTraces.Decoded decoded = decode(request(
                span().clearTraceId(),
                span().setSpanId(ByteString.fromHex("00")),
                span().clearStartTimeUnixNano(),
                span().setStartTimeUnixNano(2 * NOW),
                span().setStartTimeUnixNano(-1),
                span().setEndTimeUnixNano(NOW - 10).setKindValue(99)));
        assertThat(decoded.spans()).hasSize(1);
        assertThat(decoded.spans().getFirst().durationNanos()).isZero();
        assertThat(decoded.spans().getFirst().kind()).isEqualTo(Span.Kind.UNSPECIFIED);
        assertThat(decoded.rejections().sentence("spans"))
                .isEqualTo("5 spans were rejected, the first because the span \"step\" has no valid trace id of 16"
                        + " bytes and span id of 8 bytes");
    }

    @Test
    void json_means_what_protobuf_means() {
        String json = """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},
                "scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"0AF7651916CD43DD8448EB211C80319C",
                "spanId":"b7ad6b7169203331","parentSpanId":"","name":"GET","kind":"SPAN_KIND_SERVER",
                "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000007",
                "events":[{"timeUnixNano":"1700000000000000001","name":"e"}],"links":[],
                "status":{"code":2,"message":"no"}}]}]}]}
                """;
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Span span = decode(OtlpJson.traces(bytes, bytes.length, IngestLimits.DEFAULT))
                .spans()
                .getFirst();
        assertThat(span)
                .isEqualTo(new Span(
                        TRACE,
                        SPAN,
                        SpanId.NONE,
                        "",
                        new Resource(Attributes.of("service.name", "s")),
                        new Scope("lib", "", Attributes.EMPTY),
                        "GET",
                        Span.Kind.SERVER,
                        NOW,
                        7,
                        Attributes.EMPTY,
                        List.of(new Span.Event(NOW + 1, "e", Attributes.EMPTY)),
                        List.of(),
                        Span.Status.ERROR,
                        "no"));
    }
}
