package dev.belvedere.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.belvedere.wire.WireFormatException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Opens JSON bodies with bounds on depth and lengths, and words what is wrong with them.
public final class JsonBodies {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(200)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // Keys of attributes come from outside without end; they must not fill a table that outlives the body.
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /// Reads a body from its first token.
    public interface Reading {
        void read(JsonParser json) throws IOException;
    }

    private JsonBodies() {}

    /// @throws WireFormatException if the body is no JSON, or `reading` says so
    public static void read(byte[] body, int length, Reading reading) {
        try (JsonParser json = FACTORY.createParser(body, 0, length)) {
            if (json.nextToken() == null) {
                throw new WireFormatException(0, "the body is empty, expected JSON");
            }
            reading.read(json);
            if (json.nextToken() != null) {
                throw broken(json, "something follows the end of the JSON value");
            }
        } catch (JsonProcessingException e) {
            long offset =
                    e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw new WireFormatException(offset, "broken JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            // Invalid UTF-8 and the like: nothing else can fail on bytes that are all there.
            throw new WireFormatException(0, "broken JSON: " + e.getMessage());
        }
    }

    public static WireFormatException broken(JsonParser json, String problem) {
        return new WireFormatException(Math.max(0, json.currentLocation().getByteOffset()), problem);
    }

    public static void expect(JsonParser json, JsonToken token, String what) {
        if (json.currentToken() != token) {
            throw broken(json, what + " must be " + name(token) + ", not " + name(json.currentToken()));
        }
    }

    private static String name(@Nullable JsonToken token) {
        return token == null
                ? "the end"
                : switch (token) {
                    case START_OBJECT -> "an object";
                    case START_ARRAY -> "an array";
                    case VALUE_STRING -> "a string";
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
                    case VALUE_TRUE, VALUE_FALSE -> "a boolean";
                    case VALUE_NULL -> "null";
                    case FIELD_NAME -> "a name";
                    case END_OBJECT, END_ARRAY -> "an end";
                    case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
                };
    }
}
