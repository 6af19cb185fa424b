package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.protobuf.ProtobufWriter;

/// Writes the messages that all three signals share.
final class OtlpFields {

    private OtlpFields() {}

    static void writeResource(ProtobufWriter out, int field, Resource resource) {
        int message = out.beginMessage(field);
        writeAttributes(out, 1, resource.attributes());
        out.endMessage(message);
    }

    static void writeScope(ProtobufWriter out, int field, Scope scope) {
        int message = out.beginMessage(field);
        writeText(out, 1, scope.name());
        writeText(out, 2, scope.version());
        writeAttributes(out, 3, scope.attributes());
        out.endMessage(message);
    }

    /// Writes a text that may be left out when empty.
    static void writeText(ProtobufWriter out, int field, String text) {
        if (!text.isEmpty()) {
            out.string(field, text);
        }
    }

    static void writeAttributes(ProtobufWriter out, int field, Attributes attributes) {
        for (int i = 0; i < attributes.size(); i++) {
            int pair = out.beginMessage(field);
            out.string(1, attributes.key(i));
            writeValue(out, 2, attributes.value(i));
            out.endMessage(pair);
        }
    }

    static void writeValue(ProtobufWriter out, int field, AttributeValue value) {
        int message = out.beginMessage(field);
        switch (value) {
            case AttributeValue.Text text -> out.string(1, text.value());
            case AttributeValue.Bool bool -> out.bool(2, bool.value());
            case AttributeValue.Int integer -> out.int64(3, integer.value());
            case AttributeValue.Real real -> out.float64(4, real.value());
            case AttributeValue.Array array -> {
                int values = out.beginMessage(5);
                array.values().forEach(element -> writeValue(out, 1, element));
                out.endMessage(values);
            }
            case AttributeValue.KeyValues keyValues -> {
                int pairs = out.beginMessage(6);
                writeAttributes(out, 1, keyValues.attributes());
                out.endMessage(pairs);
            }
            case AttributeValue.Bytes bytes -> out.bytes(7, bytes.value());
        }
        out.endMessage(message);
    }

    static void writeTraceId(ProtobufWriter out, int field, TraceId id) {
        if (id.isPresent()) {
            byte[] bytes = new byte[16];
            putBigEndian(bytes, 0, id.high());
            putBigEndian(bytes, 8, id.low());
            out.bytes(field, bytes);
        }
    }

    static void writeSpanId(ProtobufWriter out, int field, SpanId id) {
        if (id.isPresent()) {
            byte[] bytes = new byte[8];
            putBigEndian(bytes, 0, id.bits());
            out.bytes(field, bytes);
        }
    }

    private static void putBigEndian(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> 56 - 8 * i);
        }
    }
}
