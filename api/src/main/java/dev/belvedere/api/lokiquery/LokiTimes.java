package dev.belvedere.api.lokiquery;

import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.params.GoDuration;
import dev.belvedere.api.params.Times;
import dev.belvedere.model.Durations;
import dev.belvedere.platform.time.TimeSource;
import java.util.concurrent.TimeUnit;

/// Loki's moments and steps. A moment is a count of nanoseconds, of seconds where it has few digits or decimals, or
/// RFC 3339; a step is a duration, or seconds.
final class LokiTimes {

    private static final long DEFAULT_RANGE_NANOS = TimeUnit.HOURS.toNanos(1);

    /// Loki takes numbers of up to ten digits for seconds.
    private static final int MAX_SECOND_DIGITS = 10;

    /// Loki's own default: the range in about 250 steps.
    private static final long DEFAULT_STEPS = 250;

    private LokiTimes() {}

    /// @param startNanos inclusive
    /// @param endNanos exclusive for lines
    record Range(long startNanos, long endNanos) {}

    static Range range(Parameters parameters, TimeSource time) {
        long end = parameters.get("end").map(text -> nanos("end", text)).orElseGet(time::currentNanos);
        long since =
                parameters.get("since").map(text -> duration("since", text)).orElse(DEFAULT_RANGE_NANOS);
        long start = parameters.get("start").map(text -> nanos("start", text)).orElse(end - since);
        if (end < start) {
            throw new InvalidRequestException("end timestamp must not be before start time");
        }
        return new Range(start, end);
    }

    static long nanos(String parameter, String text) {
        boolean isCount = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (isCount && text.length() > MAX_SECOND_DIGITS) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new InvalidRequestException(
                        "invalid parameter \"" + parameter + "\": " + text + " is out of range");
            }
        }
        return Times.parseNanos(parameter, text);
    }

    static long stepMillis(Parameters parameters, Range range) {
        long nanos = parameters
                .get("step")
                .map(text -> duration("step", text))
                .orElse(Math.max(TimeUnit.SECONDS.toNanos(1), (range.endNanos() - range.startNanos()) / DEFAULT_STEPS));
        if (nanos <= 0) {
            throw new InvalidRequestException("zero or negative query resolution step widths are not accepted");
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private static long duration(String parameter, String text) {
        try {
            return (long) (Double.parseDouble(text) * 1e9);
        } catch (NumberFormatException notSeconds) {
            try {
                return GoDuration.parseNanos(text);
            } catch (IllegalArgumentException notGo) {
                return promDuration(parameter, text);
            }
        }
    }

    private static long promDuration(String parameter, String text) {
        try {
            return TimeUnit.MILLISECONDS.toNanos(Durations.parseMillis(text));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("invalid parameter \"" + parameter + "\": " + e.getMessage());
        }
    }
}
