package dev.belvedere.logql.pipeline;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.labels.Labels;

/// The line in hand. Reused from line to line; used by one thread.
public final class Line {

    private String text = "";
    private long timestampNanos;
    private final LineLabels labels = new LineLabels();

    /// Takes a record in hand: its attributes, ids and level become labels, named as Loki names structured metadata.
    void load(LogRecord entry) {
        text = entry.line();
        timestampNanos = entry.timestampNanos();
        labels.reset(entry.stream());
        entry.attributes()
                .forEach((name, value) ->
                        labels.set(sanitized(name), value.toString(), LineLabels.Origin.STRUCTURED_METADATA));
        if (entry.traceId().isPresent()) {
            labels.set("trace_id", entry.traceId().hex(), LineLabels.Origin.STRUCTURED_METADATA);
        }
        if (entry.spanId().isPresent()) {
            labels.set("span_id", entry.spanId().hex(), LineLabels.Origin.STRUCTURED_METADATA);
        }
        if (entry.severity() > 0 && !labels.has("detected_level")) {
            labels.set("detected_level", Severity.word(entry.severity()), LineLabels.Origin.STRUCTURED_METADATA);
        }
    }

    /// A label name out of any key: everything but letters, digits and `_` becomes `_`.
    static String sanitized(String key) {
        StringBuilder name = new StringBuilder(key.length());
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            boolean isDigit = c >= '0' && c <= '9';
            if (isDigit && i == 0) {
                name.append('_');
            }
            name.append(isLetter || isDigit ? c : '_');
        }
        return name.toString();
    }

    public String text() {
        return text;
    }

    void setText(String newText) {
        text = newText;
    }

    public long timestampNanos() {
        return timestampNanos;
    }

    public LineLabels labels() {
        return labels;
    }

    /// All labels of the line.
    public Labels allLabels() {
        return labels.all();
    }
}
