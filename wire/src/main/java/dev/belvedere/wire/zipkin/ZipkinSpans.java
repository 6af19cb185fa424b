package dev.belvedere.wire.zipkin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.TimeChecks;
import dev.belvedere.wire.json.JsonBodies;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Decodes lists of Zipkin v2 spans, JSON or protobuf.
///
/// The local endpoint's service is the resource, annotations are events, tags are attributes, a tag `error` is the
/// status.
public final class ZipkinSpans {

    /// @param spans those that can be kept
    /// @param rejections those that cannot
    public record Decoded(List<Span> spans, Rejections rejections) {}

    private final IngestLimits limits;
    private final long nowNanos;
    private final long latestNanos;
    private final List<Span> spans = new ArrayList<>();
    private final Rejections rejections = new Rejections();
    private int recordCount;
    private int valueCount;

    private ZipkinSpans(IngestLimits limits, long nowNanos) {
        this.limits = limits;
        this.nowNanos = nowNanos;
        this.latestNanos = nowNanos + 1_000_000 * limits.maxAheadMillis();
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @param nowNanos the time of spans that tell none, and the measure of those that lie in the future
    /// @throws WireFormatException if it is no JSON list of spans
    public static Decoded decodeJson(byte[] body, int length, IngestLimits limits, long nowNanos) {
        ZipkinSpans spans = new ZipkinSpans(limits, nowNanos);
        JsonBodies.read(body, length, json -> {
            JsonBodies.expect(json, JsonToken.START_ARRAY, "the body");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                spans.keepOrReject(spans.readSpan(json));
            }
        });
        return new Decoded(spans.spans, spans.rejections);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @param nowNanos the time of spans that tell none, and the measure of those that lie in the future
    /// @throws WireFormatException if it is no `ListOfSpans`
    public static Decoded decodeProtobuf(byte[] body, int length, IngestLimits limits, long nowNanos) {
        ZipkinSpans spans = new ZipkinSpans(limits, nowNanos);
        ProtobufReader in = new ProtobufReader().reset(body, 0, length);
        while (in.next()) {
            if (in.field() == 1) {
                in.enter();
                spans.keepOrReject(spans.readSpan(in));
                in.leave();
            }
        }
        return new Decoded(spans.spans, spans.rejections);
    }

    private void keepOrReject(ZipkinSpan span) {
        String what = "the span \"" + span.name + "\"";
        if (!span.traceId.isPresent() || !span.id.isPresent()) {
            rejections.add(what + " has no traceId or no id");
        } else if (span.tagCount > limits.maxAttributes()) {
            rejections.add(what + " has " + span.tagCount + " tags, the limit ingest.maxAttributes is "
                    + limits.maxAttributes());
        } else if (span.startNanos(nowNanos) > latestNanos) {
            rejections.add(TimeChecks.tooFarAhead(what, span.startNanos(nowNanos), limits));
        } else {
            spans.add(span.toSpan(nowNanos));
        }
    }

    private void countRecord() {
        if (++recordCount > limits.maxRecords()) {
            throw BodyTooLargeException.records(limits.maxRecords());
        }
    }

    private void countValue() {
        if (++valueCount > limits.maxAttributeValues()) {
            throw new BodyTooLargeException(
                    "the request has too many tags", "ingest.maxAttributeValues", limits.maxAttributeValues());
        }
    }

    private ZipkinSpan readSpan(JsonParser json) throws IOException {
        JsonBodies.expect(json, JsonToken.START_OBJECT, "a span");
        countRecord();
        ZipkinSpan span = new ZipkinSpan();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_NULL) {
                readField(json, name, span);
            }
        }
        return span;
    }

    private void readField(JsonParser json, String name, ZipkinSpan span) throws IOException {
        switch (name) {
            case "traceId" -> span.traceId = traceId(json);
            case "id" -> span.id = spanId(json, name);
            case "parentId" -> span.parentId = spanId(json, name);
            case "name" -> span.name = text(json, name);
            case "kind" -> span.kind = kind(json);
            case "timestamp" -> span.timestampMicros = number(json, name);
            case "duration" -> span.durationMicros = number(json, name);
            case "shared" -> span.isShared = json.currentToken() == JsonToken.VALUE_TRUE;
            case "localEndpoint" -> readEndpoint(json, span.local);
            case "remoteEndpoint" -> readEndpoint(json, span.remote);
            case "annotations" -> readAnnotations(json, span);
            case "tags" -> readTags(json, span);
            default -> json.skipChildren();
        }
    }

    private static String text(JsonParser json, String name) throws IOException {
        JsonBodies.expect(json, JsonToken.VALUE_STRING, name);
        return json.getText();
    }

    private static long number(JsonParser json, String name) throws IOException {
        JsonBodies.expect(json, JsonToken.VALUE_NUMBER_INT, name);
        return json.getLongValue();
    }

    private static TraceId traceId(JsonParser json) throws IOException {
        try {
            return TraceId.ofHex(text(json, "traceId"));
        } catch (IllegalArgumentException e) {
            throw JsonBodies.broken(
                    json, "traceId must be 16 or 32 hexadecimal digits, not \"" + json.getText() + "\"");
        }
    }

    private static SpanId spanId(JsonParser json, String name) throws IOException {
        try {
            return SpanId.ofHex(text(json, name));
        } catch (IllegalArgumentException e) {
            throw JsonBodies.broken(json, name + " must be 16 hexadecimal digits, not \"" + json.getText() + "\"");
        }
    }

    private static Span.Kind kind(JsonParser json) throws IOException {
        String kind = text(json, "kind");
        return switch (kind) {
            case "CLIENT" -> Span.Kind.CLIENT;
            case "SERVER" -> Span.Kind.SERVER;
            case "PRODUCER" -> Span.Kind.PRODUCER;
            case "CONSUMER" -> Span.Kind.CONSUMER;
            default ->
                throw JsonBodies.broken(json, "kind is CLIENT, SERVER, PRODUCER or CONSUMER, not \"" + kind + "\"");
        };
    }

    private static void readEndpoint(JsonParser json, ZipkinSpan.Endpoint endpoint) throws IOException {
        JsonBodies.expect(json, JsonToken.START_OBJECT, "an endpoint");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "serviceName" -> endpoint.serviceName = text(json, name);
                case "ipv4", "ipv6" -> endpoint.address = text(json, name);
                case "port" -> endpoint.port = (int) number(json, name);
                default -> json.skipChildren();
            }
        }
    }

    private void readAnnotations(JsonParser json, ZipkinSpan span) throws IOException {
        JsonBodies.expect(json, JsonToken.START_ARRAY, "annotations");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            JsonBodies.expect(json, JsonToken.START_OBJECT, "an annotation");
            countRecord();
            long micros = 0;
            String value = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "timestamp" -> micros = number(json, name);
                    case "value" -> value = text(json, name);
                    default -> json.skipChildren();
                }
            }
            span.addAnnotation(micros, value);
        }
    }

    private void readTags(JsonParser json, ZipkinSpan span) throws IOException {
        JsonBodies.expect(json, JsonToken.START_OBJECT, "tags");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            countValue();
            if (span.tagCount <= limits.maxAttributes()) {
                span.addTag(name, text(json, "the tag " + name));
            }
        }
    }

    private ZipkinSpan readSpan(ProtobufReader in) {
        countRecord();
        ZipkinSpan span = new ZipkinSpan();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> span.traceId = traceId(in.bytes());
                case 2 -> span.parentId = new SpanId(bigEndian(in.bytes()));
                case 3 -> span.id = new SpanId(bigEndian(in.bytes()));
                case 4 -> span.kind = kind(in.int32());
                case 5 -> span.name = in.anyText();
                case 6 -> span.timestampMicros = in.fixed64();
                case 7 -> span.durationMicros = in.int64();
                case 8 -> readEndpoint(in, span.local);
                case 9 -> readEndpoint(in, span.remote);
                case 10 -> readAnnotation(in, span);
                case 11 -> readTag(in, span);
                case 13 -> span.isShared = in.bool();
                default -> {
                    // The debug flag.
                }
            }
        }
        return span;
    }

    private static TraceId traceId(byte[] bytes) {
        if (bytes.length == 8) {
            return new TraceId(0, bigEndian(bytes));
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8 && bytes.length == 16; i++) {
            high = high << 8 | bytes[i] & 0xff;
            low = low << 8 | bytes[8 + i] & 0xff;
        }
        return new TraceId(high, low);
    }

    /// 0 if there are not 8 bytes.
    private static long bigEndian(byte[] bytes) {
        long value = 0;
        for (int i = 0; i < 8 && bytes.length == 8; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private static Span.Kind kind(int number) {
        return switch (number) {
            case 1 -> Span.Kind.CLIENT;
            case 2 -> Span.Kind.SERVER;
            case 3 -> Span.Kind.PRODUCER;
            case 4 -> Span.Kind.CONSUMER;
            default -> Span.Kind.INTERNAL;
        };
    }

    private static void readEndpoint(ProtobufReader in, ZipkinSpan.Endpoint endpoint) {
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> endpoint.serviceName = in.anyText();
                case 2, 3 -> endpoint.address = address(in.bytes());
                case 4 -> endpoint.port = in.int32();
                default -> {
                    // Newer than this.
                }
            }
        }
        in.leave();
    }

    private static String address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            // Not 4 or 16 bytes: a span is worth keeping without it.
            return "";
        }
    }

    private void readAnnotation(ProtobufReader in, ZipkinSpan span) {
        countRecord();
        long micros = 0;
        String value = "";
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                micros = in.fixed64();
            } else if (in.field() == 2) {
                value = in.anyText();
            }
        }
        in.leave();
        span.addAnnotation(micros, value);
    }

    private void readTag(ProtobufReader in, ZipkinSpan span) {
        countValue();
        String key = "";
        String value = "";
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                key = in.anyText();
            } else if (in.field() == 2) {
                value = in.anyText();
            }
        }
        in.leave();
        if (span.tagCount <= limits.maxAttributes()) {
            span.addTag(key, value);
        }
    }
}
