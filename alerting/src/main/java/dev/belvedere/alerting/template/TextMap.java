package dev.belvedere.alerting.template;

import dev.belvedere.model.labels.Labels;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Labels or annotations as a template sees them: a missing key is the empty text.
///
/// @param entries sorted by key
public record TextMap(Map<String, String> entries) {

    public static final TextMap EMPTY = new TextMap(Map.of());

    public TextMap {
        Map<String, String> sorted = new TreeMap<>(Labels::compareUtf8);
        sorted.putAll(entries);
        entries = Collections.unmodifiableMap(sorted);
    }

    public static TextMap of(Labels labels) {
        return new TextMap(labels.toMap());
    }

    public String get(String key) {
        return entries.getOrDefault(key, "");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("map[");
        entries.forEach((key, value) -> {
            if (text.length() > 4) {
                text.append(' ');
            }
            text.append(key).append(':').append(value);
        });
        return text.append(']').toString();
    }
}
