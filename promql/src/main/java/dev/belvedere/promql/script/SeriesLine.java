package dev.belvedere.promql.script;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line that describes a series: its labels and a sequence of values such as `0+10x5 _ stale
/// {{count:3}}`.
record SeriesLine(Labels labels, List<SequenceValue> values) {

    /// How many values a series may be given.
    static final int MAX_VALUES = 1_000_000;

    private static final String NUMBER =
            "(?:(?i:inf|nan)|(?:\\d+(?:ms|[smhdwy]))+|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)";
    private static final Pattern ITEM = Pattern.compile("([+-]?" + NUMBER + ")([+-]" + NUMBER + ")?(?:x(\\d+))?");
    private static final Pattern OMITTED = Pattern.compile("_(?:x(\\d+))?");

    static SeriesLine parse(String line) {
        int end = endOfLabels(line);
        try {
            Labels labels = Parser.parseLabels(line.substring(0, end));
            return new SeriesLine(labels, values(line.substring(end)));
        } catch (ParseException e) {
            throw new ScriptException(e.getMessage());
        }
    }

    /// Offset behind the metric's name and labels.
    static int endOfLabels(String line) {
        int at = 0;
        while (at < line.length() && line.charAt(at) != '{' && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        if (at == line.length() || line.charAt(at) != '{') {
            return at;
        }
        char quote = 0;
        for (; at < line.length(); at++) {
            char c = line.charAt(at);
            if (quote != 0) {
                if (c == '\\' && quote != '`') {
                    at++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '}') {
                return at + 1;
            }
        }
        throw new ScriptException("unclosed brace in series description: " + line);
    }

    private static List<SequenceValue> values(String text) {
        List<SequenceValue> values = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            int end = endOfItem(text, at);
            item(text.substring(at, end), values);
            at = end;
        }
        return values;
    }

    private static int endOfItem(String text, int start) {
        int at = start;
        boolean isInHistogram = false;
        while (at < text.length() && (isInHistogram || !Character.isWhitespace(text.charAt(at)))) {
            if (text.startsWith("{{", at)) {
                isInHistogram = true;
            } else if (text.startsWith("}}", at)) {
                isInHistogram = false;
            }
            at++;
        }
        return at;
    }

    private static void item(String item, List<SequenceValue> into) {
        if (item.startsWith("{{")) {
            histograms(item, into);
            return;
        }
        if (item.equals("stale")) {
            add(into, SequenceValue.of(SampleValues.STALE_NAN));
            return;
        }
        Matcher omitted = OMITTED.matcher(item);
        if (omitted.matches()) {
            int count = omitted.group(1) == null ? 1 : count(omitted.group(1));
            for (int i = 0; i < count; i++) {
                add(into, SequenceValue.OMITTED);
            }
            return;
        }
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches() || matcher.group(2) != null && matcher.group(3) == null) {
            throw new ScriptException("unexpected " + item + " in series values, expected number or \"stale\"");
        }
        double value = number(matcher.group(1));
        // Adding the zero below zero changes nothing, not even the sign of a zero.
        double increment = matcher.group(2) == null ? -0.0 : number(matcher.group(2));
        // "1x5" is six values: the one written and five more.
        int repetitions = matcher.group(3) == null ? 0 : count(matcher.group(3));
        for (int i = 0; i <= repetitions; i++) {
            add(into, SequenceValue.of(value));
            value += increment;
        }
    }

    private static void add(List<SequenceValue> into, SequenceValue value) {
        if (into.size() >= MAX_VALUES) {
            throw new ScriptException("series has more than " + MAX_VALUES + " values");
        }
        into.add(value);
    }

    static int count(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new ScriptException("invalid repetition in series values: " + digits);
        }
    }

    static double number(String text) {
        boolean isNegative = text.startsWith("-");
        String magnitude = (isNegative || text.startsWith("+") ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        double value = switch (magnitude) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "nan" -> SampleValues.NORMAL_NAN;
            default ->
                magnitude.matches(".*[smhdwy]")
                        ? Durations.parseMillis(magnitude) / 1000.0
                        : Double.parseDouble(magnitude.replace("_", ""));
        };
        return isNegative && !Double.isNaN(value) ? -value : value;
    }

    private static void histograms(String item, List<SequenceValue> into) {
        int end = item.indexOf("}}") + 2;
        if (end < 2) {
            throw new ScriptException("histogram description incomplete: " + item);
        }
        HistogramLiteral base = HistogramLiteral.parse(item.substring(2, end - 2));
        String rest = item.substring(end);
        if (rest.isEmpty() || rest.startsWith("x")) {
            int repetitions = rest.isEmpty() ? 0 : count(rest.substring(1));
            for (int i = 0; i <= repetitions; i++) {
                add(into, SequenceValue.of(base.histogram(), base.isHintSet()));
            }
            return;
        }
        int incrementEnd = rest.indexOf("}}") + 2;
        boolean isSum = rest.startsWith("+{{");
        if (!isSum && !rest.startsWith("-{{") || incrementEnd < 2 || !rest.startsWith("x", incrementEnd)) {
            throw new ScriptException("unexpected " + rest + " behind a histogram");
        }
        HistogramLiteral increment = HistogramLiteral.parse(rest.substring(3, incrementEnd - 2));
        int repetitions = count(rest.substring(incrementEnd + 1));
        NativeHistogram current = base.histogram();
        add(into, SequenceValue.of(current, increment.isHintSet()));
        for (int i = 0; i < repetitions; i++) {
            current = combined(current, increment.histogram(), isSum);
            add(into, SequenceValue.of(current, increment.isHintSet()));
        }
    }

    private static NativeHistogram combined(NativeHistogram base, NativeHistogram increment, boolean isSum) {
        if (base.schema() > increment.schema()) {
            throw new ScriptException("error combining histograms: cannot merge from schema " + increment.schema()
                    + " to " + base.schema());
        }
        WorkingHistogram working = WorkingHistogram.of(base);
        Reconciliation combined = isSum ? working.add(increment) : working.subtract(increment);
        if (!combined.isCompatible()) {
            throw new ScriptException("error combining histograms: exponential and custom buckets");
        }
        return working.toNative();
    }
}
