package dev.belvedere.promql.script;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A native histogram as scripts write it: `schema:1 count:5 sum:6 buckets:[1 2 2] offset:-1`.
///
/// @param isHintSet whether the reset hint was written down
record HistogramLiteral(NativeHistogram histogram, boolean isHintSet) {

    /// @param body what stands between the double braces
    static HistogramLiteral parse(String body) {
        Map<String, String> fields = fields(body);
        double[] buckets = numbers(fields.remove("buckets"));
        double[] negative = numbers(fields.remove("n_buckets"));
        double[] bounds = numbers(fields.remove("custom_values"));
        int offset = (int) number(fields.remove("offset"));
        int negativeOffset = (int) number(fields.remove("n_offset"));
        int schema = (int) number(fields.remove("schema"));
        String hintText = fields.remove("counter_reset_hint");
        ResetHint hint = hint(hintText == null ? "unknown" : hintText);
        double zeroThreshold = number(fields.remove("z_bucket_w"));
        double zeroCount = number(fields.remove("z_bucket"));
        double count = number(fields.remove("count"));
        double sum = number(fields.remove("sum"));
        if (!fields.isEmpty()) {
            throw new ScriptException("bad histogram descriptor found: \""
                    + fields.keySet().iterator().next() + "\"");
        }
        try {
            return new HistogramLiteral(
                    new NativeHistogram(
                            hint,
                            schema,
                            zeroThreshold,
                            zeroCount,
                            count,
                            sum,
                            spans(offset, buckets.length),
                            buckets,
                            spans(negativeOffset, negative.length),
                            negative,
                            bounds),
                    hintText != null);
        } catch (IllegalArgumentException e) {
            throw new ScriptException("invalid histogram {{" + body + "}}: " + e.getMessage());
        }
    }

    private static Map<String, String> fields(String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        int at = 0;
        while (at < body.length()) {
            if (Character.isWhitespace(body.charAt(at))) {
                at++;
                continue;
            }
            int colon = body.indexOf(':', at);
            if (colon < 0) {
                throw new ScriptException("missing `:` for histogram descriptor in {{" + body + "}}");
            }
            boolean isList = body.startsWith("[", colon + 1);
            int end = isList ? body.indexOf(']', colon) + 1 : colon + 1;
            if (isList && end == 0) {
                throw new ScriptException("unclosed bucket list in {{" + body + "}}");
            }
            while (!isList && end < body.length() && !Character.isWhitespace(body.charAt(end))) {
                end++;
            }
            String key = body.substring(at, colon);
            if (fields.put(key, body.substring(colon + 1, end)) != null) {
                throw new ScriptException("duplicate key \"" + key + "\" in histogram");
            }
            at = end;
        }
        return fields;
    }

    private static ResetHint hint(String text) {
        return switch (text) {
            case "unknown" -> ResetHint.UNKNOWN;
            case "reset" -> ResetHint.RESET;
            case "not_reset" -> ResetHint.NOT_RESET;
            case "gauge" -> ResetHint.GAUGE;
            default -> throw new ScriptException("bad counter reset hint: " + text);
        };
    }

    private static double number(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return SeriesLine.number(text);
        } catch (IllegalArgumentException e) {
            throw new ScriptException("bad number in histogram: " + text);
        }
    }

    private static double[] numbers(@Nullable String list) {
        if (list == null) {
            return new double[0];
        }
        if (!list.startsWith("[") || !list.endsWith("]")) {
            throw new ScriptException("bad list in histogram: " + list);
        }
        List<Double> numbers = new ArrayList<>();
        for (String text : list.substring(1, list.length() - 1).split("[ \t]+")) {
            if (!text.isEmpty()) {
                numbers.add(number(text));
            }
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int[] spans(int offset, int length) {
        return length == 0 ? new int[0] : new int[] {offset, length};
    }
}
