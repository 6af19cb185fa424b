package dev.belvedere.api.params;

import dev.belvedere.model.labels.LabelNames;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go's `time.ParseDuration` reads them: `1.5ms`, `100us`, `2m30s`.
public final class GoDuration {

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    /// @return nanoseconds
    /// @throws IllegalArgumentException for anything of another form, or beyond what a long holds
    public static long parseNanos(String text) {
        if (text.equals("0")) {
            return 0;
        }
        boolean isNegative = text.startsWith("-");
        String rest = isNegative || text.startsWith("+") ? text.substring(1) : text;
        Matcher matcher = PART.matcher(rest);
        double nanos = 0;
        int at = 0;
        while (at < rest.length() && matcher.find(at) && matcher.start() == at) {
            nanos += Double.parseDouble(matcher.group(1)) * unitNanos(matcher.group(2));
            at = matcher.end();
        }
        if (at == 0 || at < rest.length() || nanos > Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "not a duration: " + LabelNames.quote(text) + " (write for example 1.5ms or 2m30s)");
        }
        return Math.round(isNegative ? -nanos : nanos);
    }

    private static double unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> 1e3;
        };
    }
}
