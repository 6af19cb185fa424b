package dev.belvedere.alerting.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Functions that every Go template has. `and` and `or` are the evaluator's, since they do not look at all their
/// arguments; `call` is there to say that nothing can be called.
final class BuiltinFunctions {

    static final Map<String, TemplateFunction> ALL = Map.ofEntries(
            Map.entry("not", a -> !GoValues.isTrue(a.requireSize("not", 1).get(0))),
            Map.entry("eq", BuiltinFunctions::eq),
            Map.entry("ne", a -> !GoValues.equal(a.requireSize("ne", 2).get(0), a.get(1))),
            Map.entry("lt", a -> GoValues.less(a.requireSize("lt", 2).get(0), a.get(1))),
            Map.entry("le", a -> isLessOrEqual(a.requireSize("le", 2).get(0), a.get(1))),
            Map.entry("gt", a -> isGreater(a.requireSize("gt", 2).get(0), a.get(1))),
            Map.entry("ge", a -> isGreaterOrEqual(a.requireSize("ge", 2).get(0), a.get(1))),
            Map.entry("len", a -> GoValues.length(a.requireSize("len", 1).get(0))),
            Map.entry("index", BuiltinFunctions::index),
            Map.entry("slice", BuiltinFunctions::slice),
            Map.entry("print", a -> GoFormat.sprint(a.values())),
            Map.entry("println", a -> GoFormat.sprintln(a.values())),
            Map.entry("printf", BuiltinFunctions::printf),
            Map.entry("html", a -> html(joined(a))),
            Map.entry("js", a -> js(joined(a))),
            Map.entry("urlquery", a -> queryEscape(joined(a))),
            Map.entry("call", a -> {
                throw new TemplateFailure("non-function of type "
                        + GoValues.typeName(a.requireAtLeast("call", 1).get(0)));
            }));

    private static final int MAX_PRINTF_CHARS = TemplateLimits.DEFAULT.maxOutputChars();

    private BuiltinFunctions() {}

    private static Object eq(Arguments arguments) {
        arguments.requireAtLeast("eq", 1);
        if (arguments.size() == 1) {
            throw new TemplateFailure("missing argument for comparison");
        }
        for (int i = 1; i < arguments.size(); i++) {
            if (GoValues.equal(arguments.get(0), arguments.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLessOrEqual(Object a, Object b) {
        return GoValues.less(a, b) || GoValues.equal(a, b);
    }

    /// As in Go, this is not (a <= b): nothing about NaN is both.
    private static boolean isGreater(Object a, Object b) {
        return !isLessOrEqual(a, b);
    }

    private static boolean isGreaterOrEqual(Object a, Object b) {
        return !GoValues.less(a, b);
    }

    private static Object index(Arguments arguments) {
        Object item = arguments.requireAtLeast("index", 1).get(0);
        for (int i = 1; i < arguments.size(); i++) {
            item = GoValues.index(item, arguments.get(i));
        }
        return item;
    }

    private static Object slice(Arguments arguments) {
        Object item = arguments.requireAtLeast("slice", 1).get(0);
        if (arguments.size() > 4) {
            throw new TemplateFailure("too many slice indexes: " + (arguments.size() - 1));
        }
        if (item instanceof String && arguments.size() == 4) {
            throw new TemplateFailure("cannot 3-index slice a string");
        }
        int length = switch (item) {
            case String text -> text.length();
            case List<?> list -> list.size();
            default -> throw new TemplateFailure("can't slice item of type " + GoValues.typeName(item));
        };
        int from = arguments.size() > 1 ? GoValues.position(arguments.get(1), length) : 0;
        int to = arguments.size() > 2 ? GoValues.position(arguments.get(2), length) : length;
        if (from > to) {
            throw new TemplateFailure("invalid slice index: " + from + " > " + to);
        }
        return item instanceof String text ? text.substring(from, to) : ((List<?>) item).subList(from, to);
    }

    private static Object printf(Arguments arguments) {
        String format = arguments.requireAtLeast("printf", 1).text(0);
        return GoFormat.sprintf(format, arguments.values().subList(1, arguments.size()), MAX_PRINTF_CHARS);
    }

    private static String joined(Arguments arguments) {
        return arguments.size() == 1 && arguments.get(0) instanceof String text
                ? text
                : GoFormat.sprint(arguments.values());
    }

    static String html(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&#34;");
                case '\'' -> escaped.append("&#39;");
                case 0 -> escaped.append('\uFFFD');
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String js(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\'' -> escaped.append("\\'");
                case '"' -> escaped.append("\\\"");
                case '<', '>', '&', '=' -> escaped.append("\\u%04X".formatted(c));
                default -> {
                    boolean isShown = c >= ' ' && !Character.isISOControl(c) && Character.isDefined(c);
                    if (isShown) {
                        escaped.appendCodePoint(c);
                    } else {
                        escaped.append("\\u%04X".formatted(c));
                    }
                }
            }
        });
        return escaped.toString();
    }

    /// Go's `url.QueryEscape`.
    static String queryEscape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
