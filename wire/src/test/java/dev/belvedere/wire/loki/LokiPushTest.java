package dev.belvedere.wire.loki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LokiPushTest {

    private static final long NOW = 1_700_000_000_123_456_789L;
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static ProtoMessage entry(long nanos, String line) {
        ProtoMessage timestamp =
                new ProtoMessage().int64(1, nanos / 1_000_000_000).int64(2, nanos % 1_000_000_000);
        return new ProtoMessage().message(1, timestamp).string(2, line);
    }

    private static ProtoMessage pair(String name, String value) {
        return new ProtoMessage().string(1, name).string(2, value);
    }

    private static LokiPush.Decoded decode(ProtoMessage... streams) {
        ProtoMessage request = new ProtoMessage();
        for (ProtoMessage stream : streams) {
            request.message(1, stream);
        }
        byte[] body = request.toByteArray();
        return LokiPush.decodeProtobuf(body, body.length, IngestLimits.DEFAULT, NOW);
    }

    private static LokiPush.Decoded decodeJson(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return LokiPush.decodeJson(body, body.length, IngestLimits.DEFAULT, NOW);
    }

    @Test
    void streams_entries_and_structured_metadata_are_read() {
        LokiPush.Decoded decoded = decode(new ProtoMessage()
                .string(1, "{job=\"train\", host=`a\\b`, q=\"say \\\"hi\\\" \\u00e9\\n\",}")
                .message(
                        2,
                        entry(NOW, "Xid 79")
                                .message(3, pair("trace_id", TRACE))
                                .message(3, pair("span_id", "b7ad6b7169203331"))
                                .message(3, pair("detected_level", "error"))
                                .message(3, pair("rank", "3")))
                .message(2, entry(NOW + 1, "next")));
        Labels stream = Labels.of("job", "train", "host", "a\\b", "q", "say \"hi\" é\n");
        assertThat(decoded.records())
                .containsExactly(
                        new LogRecord(
                                stream,
                                NOW,
                                0,
                                Severity.ERROR,
                                "Xid 79",
                                Attributes.of("rank", "3"),
                                TraceId.ofHex(TRACE),
                                SpanId.ofHex("b7ad6b7169203331")),
                        LogRecord.of(stream, NOW + 1, "next"));
        assertThat(decoded.rejections().isEmpty()).isTrue();
    }

    @Test
    void json_means_the_same() {
        LokiPush.Decoded decoded =
                decodeJson("{\"streams\":[{\"stream\":{\"job\":\"train\",\"level\":\"warn\"},\"values\":[[\"" + NOW
                        + "\",\"Xid 79\",{\"trace_id\":\"" + TRACE + "\",\"rank\":\"3\"}],[\"" + (NOW + 1)
                        + "\",\"next\"]]},{\"stream\":{\"job\":\"b\"},\"values\":[]}],\"other\":1}");
        Labels stream = Labels.of("job", "train", "level", "warn");
        assertThat(decoded.records())
                .containsExactly(
                        new LogRecord(
                                stream,
                                NOW,
                                0,
                                Severity.WARN,
                                "Xid 79",
                                Attributes.of("rank", "3"),
                                TraceId.ofHex(TRACE),
                                SpanId.NONE),
                        new LogRecord(
                                stream,
                                NOW + 1,
                                0,
                                Severity.WARN,
                                "next",
                                Attributes.EMPTY,
                                TraceId.NONE,
                                SpanId.NONE));
    }

    @Test
    void what_the_writer_wrote_comes_back() {
        LogRecord full = new LogRecord(
                Labels.of("job", "a \"quoted\" \\ value", "x", "\u0001é"),
                NOW,
                0,
                Severity.FATAL,
                "bad \uDC80 byte",
                Attributes.of("k", "v"),
                TraceId.ofHex(TRACE),
                SpanId.ofHex("1"));
        LogRecord plain = LogRecord.of(Labels.of("job", "b"), NOW + 5, "");
        byte[] packed = LokiPushWriter.write(List.of(full, plain, full));
        UnpackedBody body = new UnpackedBody(1 << 20).unpack(packed, 0, packed.length, "snappy");
        assertThat(LokiPush.decodeProtobuf(body.array(), body.length(), IngestLimits.DEFAULT, NOW)
                        .records())
                .containsExactly(full, full, plain);
    }

    @Test
    void wrong_streams_and_entries_cost_only_themselves() {
        LokiPush.Decoded decoded = decode(
                new ProtoMessage()
                        .string(1, "{job=}")
                        .message(2, entry(NOW, "a"))
                        .message(2, entry(NOW, "b")),
                new ProtoMessage()
                        .string(1, "{job=\"x\"}")
                        .message(2, entry(2 * NOW, "future"))
                        .message(2, entry(0, "no time"))
                        .message(2, entry(NOW, "l".repeat(300_000)))
                        .message(2, entry(NOW, "good")));
        assertThat(decoded.records()).extracting(LogRecord::line).containsExactly("good");
        assertThat(decoded.rejections().sentence("entries"))
                .isEqualTo("5 entries were rejected, the first because the stream {job=} is wrong: expected a quoted"
                        + " value at character 6, found '}'");
    }

    @Test
    void label_sets_say_what_is_wrong_with_them() {
        assertWrong("", "expected '{' at character 1, found the end");
        assertWrong("{}", "at least one label");
        assertWrong("{a=\"\"}", "at least one label");
        assertWrong("{a=\"1\",a=\"2\"}", "the label a is there twice");
        assertWrong("{a.b=\"1\"}", "expected '=' at character 3, found '.'");
        assertWrong("{1a=\"1\"}", "\"1a\" is no label name");
        assertWrong("{a=\"1}", "has no end");
        assertWrong("{a=\"\\z\"}", "unknown escape \\z");
        assertWrong("{a=\"\\u12\"}", "needs 4 digits");
        assertWrong("{a=\"1\"} x", "expected nothing more");
        assertWrong("{a=\"" + "v".repeat(5000) + "\"}", "ingest.maxLabelValueBytes is 4096");
    }

    private static void assertWrong(String labels, String problem) {
        assertThat(decode(new ProtoMessage().string(1, labels).message(2, entry(NOW, "x")))
                        .rejections()
                        .firstReason())
                .contains(problem);
    }

    @Test
    void json_of_another_form_says_what_it_should_be() {
        assertBroken("[]", "the body must be an object, not an array");
        assertBroken("{\"streams\":{}}", "streams must be an array, not an object");
        assertBroken("{\"streams\":[{\"values\":[]}]}", "must come before its \"values\"");
        assertBroken("{\"streams\":[{\"stream\":{\"a\":1}}]}", "the label a must be a string, not a number");
        assertBroken(
                "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[1,\"x\"]]}]}",
                "a value's time must be a string, not a number");
        assertBroken(
                "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"2024-01-01\",\"x\"]]}]}",
                "must be nanoseconds since 1970");
        assertBroken("{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\"", "broken JSON");
    }

    private static void assertBroken(String json, String problem) {
        assertThatThrownBy(() -> decodeJson(json))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void entries_without_end_are_refused_before_they_fill_memory() {
        ProtoMessage stream = new ProtoMessage().string(1, "{a=\"b\"}");
        for (int i = 0; i < 101; i++) {
            stream.bytes(2, new byte[0]);
        }
        byte[] body = new ProtoMessage().message(1, stream).toByteArray();
        IngestLimits few = new IngestLimits(10_000, 100, 100, 10, 100, 100, 100, 100, 100, 100);
        assertThatThrownBy(() -> LokiPush.decodeProtobuf(body, body.length, few, NOW))
                .isInstanceOf(BodyTooLargeException.class);
    }
}
