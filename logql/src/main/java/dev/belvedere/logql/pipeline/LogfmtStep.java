package dev.belvedere.logql.pipeline;

import dev.belvedere.logql.syntax.Stage;
import java.util.Map;

/// `| logfmt`: `key=value key="quoted value"` pairs become labels. What is no pair is stepped over, or, with
/// `--strict`, marks the line with `__error__="LogfmtParserErr"`.
final class LogfmtStep implements Pipeline.Step {

    private final Stage.Logfmt options;

    LogfmtStep(Stage.Logfmt options) {
        this.options = options;
    }

    @Override
    public boolean apply(Line line) {
        String text = line.text();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) <= ' ') {
                at++;
                continue;
            }
            int keyStart = at;
            while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=' && text.charAt(at) != '"') {
                at++;
            }
            String key = text.substring(keyStart, at);
            boolean hasValue = at < text.length() && text.charAt(at) == '=';
            if (key.isEmpty() || at < text.length() && text.charAt(at) == '"') {
                if (options.isStrict()) {
                    line.labels().setError("LogfmtParserErr", "unexpected character at " + at);
                    return true;
                }
                at = skipWord(text, at);
                continue;
            }
            at = hasValue ? value(text, at + 1, key, line.labels()) : at;
            if (!hasValue) {
                add(key, "", line.labels());
            }
        }
        return true;
    }

    private static int skipWord(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        return at;
    }

    /// @return where the text goes on behind the value
    private int value(String text, int from, String key, LineLabels labels) {
        if (from >= text.length() || text.charAt(from) != '"') {
            int end = skipWord(text, from);
            add(key, text.substring(from, end), labels);
            return end;
        }
        StringBuilder value = new StringBuilder();
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                int simple = "nrt".indexOf(text.charAt(at));
                value.append(simple >= 0 ? "\n\r\t".charAt(simple) : text.charAt(at));
            } else {
                value.append(c);
            }
            at++;
        }
        if (at >= text.length() && options.isStrict()) {
            labels.setError("LogfmtParserErr", "unterminated quoted value");
            return at;
        }
        add(key, value.toString(), labels);
        return Math.min(text.length(), at + 1);
    }

    private void add(String key, String value, LineLabels labels) {
        if (value.isEmpty() && !options.keepsEmpty()) {
            return;
        }
        if (options.fields().isEmpty()) {
            String label = Line.sanitized(key);
            labels.set(labels.isStreamLabel(label) ? label + "_extracted" : label, value, LineLabels.Origin.PARSED);
            return;
        }
        for (Map.Entry<String, String> field : options.fields().entrySet()) {
            if (field.getValue().equals(key)) {
                labels.set(field.getKey(), value, LineLabels.Origin.PARSED);
            }
        }
    }
}
