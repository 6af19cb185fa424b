package dev.belvedere.wire.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZipkinSpansTest {

    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long MICROS = NOW / 1000;

    private static final Span EXPECTED = new Span(
            TraceId.ofHex("5af7183fb1d4cf5f"),
            SpanId.ofHex("352bff9a74ca9ad2"),
            SpanId.ofHex("6b221d5bc9e6496c"),
            "",
            new Resource(Attributes.of("service.name", "frontend", "host.ip", "192.168.99.1")),
            Scope.EMPTY,
            "get /api",
            Span.Kind.CLIENT,
            NOW,
            207_000_000,
            Attributes.builder()
                    .put("http.method", "GET")
                    .put("error", "timeout")
                    .put("peer.service", "backend")
                    .put("network.peer.address", "172.19.0.2")
                    .put("network.peer.port", AttributeValue.of(9000))
                    .build(),
            List.of(new Span.Event(NOW + 1000, "retry", Attributes.EMPTY)),
            List.of(),
            Span.Status.ERROR,
            "timeout");

    private static ZipkinSpans.Decoded decode(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return ZipkinSpans.decodeJson(body, body.length, IngestLimits.DEFAULT, NOW);
    }

    @Test
    void a_span_as_zipkins_documentation_shows_it_is_read() {
        ZipkinSpans.Decoded decoded = decode("""
                [{"id":"352bff9a74ca9ad2","traceId":"5af7183fb1d4cf5f","parentId":"6b221d5bc9e6496c","name":"get /api",
                "timestamp":%d,"duration":207000,"kind":"CLIENT",
                "localEndpoint":{"serviceName":"frontend","ipv4":"192.168.99.1","port":3306},
                "remoteEndpoint":{"serviceName":"backend","ipv4":"172.19.0.2","port":9000},
                "annotations":[{"timestamp":%d,"value":"retry"}],"debug":false,"newer":{"a":[1]},
                "tags":{"http.method":"GET","error":"timeout"}}]
                """.formatted(MICROS, MICROS + 1));
        assertThat(decoded.spans()).containsExactly(EXPECTED);
    }

    @Test
    void protobuf_means_the_same() {
        byte[] trace = HexFormat.of().parseHex("5af7183fb1d4cf5f");
        ProtoMessage span = new ProtoMessage()
                .bytes(1, trace)
                .bytes(2, HexFormat.of().parseHex("6b221d5bc9e6496c"))
                .bytes(3, HexFormat.of().parseHex("352bff9a74ca9ad2"))
                .int64(4, 1)
                .string(5, "get /api")
                .add(out -> out.writeFixed64(6, MICROS))
                .int64(7, 207_000)
                .message(8, new ProtoMessage().string(1, "frontend").bytes(2, new byte[] {(byte) 192, (byte) 168, 99, 1
                        }))
                .message(
                        9,
                        new ProtoMessage()
                                .string(1, "backend")
                                .bytes(2, new byte[] {(byte) 172, 19, 0, 2})
                                .int64(4, 9000))
                .message(
                        10,
                        new ProtoMessage()
                                .add(out -> out.writeFixed64(1, MICROS + 1))
                                .string(2, "retry"))
                .message(11, new ProtoMessage().string(1, "http.method").string(2, "GET"))
                .message(11, new ProtoMessage().string(1, "error").string(2, "timeout"));
        byte[] body = new ProtoMessage().message(1, span).toByteArray();
        assertThat(ZipkinSpans.decodeProtobuf(body, body.length, IngestLimits.DEFAULT, NOW)
                        .spans())
                .containsExactly(EXPECTED);
    }

    @Test
    void a_span_without_times_is_kept() {
        assertThat(decode("[{\"id\":\"1\",\"traceId\":\"2\"}]").spans())
                .extracting(Span::startNanos)
                .containsExactly(NOW);
        assertThat(decode(
                                "[{\"id\":\"1\",\"traceId\":\"2\",\"shared\":true,\"annotations\":[{\"timestamp\":5,\"value\":\"x\"}]}]")
                        .spans())
                .extracting(Span::startNanos)
                .containsExactly(5000L);
    }

    @Test
    void spans_that_cannot_be_cost_only_themselves() {
        ZipkinSpans.Decoded decoded =
                decode("[{\"id\":\"1\",\"name\":\"lost\"},{\"id\":\"1\",\"traceId\":\"2\",\"timestamp\":" + 2 * MICROS
                        + "},{\"id\":\"1\",\"traceId\":\"2\",\"name\":\"good\"}]");
        assertThat(decoded.spans()).extracting(Span::name).containsExactly("good");
        assertThat(decoded.rejections().sentence("spans"))
                .isEqualTo("2 spans were rejected, the first because the span \"lost\" has no traceId or no id");
    }

    @Test
    void json_of_another_form_says_what_it_should_be() {
        assertBroken("{}", "the body must be an array, not an object");
        assertBroken("[{\"traceId\":\"xyz\"}]", "traceId must be 16 or 32 hexadecimal digits, not \"xyz\"");
        assertBroken("[{\"id\":7}]", "id must be a string, not a number");
        assertBroken("[{\"kind\":\"OTHER\"}]", "kind is CLIENT, SERVER, PRODUCER or CONSUMER");
        assertBroken("[{\"timestamp\":\"x\"}]", "timestamp must be a number, not a string");
        assertBroken("[{\"timestamp\":99999999999999999999999}]", "broken JSON");
        assertBroken("[{\"tags\":{\"a\":1}}]", "the tag a must be a string");
        assertBroken("[", "broken JSON");
    }

    private static void assertBroken(String json, String problem) {
        assertThatThrownBy(() -> decode(json))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void spans_without_end_are_refused_before_they_fill_memory() {
        byte[] body = ("[" + "{},".repeat(200) + "{}]").getBytes(StandardCharsets.UTF_8);
        IngestLimits few = new IngestLimits(10_000, 100, 100, 10, 100, 100, 100, 100, 100, 100);
        assertThatThrownBy(() -> ZipkinSpans.decodeJson(body, body.length, few, NOW))
                .isInstanceOf(BodyTooLargeException.class);
    }
}
