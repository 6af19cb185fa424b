package dev.belvedere.api.params;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.LabelNames;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times and durations as Prometheus' HTTP API takes them. The messages are Prometheus' own.
public final class PrometheusTimes {

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final Pattern UNDERSCORE_BETWEEN_DIGITS = Pattern.compile("(?<=\\d)_(?=\\d)");
    private static final Pattern INFINITY = Pattern.compile("[+-]?inf(inity)?", Pattern.CASE_INSENSITIVE);
    private static final BigDecimal MAX_DOUBLE = new BigDecimal(Double.MAX_VALUE);

    /// RFC 3339 as Go reads it: capitals only, seconds always, any number of decimals.
    private static final Pattern RFC_3339 =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9})\\d*)?(Z|[+-]\\d\\d:\\d\\d)");

    /// What Prometheus prints for the ends of its time range, and clients send back.
    private static final String MIN_TIME = "-292273086-05-16T16:47:06Z";

    private static final String MAX_TIME = "+292277025-08-18T07:12:54.999999999Z";
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE, 3);
    private static final BigDecimal MAX_DURATION_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE, 9);

    /// Digits of seconds that are read as they are.
    private static final int MAX_PLAIN_SECONDS = 12;

    /// The same of a duration, whose nanoseconds have to fit as well.
    private static final int MAX_PLAIN_DURATION = 9;

    /// What one of the last of so many decimals of a second is.
    private static final long[] MILLIS = {1000, 100, 10, 1};

    private PrometheusTimes() {}

    /// Unix seconds with decimals, rounded to milliseconds, or RFC 3339.
    ///
    /// @return milliseconds since the Unix epoch
    /// @throws IllegalArgumentException if the text is neither
    public static long parseMillis(String text) {
        long plain = plainMillis(text);
        if (plain >= 0) {
            return plain;
        }
        Optional<BigDecimal> number = number(text);
        if (number.isPresent()) {
            if (number.get().abs().compareTo(MAX_SECONDS) <= 0) {
                return rounded(number.get().doubleValue());
            }
            throw noTime(text);
        }
        if (text.equals(MIN_TIME)) {
            return Long.MIN_VALUE;
        }
        if (text.equals(MAX_TIME)) {
            return Long.MAX_VALUE;
        }
        Matcher rfc3339 = RFC_3339.matcher(text);
        if (!rfc3339.matches()) {
            throw noTime(text);
        }
        String decimals = rfc3339.group(2) == null ? "" : "." + rfc3339.group(2);
        try {
            return OffsetDateTime.parse(rfc3339.group(1) + decimals + rfc3339.group(3))
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw noTime(text);
        }
    }

    /// Rounds what a floating-point number has behind its point, as Prometheus does: of 1.0005 that is a bit less than
    /// 0.0005, and so 1000 ms are left.
    private static long rounded(double seconds) {
        long whole = (long) seconds;
        double fraction = (seconds - whole) * 1000;
        return whole * 1000 + (fraction < 0 ? -Math.round(-fraction) : Math.round(fraction));
    }

    /// The number that nearly all clients send, without a look at its grammar: a few digits, and behind a point at most
    /// three.
    ///
    /// @return negative where the text is anything else
    private static long plainMillis(String text) {
        int point = text.indexOf('.');
        int whole = point < 0 ? text.length() : point;
        int decimals = point < 0 ? 0 : text.length() - point - 1;
        if (whole == 0 || whole > MAX_PLAIN_SECONDS || decimals > 3 || point >= 0 && decimals == 0) {
            return -1;
        }
        long digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i == point) {
                continue;
            }
            if (c < '0' || c > '9') {
                return -1;
            }
            digits = digits * 10 + c - '0';
        }
        return digits * MILLIS[decimals];
    }

    /// A number in Go's notation, which lets `_` stand between digits. Not-a-number and the infinities are none.
    private static Optional<BigDecimal> number(String text) {
        String digits = text.indexOf('_') < 0
                ? text
                : UNDERSCORE_BETWEEN_DIGITS.matcher(text).replaceAll("");
        return NUMBER.matcher(digits).matches() ? Optional.of(new BigDecimal(digits)) : Optional.empty();
    }

    private static IllegalArgumentException noTime(String text) {
        return new IllegalArgumentException("cannot parse " + LabelNames.quote(text) + " to a valid timestamp");
    }

    private static IllegalArgumentException noDuration(String text, String more) {
        return new IllegalArgumentException("cannot parse " + LabelNames.quote(text) + " to a valid duration" + more);
    }

    /// Seconds with decimals, or Prometheus' durations such as `1h30m`.
    ///
    /// @return milliseconds; anything finer is cut off
    /// @throws IllegalArgumentException if the text is neither
    public static long parseDurationMillis(String text) {
        long plain = text.length() <= MAX_PLAIN_DURATION && text.indexOf('.') < 0 ? plainMillis(text) : -1;
        if (plain >= 0) {
            return plain;
        }
        Optional<BigDecimal> seconds = number(text);
        if (seconds.isPresent() && seconds.get().abs().compareTo(MAX_DOUBLE) <= 0) {
            if (seconds.get().abs().compareTo(MAX_DURATION_SECONDS) > 0) {
                throw noDuration(text, ". It overflows int64");
            }
            // As floating-point nanoseconds, of which Prometheus too cuts off what is finer: 531.622 are 531,621 ms.
            return (long) (seconds.get().doubleValue() * 1e9) / 1_000_000;
        }
        if (INFINITY.matcher(text).matches()) {
            throw noDuration(text, ". It overflows int64");
        }
        long millis;
        try {
            millis = Durations.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw noDuration(text, "");
        }
        if (millis / 1000 >= MAX_DURATION_SECONDS.longValue()) {
            throw noDuration(text, "");
        }
        return millis;
    }
}
