package dev.belvedere.api.params;

import dev.belvedere.api.http.InvalidRequestException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;

/// Moments in parameters: Unix seconds with decimals, or RFC 3339.
public final class Times {

    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(TimeUnit.SECONDS.toNanos(1));

    private Times() {}

    /// @param parameter its name, for the message
    /// @return nanoseconds since the Unix epoch
    public static long parseNanos(String parameter, String text) {
        try {
            return new BigDecimal(text).multiply(NANOS_PER_SECOND).longValueExact();
        } catch (NumberFormatException e) {
            return parseRfc3339(parameter, text);
        } catch (ArithmeticException e) {
            return roundedNanos(parameter, text);
        }
    }

    /// Finer than nanoseconds is cut off; beyond the range of a long is an error.
    private static long roundedNanos(String parameter, String text) {
        BigDecimal nanos = new BigDecimal(text).multiply(NANOS_PER_SECOND);
        if (nanos.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(parameter, text);
        }
        return nanos.longValue();
    }

    private static long parseRfc3339(String parameter, String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), TimeUnit.SECONDS.toNanos(1)), instant.getNano());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw invalid(parameter, text);
        }
    }

    private static InvalidRequestException invalid(String parameter, String text) {
        return new InvalidRequestException("invalid parameter \"" + parameter + "\": cannot parse \"" + text
                + "\" to a valid timestamp (Unix seconds or RFC 3339)");
    }
}
