package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.params.PrometheusTimes;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Reads the parameters of Prometheus' API, with Prometheus' messages.
final class ApiParameters {

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");

    private final Parameters parameters;

    ApiParameters(Parameters parameters) {
        this.parameters = parameters;
    }

    String text(String name) {
        return parameters.first(name);
    }

    List<String> all(String name) {
        return parameters.all(name);
    }

    /// A moment that must be there.
    long requireTime(String name) {
        try {
            return PrometheusTimes.parseMillis(text(name));
        } catch (IllegalArgumentException e) {
            throw ApiException.parameter(name, String.valueOf(e.getMessage()));
        }
    }

    long time(String name, long whenAbsent) {
        if (text(name).isEmpty()) {
            return whenAbsent;
        }
        try {
            return PrometheusTimes.parseMillis(text(name));
        } catch (IllegalArgumentException e) {
            throw ApiException.parameter(name, "invalid time value for '" + name + "': " + e.getMessage());
        }
    }

    /// `start` and `end`, all of time where they are absent; empty if the end lies before the start.
    Optional<TimeRange> range() {
        long start = time("start", Long.MIN_VALUE);
        long end = time("end", Long.MAX_VALUE);
        return end < start ? Optional.empty() : Optional.of(new TimeRange(start, end));
    }

    long requireDuration(String name) {
        try {
            return PrometheusTimes.parseDurationMillis(text(name));
        } catch (IllegalArgumentException e) {
            throw ApiException.parameter(name, String.valueOf(e.getMessage()));
        }
    }

    OptionalLong duration(String name) {
        return text(name).isEmpty() ? OptionalLong.empty() : OptionalLong.of(requireDuration(name));
    }

    /// How many results are wanted; 0 for all.
    int limit() {
        String text = text("limit");
        if (text.isEmpty()) {
            return 0;
        }
        int limit = integer("limit", text);
        if (limit < 0) {
            throw ApiException.parameter("limit", "limit must be non-negative");
        }
        return limit;
    }

    private static int integer(String name, String text) {
        try {
            return clamped(text);
        } catch (NumberFormatException e) {
            throw ApiException.parameter(name, "strconv.Atoi: " + whyNoInteger(text));
        }
    }

    /// A number beyond what can be counted to here is as good as the largest.
    static int clamped(String text) {
        return Math.clamp(Long.parseLong(text), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// What Go says of text that is no 64-bit integer.
    static String whyNoInteger(String text) {
        boolean isTooLarge = INTEGER.matcher(text).matches();
        return "parsing " + LabelNames.quote(text) + ": " + (isTooLarge ? "value out of range" : "invalid syntax");
    }

    /// A limit whose absence, or a negative value, means all.
    int plainLimit(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return -1;
        }
        try {
            return clamped(text);
        } catch (NumberFormatException e) {
            throw ApiException.badData(name + " must be a number");
        }
    }

    /// False where the parameter is absent.
    ///
    /// @param problem what comes before the reason of a value that is no flag
    boolean flag(String name, String problem) {
        return flag(name, text(name), problem);
    }

    /// The same with capitals anywhere: `tRUE`.
    boolean flagOfAnyCase(String name, String problem) {
        return flag(name, text(name).toLowerCase(Locale.ROOT), problem);
    }

    private static boolean flag(String name, String text, String problem) {
        return switch (text) {
            case "", "0", "f", "F", "false", "FALSE", "False" -> false;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            default ->
                throw ApiException.parameter(
                        name, problem + ": strconv.ParseBool: parsing " + LabelNames.quote(text) + ": invalid syntax");
        };
    }

    /// The selectors of `match[]`; each must ask for something.
    List<List<LabelMatcher>> matchers() {
        List<List<LabelMatcher>> sets = new ArrayList<>();
        for (String selector : all("match[]")) {
            List<LabelMatcher> matchers = selector(selector);
            if (!asksForSomething(matchers)) {
                throw ApiException.badData("match[] must contain at least one non-empty matcher");
            }
            sets.add(matchers);
        }
        return sets;
    }

    private static boolean asksForSomething(List<LabelMatcher> matchers) {
        for (LabelMatcher matcher : matchers) {
            if (!matcher.matchesEmpty()) {
                return true;
            }
        }
        return false;
    }

    static List<LabelMatcher> selector(String text) {
        try {
            return Parser.parseSelector(text);
        } catch (ParseException e) {
            throw ApiException.badData(e.getMessage());
        }
    }
}
