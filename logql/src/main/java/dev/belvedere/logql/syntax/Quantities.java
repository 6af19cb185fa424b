package dev.belvedere.logql.syntax;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers with units, as LogQL and log lines write them.
public final class Quantities {

    private static final Pattern DURATION_PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w|y))+");
    private static final Pattern BYTES = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)\\s*([kmgtpe]?)(i?)b?");

    private static final Map<String, Long> UNIT_NANOS = Map.ofEntries(
            Map.entry("ns", 1L),
            Map.entry("us", 1_000L),
            Map.entry("µs", 1_000L),
            Map.entry("μs", 1_000L),
            Map.entry("ms", 1_000_000L),
            Map.entry("s", 1_000_000_000L),
            Map.entry("m", 60_000_000_000L),
            Map.entry("h", 3_600_000_000_000L),
            Map.entry("d", 86_400_000_000_000L),
            Map.entry("w", 604_800_000_000_000L),
            Map.entry("y", 31_536_000_000_000_000L));

    private Quantities() {}

    /// `1h30m`, `250ms`, `1.5s`, `-5m`; empty for anything else or beyond what a long holds.
    public static OptionalLong durationNanos(String text) {
        if (text.equals("0")) {
            return OptionalLong.of(0);
        }
        if (!DURATION.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        double nanos = 0;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * UNIT_NANOS.getOrDefault(part.group(2), 0L);
        }
        if (nanos >= Long.MAX_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(text.startsWith("-") ? -(long) nanos : (long) nanos);
    }

    /// `10KB` (thousands), `10KiB` (1,024s), `512`; empty for anything else.
    public static OptionalDouble bytes(String text) {
        Matcher matcher = BYTES.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return OptionalDouble.empty();
        }
        int power = matcher.group(2).isEmpty() ? 0 : "kmgtpe".indexOf(matcher.group(2)) + 1;
        double base = matcher.group(3).isEmpty() ? 1000 : 1024;
        return OptionalDouble.of(Double.parseDouble(matcher.group(1)) * Math.pow(base, power));
    }

    public static OptionalDouble number(String text) {
        try {
            return OptionalDouble.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
