package dev.belvedere.alerting.template;

import dev.belvedere.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What Go's templates make of values: how they print, when they are true, how they compare.
final class GoValues {

    private enum Kind {
        NONE,
        BOOL,
        INT,
        FLOAT,
        TEXT,
        OTHER
    }

    private GoValues() {}

    /// `%v`.
    static String print(Object value) {
        return switch (value) {
            case Double number -> GoFloat.shortest(number);
            case List<?> list -> printList(list);
            case Map<?, ?> map -> printMap(map);
            default -> value.toString();
        };
    }

    private static String printList(List<?> list) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(print(nonNull(element))));
        return "[" + String.join(" ", texts) + "]";
    }

    private static String printMap(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), nonNull(value)));
        List<String> texts = new ArrayList<>();
        sorted.forEach((key, value) -> texts.add(key + ":" + print(value)));
        return "map[" + String.join(" ", texts) + "]";
    }

    /// Elements of collections made outside NullAway's sight.
    static Object nonNull(@Nullable Object value) {
        return value == null ? NoValue.NO_VALUE : value;
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case TextMap map -> !map.entries().isEmpty();
            default -> value != NoValue.NO_VALUE;
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case Boolean flag -> "bool";
            case Long number -> "int";
            case Double number -> "float64";
            case String text -> "string";
            case List<?> list when !list.isEmpty() && list.getFirst() instanceof QuerySample -> "template.queryResult";
            case List<?> list -> "[]interface {}";
            case Map<?, ?> map -> "map[string]interface {}";
            case TextMap map -> "map[string]string";
            case TemplateObject object -> object.typeName();
            default -> "nil";
        };
    }

    /// Prometheus' conversion for `humanize` and its like: numbers, and texts that are numbers.
    static double toFloat(Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number;
            case TemplateDuration duration -> duration.nanos() / 1e9;
            case String text -> parseFloat(text);
            default -> throw new TemplateFailure("can't convert " + typeName(value) + " to float");
        };
    }

    static double parseFloat(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String unsigned = lower.startsWith("+") || lower.startsWith("-") ? lower.substring(1) : lower;
        if (unsigned.equals("inf") || unsigned.equals("infinity")) {
            return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (lower.equals("nan")) {
            return Double.NaN;
        }
        // Java also takes spaces around, and a type behind.
        boolean isPlain = !text.isEmpty() && text.strip().equals(text) && "0123456789.".indexOf(last(lower)) >= 0;
        try {
            if (isPlain) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new TemplateFailure("strconv.ParseFloat: parsing " + GoFormat.quote(text) + ": invalid syntax");
    }

    private static char last(String text) {
        return text.charAt(text.length() - 1);
    }

    private static Kind kind(Object value) {
        return switch (value) {
            case Boolean flag -> Kind.BOOL;
            case Long number -> Kind.INT;
            case Double number -> Kind.FLOAT;
            case String text -> Kind.TEXT;
            default -> value == NoValue.NO_VALUE ? Kind.NONE : Kind.OTHER;
        };
    }

    static boolean equal(Object a, Object b) {
        Kind left = kind(a);
        Kind right = kind(b);
        if (left != right) {
            if (left != Kind.NONE && right != Kind.NONE) {
                throw new TemplateFailure("incompatible types for comparison");
            }
            return false;
        }
        if (left == Kind.FLOAT) {
            return (double) a == (double) b;
        }
        if (left == Kind.OTHER && (a instanceof List || a instanceof Map || a instanceof TextMap)) {
            throw new TemplateFailure("non-comparable type " + print(a) + ": " + typeName(a));
        }
        return a.equals(b);
    }

    static boolean less(Object a, Object b) {
        Kind left = kind(a);
        Kind right = kind(b);
        if (isUnordered(left) || isUnordered(right)) {
            throw new TemplateFailure("invalid type for comparison");
        }
        if (left != right) {
            throw new TemplateFailure("incompatible types for comparison");
        }
        return switch (left) {
            case INT -> (long) a < (long) b;
            case FLOAT -> (double) a < (double) b;
            default -> Labels.compareUtf8((String) a, (String) b) < 0;
        };
    }

    private static boolean isUnordered(Kind kind) {
        return kind == Kind.NONE || kind == Kind.OTHER || kind == Kind.BOOL;
    }

    static long length(Object value) {
        return switch (value) {
            case String text -> GoFormat.utf8Length(text);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case TextMap map -> map.entries().size();
            default ->
                throw new TemplateFailure(
                        value == NoValue.NO_VALUE ? "len of nil pointer" : "len of type " + typeName(value));
        };
    }

    /// One step of `index`.
    static Object index(Object collection, Object key) {
        return switch (collection) {
            case TextMap map -> map.get(textKey(key));
            case Map<?, ?> map -> nonNull(map.get(textKey(key)));
            case List<?> list -> nonNull(list.get(position(key, list.size() - 1)));
            case String text ->
                (long) text.getBytes(StandardCharsets.UTF_8)[position(key, (int) GoFormat.utf8Length(text) - 1)] & 0xff;
            default ->
                throw new TemplateFailure(
                        collection == NoValue.NO_VALUE
                                ? "index of untyped nil"
                                : "can't index item of type " + typeName(collection));
        };
    }

    private static String textKey(Object key) {
        if (key instanceof String text) {
            return text;
        }
        throw new TemplateFailure("value has type " + typeName(key) + "; should be string");
    }

    /// A position in a list, from 0 to `max` inclusive.
    static int position(Object key, int max) {
        if (!(key instanceof Long at)) {
            throw new TemplateFailure("cannot index slice/array with type " + typeName(key));
        }
        if (at < 0 || at > max) {
            throw new TemplateFailure("index out of range: " + at);
        }
        return (int) (long) at;
    }
}
