package dev.belvedere.api.params;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.api.http.InvalidRequestException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Parameters that hold JSON.
public final class JsonParameters {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonParameters() {}

    /// `{"key": "value", ...}`; numbers and booleans are taken as their text.
    ///
    /// @param parameter its name, for the message
    /// @param json empty for an empty map
    public static Map<String, String> stringMap(String parameter, String json) {
        Map<String, String> map = new LinkedHashMap<>();
        if (json.isEmpty()) {
            return map;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed(parameter, "a JSON object is expected");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == null || !value.isScalarValue()) {
                    throw malformed(parameter, "the value of \"" + key + "\" is no text");
                }
                map.put(key, parser.getText());
            }
            return map;
        } catch (IOException e) {
            throw malformed(parameter, "not valid JSON");
        }
    }

    private static InvalidRequestException malformed(String parameter, String problem) {
        return new InvalidRequestException("malformed '" + parameter + "' parameter: " + problem);
    }
}
