package dev.belvedere.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Prometheus writes them: `1h30m`, `15s`, `250ms`; units in descending order, each at most once.
public final class Durations {

    private static final Pattern FORM =
            Pattern.compile("(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

    private static final long[] UNIT_MILLIS = {31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1000L, 1
    };
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

    private Durations() {}

    /// @return milliseconds; `0` alone needs no unit
    /// @throws IllegalArgumentException for anything of another form, or beyond what a long holds
    public static long parseMillis(String text) {
        if (text.equals("0")) {
            return 0;
        }
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("not a valid duration string: \"" + text + "\"");
        }
        long millis = 0;
        try {
            for (int unit = 0; unit < UNITS.length; unit++) {
                String digits = matcher.group(unit + 1);
                if (digits != null) {
                    millis = Math.addExact(millis, Math.multiplyExact(Long.parseLong(digits), UNIT_MILLIS[unit]));
                }
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("duration out of range: \"" + text + "\"", e);
        }
        return millis;
    }

    /// The shortest form that [#parseMillis] reads back; years and weeks only where nothing smaller is left, as in
    /// Prometheus.
    public static String format(long millis) {
        if (millis == 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        long rest = Math.abs(millis);
        if (millis < 0) {
            text.append('-');
        }
        for (int unit = 0; unit < UNITS.length; unit++) {
            boolean isExactOnly = unit <= 1;
            if (isExactOnly ? rest % UNIT_MILLIS[unit] == 0 && rest > 0 : rest >= UNIT_MILLIS[unit]) {
                text.append(rest / UNIT_MILLIS[unit]).append(UNITS[unit]);
                rest %= UNIT_MILLIS[unit];
            }
        }
        return text.toString();
    }
}
