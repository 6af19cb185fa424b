package dev.belvedere.wire.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.json.JsonBodies;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;

/// Turns OTLP's JSON into OTLP's protobuf, so that there is one decoder for each signal.
///
/// Ids are hexadecimal, 64-bit numbers may be strings or numbers, enums numbers or names, unknown fields are
/// skipped.
public final class OtlpJson {

    private final ProtobufWriter out = new ProtobufWriter(64 * 1024);
    private final JsonParser json;
    private final int maxBytes;

    private OtlpJson(JsonParser json, int maxBytes) {
        this.json = json;
        this.maxBytes = maxBytes;
    }

    /// An `ExportLogsServiceRequest` as protobuf.
    ///
    /// @throws WireFormatException if it is no JSON or a value is of the wrong type
    public static byte[] logs(byte[] body, int length, IngestLimits limits) {
        return transcode(body, length, limits, JsonSchema.LOGS);
    }

    /// An `ExportTraceServiceRequest` as protobuf.
    ///
    /// @throws WireFormatException if it is no JSON or a value is of the wrong type
    public static byte[] traces(byte[] body, int length, IngestLimits limits) {
        return transcode(body, length, limits, JsonSchema.TRACES);
    }

    /// An `ExportMetricsServiceRequest` as protobuf.
    ///
    /// @throws WireFormatException if it is no JSON or a value is of the wrong type
    public static byte[] metrics(byte[] body, int length, IngestLimits limits) {
        return transcode(body, length, limits, JsonSchema.METRICS);
    }

    private static byte[] transcode(byte[] body, int length, IngestLimits limits, JsonSchema schema) {
        byte[][] result = new byte[1][];
        JsonBodies.read(body, length, json -> {
            OtlpJson transcoder = new OtlpJson(json, limits.maxDecodedBytes());
            transcoder.message(schema, "the body");
            result[0] = transcoder.out.toByteArray();
        });
        return result[0];
    }

    private void message(JsonSchema schema, String name) throws IOException {
        JsonBodies.expect(json, JsonToken.START_OBJECT, name);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String fieldName = json.currentName();
            json.nextToken();
            JsonSchema.Field field = schema.field(fieldName);
            if (field == null || json.currentToken() == JsonToken.VALUE_NULL) {
                json.skipChildren();
            } else if (json.currentToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    value(field, fieldName);
                }
            } else {
                value(field, fieldName);
            }
        }
    }

    private void value(JsonSchema.Field field, String name) throws IOException {
        int number = field.number();
        switch (field.type()) {
            case MESSAGE -> {
                int mark = out.beginMessage(number);
                message(field.message(), name);
                out.endMessage(mark);
            }
            case STRING -> out.string(number, text(name));
            case HEX -> out.bytes(number, hex(name));
            case BASE64 -> out.bytes(number, base64(name));
            case BOOL -> out.bool(number, bool(name));
            case VARINT -> out.int64(number, integer(name));
            case SINT32 -> out.sint64(number, integer(name));
            case FIXED32 -> out.fixed32(number, (int) integer(name));
            case FIXED64 -> out.fixed64(number, integer(name));
            case DOUBLE -> out.float64(number, real(name));
            case ENUM -> out.int64(number, enumNumber(field, name));
        }
        if (out.size() > maxBytes) {
            throw BodyTooLargeException.bytes("the JSON body holds more", maxBytes);
        }
    }

    private String text(String name) throws IOException {
        JsonBodies.expect(json, JsonToken.VALUE_STRING, name);
        return json.getText();
    }

    private byte[] hex(String name) throws IOException {
        try {
            return HexFormat.of().parseHex(text(name));
        } catch (IllegalArgumentException e) {
            throw JsonBodies.broken(json, name + " is not hexadecimal: \"" + json.getText() + "\"");
        }
    }

    private byte[] base64(String name) throws IOException {
        try {
            return Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException e) {
            throw JsonBodies.broken(json, name + " is not base64");
        }
    }

    private boolean bool(String name) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw JsonBodies.broken(json, name + " must be true or false");
        };
    }

    private long integer(String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING
                || json.currentToken() == JsonToken.VALUE_NUMBER_INT
                || json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            String text = json.getText();
            try {
                return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                double real = parseReal(text, name);
                if (real == Math.rint(real) && Math.abs(real) < 0x1p63) {
                    return (long) real;
                }
            }
        }
        throw JsonBodies.broken(json, name + " must be a whole number of 64 bits");
    }

    private double real(String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING
                || json.currentToken() == JsonToken.VALUE_NUMBER_INT
                || json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return parseReal(json.getText(), name);
        }
        throw JsonBodies.broken(json, name + " must be a number");
    }

    private double parseReal(String text, String name) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw JsonBodies.broken(json, name + " must be a number, not \"" + text + "\"");
        }
    }

    private long enumNumber(JsonSchema.Field field, String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            int number = field.enumNames().indexOf(json.getText());
            if (number >= 0) {
                return number;
            }
        }
        return integer(name);
    }
}
