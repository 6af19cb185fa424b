package dev.belvedere.logql.syntax;

import java.util.ArrayList;
import java.util.List;

/// Text with labels in it: `{{.method}} {{ .path }}`. Calls of template functions are not built in yet.
public record Template(List<Part> parts) {

    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    /// The name by which a template speaks of the line itself.
    private static final String LINE = "__line__";

    public sealed interface Part {}

    public record Literal(String text) implements Part {}

    public record Label(String name) implements Part {}

    public record Line() implements Part {}

    public Template {
        parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException saying what of the text is not understood
    public static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf(OPEN, at);
            if (open < 0) {
                parts.add(new Literal(text.substring(at)));
                break;
            }
            if (open > at) {
                parts.add(new Literal(text.substring(at, open)));
            }
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                throw new IllegalArgumentException("template action is not closed by }}");
            }
            parts.add(action(text.substring(open + 2, close).strip()));
            at = close + 2;
        }
        return new Template(parts);
    }

    private static Part action(String action) {
        if (action.equals(LINE)) {
            return new Line();
        }
        if (action.matches("\\.[A-Za-z_][A-Za-z0-9_]*")) {
            return new Label(action.substring(1));
        }
        throw new IllegalArgumentException(
                "template action {{" + action + "}} is not built in yet: {{.label}} and {{__line__}} are");
    }
}
