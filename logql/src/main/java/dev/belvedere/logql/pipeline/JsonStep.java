package dev.belvedere.logql.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `| json`: fields of a JSON object become labels, nested ones joined by `_`; arrays are left out. With paths, only
/// what they name. A line that is no object keeps its labels and gets `__error__="JSONParserErr"`.
final class JsonStep implements Pipeline.Step {

    private static final int MAX_DEPTH = 100;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    /// Path as `a.b[0]` is normalised to: `a`, `b`, `0`, joined by NUL; to its label.
    private final Map<String, List<String>> labelsByPath = new HashMap<>();

    JsonStep(Map<String, String> paths) {
        paths.forEach((label, path) -> labelsByPath
                .computeIfAbsent(normalised(path), key -> new ArrayList<>())
                .add(label));
    }

    /// `a.b["c d"][0]` with its parts joined by NUL.
    private static String normalised(String path) {
        StringBuilder parts = new StringBuilder();
        int at = 0;
        while (at < path.length()) {
            char c = path.charAt(at);
            int end;
            String part;
            if (c == '[') {
                end = path.indexOf(']', at);
                end = end < 0 ? path.length() : end;
                part = path.substring(at + 1, end).replaceAll("^[\"'`]|[\"'`]$", "");
                end++;
            } else if (c == '.') {
                at++;
                continue;
            } else {
                end = at;
                while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                    end++;
                }
                part = path.substring(at, end);
            }
            parts.append(parts.isEmpty() ? "" : "\0").append(part);
            at = end;
        }
        return parts.toString();
    }

    @Override
    public boolean apply(Line line) {
        try (JsonParser parser = JSON.createParser(line.text())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the line is not a JSON object");
            }
            object(parser, "", "", line.labels());
            if (!labelsByPath.isEmpty()) {
                labelsByPath
                        .values()
                        .forEach(labels -> labels.forEach(label -> {
                            if (!line.labels().has(label)) {
                                line.labels().set(label, "", LineLabels.Origin.PARSED);
                            }
                        }));
            }
        } catch (IOException e) {
            line.labels().setError("JSONParserErr", String.valueOf(e.getMessage()));
        }
        return true;
    }

    private void object(JsonParser parser, String prefix, String path, LineLabels labels) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            String childPath = path.isEmpty() ? key : path + "\0" + key;
            parser.nextToken();
            value(parser, prefix.isEmpty() ? key : prefix + "_" + key, childPath, labels);
        }
    }

    private void value(JsonParser parser, String name, String path, LineLabels labels) throws IOException {
        JsonToken token = parser.currentToken();
        if (!labelsByPath.isEmpty()) {
            extract(parser, token, path, labels);
            return;
        }
        switch (token) {
            case START_OBJECT -> object(parser, name, path, labels);
            case START_ARRAY -> parser.skipChildren();
            case VALUE_NULL -> {}
            default -> add(name, parser.getText(), labels);
        }
    }

    private static void add(String name, String text, LineLabels labels) {
        String label = Line.sanitized(name);
        boolean isTaken = labels.isStreamLabel(label) || labels.has(label);
        labels.set(isTaken ? label + "_extracted" : label, text, LineLabels.Origin.PARSED);
    }

    private void extract(JsonParser parser, JsonToken token, String path, LineLabels labels) throws IOException {
        List<String> wanted = labelsByPath.getOrDefault(path, List.of());
        if (token.isScalarValue()) {
            String text = token == JsonToken.VALUE_NULL ? "" : parser.getText();
            wanted.forEach(label -> labels.set(label, text, LineLabels.Origin.PARSED));
            return;
        }
        if (!wanted.isEmpty()) {
            String text = CompactJson.read(parser);
            wanted.forEach(label -> labels.set(label, text, LineLabels.Origin.PARSED));
        } else if (labelsByPath.keySet().stream().noneMatch(other -> other.startsWith(path + "\0"))) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
            object(parser, "", path, labels);
        } else {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(parser, "", path + "\0" + i, labels);
            }
        }
    }
}
