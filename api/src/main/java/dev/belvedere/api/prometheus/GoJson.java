package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.template.TemplateTime;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Values as Go's JSON encoder writes them in Prometheus' answers.
final class GoJson {

    private static final String NEVER = "0001-01-01T00:00:00Z";

    private GoJson() {}

    /// Text with `<`, `>` and `&` escaped. Labels are written without.
    static void text(JsonWriter json, String text) {
        if (text.indexOf('<') < 0 && text.indexOf('>') < 0 && text.indexOf('&') < 0) {
            json.value(text);
            return;
        }
        String escaped = new JsonWriter()
                .value(text)
                .toString()
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
        byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
        json.rawValue(bytes, 0, bytes.length);
    }

    static JsonWriter labels(JsonWriter json, Labels labels) {
        return json.labels(labels);
    }

    static void time(JsonWriter json, long millis) {
        json.value(TemplateTime.rfc3339(millis));
    }

    /// Go's zero time.
    static void never(JsonWriter json) {
        json.value(NEVER);
    }

    static void texts(JsonWriter json, Iterable<String> texts) {
        json.beginArray();
        texts.forEach(text -> text(json, text));
        json.endArray();
    }

    /// A tree of maps, lists, strings, booleans and numbers; `Nothing` becomes null.
    static void tree(JsonWriter json, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                json.beginObject();
                map.forEach((key, child) -> tree(json.name(String.valueOf(key)), child));
                json.endObject();
            }
            case List<?> list -> {
                json.beginArray();
                list.forEach(child -> tree(json, child));
                json.endArray();
            }
            case String text -> text(json, text);
            case Boolean flag -> json.value(flag);
            case Long number -> json.value(number);
            case Integer number -> json.value(number.longValue());
            case Double number -> json.value(number);
            default -> json.nullValue();
        }
    }

    /// Null in a tree.
    enum Nothing {
        NOTHING
    }
}
