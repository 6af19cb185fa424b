package dev.belvedere.server.command;

import dev.belvedere.model.Durations;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.SystemTime;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;

/// Moments as the command line takes and shows them.
final class Moments {

    private Moments() {}

    /// `-5m` and empty text as Unix seconds; everything else as it is.
    static String absolute(String text) {
        if (text.isEmpty()) {
            return seconds(0);
        }
        if (!text.startsWith("-")) {
            return text;
        }
        try {
            return seconds(Durations.parseMillis(text.substring(1)));
        } catch (IllegalArgumentException e) {
            throw new OperationException("bad_time", Fault.USER, "not a time: " + text + " (" + e.getMessage() + ")");
        }
    }

    private static String seconds(long millisAgo) {
        return BigDecimal.valueOf(new SystemTime().currentMillis() - millisAgo, 3)
                .toPlainString();
    }

    /// RFC 3339 in UTC; the text itself where it is no moment.
    static String ofSeconds(String text) {
        return ofNanos(text, 9);
    }

    static String ofNanos(String text) {
        return ofNanos(text, 0);
    }

    private static String ofNanos(String text, int scale) {
        try {
            long nanos = new BigDecimal(text).movePointRight(scale).longValue();
            return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                    .toString();
        } catch (NumberFormatException | DateTimeException e) {
            return text;
        }
    }
}
