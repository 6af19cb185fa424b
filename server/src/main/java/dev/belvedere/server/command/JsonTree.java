package dev.belvedere.server.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A server's JSON answer as maps, lists and texts; numbers keep the digits they came with.
final class JsonTree {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonTree() {}

    /// @throws IOException if the bytes are no JSON
    static Object read(byte[] bytes) throws IOException {
        try (JsonParser parser = JSON.createParser(bytes)) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == null) {
            throw new IOException("the answer is empty");
        }
        return parser.getText();
    }

    /// The object under a key; empty where there is none.
    static Map<String, Object> object(Object tree, String key) {
        Map<String, Object> result = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> map && map.get(key) instanceof Map<?, ?> inner) {
            inner.forEach((name, value) -> result.put(String.valueOf(name), value));
        }
        return result;
    }

    /// The list under a key; empty where there is none.
    static List<Object> list(Object tree, String key) {
        return tree instanceof Map<?, ?> map && map.get(key) instanceof List<?> list ? List.copyOf(list) : List.of();
    }

    /// The text under a key; `""` where there is none.
    static String text(Object tree, String key) {
        return tree instanceof Map<?, ?> map && map.get(key) instanceof String text ? text : "";
    }
}
