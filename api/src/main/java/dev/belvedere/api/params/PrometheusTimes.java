package dev.belvedere.api.params;

import dev.belvedere.model.Durations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/// Times and durations as Prometheus' HTTP API takes them. The messages are Prometheus' own.
public final class PrometheusTimes {

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");

    /// What Prometheus prints for the ends of its time range, and clients send back.
    private static final String MIN_TIME = "-292273086-05-16T16:47:06Z";

    private static final String MAX_TIME = "+292277025-08-18T07:12:54.999999999Z";
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal MAX_DURATION_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE, 9);

    private PrometheusTimes() {}

    /// Unix seconds with decimals, rounded to milliseconds, or RFC 3339.
    ///
    /// @return milliseconds since the Unix epoch
    /// @throws IllegalArgumentException if the text is neither
    public static long parseMillis(String text) {
        if (NUMBER.matcher(text).matches()) {
            BigDecimal millis = new BigDecimal(text).multiply(THOUSAND).setScale(0, RoundingMode.HALF_UP);
            if (millis.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
                return millis.longValueExact();
            }
            throw noTime(text);
        }
        if (text.equals(MIN_TIME)) {
            return Long.MIN_VALUE;
        }
        if (text.equals(MAX_TIME)) {
            return Long.MAX_VALUE;
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw noTime(text);
        }
    }

    private static IllegalArgumentException noTime(String text) {
        return new IllegalArgumentException("cannot parse \"" + text + "\" to a valid timestamp");
    }

    /// Seconds with decimals, or Prometheus' durations such as `1h30m`.
    ///
    /// @return milliseconds; anything finer is cut off
    /// @throws IllegalArgumentException if the text is neither
    public static long parseDurationMillis(String text) {
        if (NUMBER.matcher(text).matches()) {
            BigDecimal seconds = new BigDecimal(text);
            if (seconds.abs().compareTo(MAX_DURATION_SECONDS) > 0) {
                throw new IllegalArgumentException(
                        "cannot parse \"" + text + "\" to a valid duration. It overflows int64");
            }
            // As floating-point nanoseconds, of which Prometheus too cuts off what is finer: 531.622 are 531,621 ms.
            return (long) (seconds.doubleValue() * 1e9) / 1_000_000;
        }
        long millis;
        try {
            millis = Durations.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot parse \"" + text + "\" to a valid duration", e);
        }
        if (millis / 1000 >= MAX_DURATION_SECONDS.longValue()) {
            throw new IllegalArgumentException("cannot parse \"" + text + "\" to a valid duration");
        }
        return millis;
    }
}
