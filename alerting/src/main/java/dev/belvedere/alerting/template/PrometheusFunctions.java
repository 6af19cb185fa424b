package dev.belvedere.alerting.template;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The functions that Prometheus gives to the templates of rules.
public final class PrometheusFunctions {

    /// Runs a query at the moment of the evaluation.
    public interface Query {

        /// @throws TemplateFailure if the expression is wrong or its evaluation fails
        List<QuerySample> run(String expression);
    }

    /// For parsing only: functions that need to know a moment or a store fail.
    public static final FunctionSet NAMES = at(0, "", expression -> {
        throw new TemplateFailure("query is not available here");
    });

    private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
    private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
    private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
    private static final Pattern WORD_START = Pattern.compile("(?<![\\p{L}\\p{N}_'])\\p{L}");
    private static final double MAX_NANOS = 9.223372036854775807e18;

    private PrometheusFunctions() {}

    /// @param timestampMillis what `now` answers
    /// @param externalUrl under which people reach this server
    public static FunctionSet at(long timestampMillis, String externalUrl, Query query) {
        Map<String, TemplateFunction> functions = new HashMap<>();
        functions.put("query", a -> query.run(a.requireSize("query", 1).text(0)));
        functions.put("now", a -> timestampMillis / 1000.0);
        functions.put("externalURL", a -> externalUrl);
        functions.put("pathPrefix", a -> path(externalUrl));
        addSamples(functions);
        addTexts(functions);
        addNumbers(functions);
        return new FunctionSet(functions);
    }

    private static void addSamples(Map<String, TemplateFunction> functions) {
        functions.put("first", a -> {
            List<QuerySample> samples = a.requireSize("first", 1).samples(0);
            if (samples.isEmpty()) {
                throw new TemplateFailure("first() called on vector with no elements");
            }
            return samples.getFirst();
        });
        functions.put("value", a -> a.requireSize("value", 1).sample(0).value());
        functions.put("label", a -> a.requireSize("label", 2).sample(1).labels().get(a.text(0)));
        functions.put(
                "strvalue", a -> a.requireSize("strvalue", 1).sample(0).labels().get("__value__"));
        functions.put("sortByLabel", a -> {
            String by = a.requireSize("sortByLabel", 2).text(0);
            return a.samples(1).stream()
                    .sorted((x, y) ->
                            Labels.compareUtf8(x.labels().get(by), y.labels().get(by)))
                    .toList();
        });
        functions.put("args", a -> {
            Map<String, Object> named = new HashMap<>();
            for (int i = 0; i < a.size(); i++) {
                named.put("arg" + i, a.get(i));
            }
            return named;
        });
        functions.put("tmpl", a -> a.renderer().render(a.requireSize("tmpl", 2).text(0), a.get(1)));
    }

    private static void addTexts(Map<String, TemplateFunction> functions) {
        functions.put("match", a -> GoRegex.isFound(a.requireSize("match", 2).text(0), a.text(1)));
        functions.put(
                "reReplaceAll",
                a -> GoRegex.replaceAll(a.requireSize("reReplaceAll", 3).text(0), a.text(1), a.text(2)));
        functions.put("safeHtml", a -> a.requireSize("safeHtml", 1).text(0));
        functions.put("title", a -> title(a.requireSize("title", 1).text(0)));
        functions.put("toUpper", a -> a.requireSize("toUpper", 1).text(0).toUpperCase(Locale.ROOT));
        functions.put("toLower", a -> a.requireSize("toLower", 1).text(0).toLowerCase(Locale.ROOT));
        functions.put("graphLink", a -> graphLink(a.requireSize("graphLink", 1).text(0)));
        functions.put("tableLink", a -> tableLink(a.requireSize("tableLink", 1).text(0)));
        functions.put("stripPort", a -> stripPort(a.requireSize("stripPort", 1).text(0)));
        functions.put(
                "stripDomain", a -> stripDomain(a.requireSize("stripDomain", 1).text(0)));
        functions.put(
                "urlQueryEscape",
                a -> BuiltinFunctions.queryEscape(
                        a.requireSize("urlQueryEscape", 1).text(0)));
    }

    private static void addNumbers(Map<String, TemplateFunction> functions) {
        functions.put("humanize", a -> humanize(a.requireSize("humanize", 1).number(0)));
        functions.put(
                "humanize1024",
                a -> humanize1024(a.requireSize("humanize1024", 1).number(0)));
        functions.put(
                "humanizeDuration",
                a -> humanizeDuration(a.requireSize("humanizeDuration", 1).number(0)));
        functions.put(
                "humanizePercentage",
                a -> fourDigits(a.requireSize("humanizePercentage", 1).number(0) * 100) + "%");
        functions.put(
                "humanizeTimestamp",
                a -> humanizeTimestamp(a.requireSize("humanizeTimestamp", 1).number(0)));
        functions.put("toTime", a -> toTime(a.requireSize("toTime", 1).number(0)));
        functions.put(
                "toDuration",
                a -> new TemplateDuration((long) (a.requireSize("toDuration", 1).number(0) * 1e9)));
        functions.put(
                "parseDuration",
                a -> parseDuration(a.requireSize("parseDuration", 1).text(0)));
    }

    /// Where the table of an expression is shown, below the external URL.
    public static String tableLink(String expression) {
        return "/graph?g0.expr=" + BuiltinFunctions.queryEscape(expression) + "&g0.tab=1";
    }

    private static String graphLink(String expression) {
        return "/graph?g0.expr=" + BuiltinFunctions.queryEscape(expression) + "&g0.tab=0";
    }

    private static String path(String url) {
        try {
            String path = URI.create(url).getPath();
            return path == null ? "" : path;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /// Every word with its first letter in upper case, the others as they are.
    private static String title(String text) {
        Matcher matcher = WORD_START.matcher(text);
        return matcher.replaceAll(
                start -> Matcher.quoteReplacement(start.group().toUpperCase(Locale.ROOT)));
    }

    private static String fourDigits(double value) {
        return GoFloat.format(value, 'g', 4);
    }

    private static String humanize(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return fourDigits(value);
        }
        return Math.abs(value) >= 1 ? scaledDown(value, 1000, LARGE) : scaledUp(value);
    }

    private static String humanize1024(double value) {
        return Math.abs(value) <= 1 || !Double.isFinite(value) ? fourDigits(value) : scaledDown(value, 1024, BINARY);
    }

    private static String scaledDown(double value, double factor, String[] prefixes) {
        double scaled = value;
        String shown = "";
        for (String prefix : prefixes) {
            if (Math.abs(scaled) < factor) {
                break;
            }
            shown = prefix;
            scaled /= factor;
        }
        return fourDigits(scaled) + shown;
    }

    private static String scaledUp(double value) {
        double scaled = value;
        String shown = "";
        for (String prefix : SMALL) {
            if (Math.abs(scaled) >= 1) {
                break;
            }
            shown = prefix;
            scaled *= 1000;
        }
        return fourDigits(scaled) + shown;
    }

    static String humanizeDuration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return fourDigits(seconds);
        }
        if (seconds == 0 || Math.abs(seconds) < 1) {
            return (seconds == 0 ? fourDigits(seconds) : scaledUp(seconds)) + "s";
        }
        String sign = seconds < 0 ? "-" : "";
        long whole = (long) Math.abs(seconds);
        long days = whole / 86_400;
        long hours = whole / 3600 % 24;
        long minutes = whole / 60 % 60;
        String rest = whole % 60 + "s";
        if (days != 0) {
            return sign + days + "d " + hours + "h " + minutes + "m " + rest;
        }
        if (hours != 0) {
            return sign + hours + "h " + minutes + "m " + rest;
        }
        return minutes != 0 ? sign + minutes + "m " + rest : sign + fourDigits(Math.abs(seconds)) + "s";
    }

    private static String humanizeTimestamp(double seconds) {
        return Double.isFinite(seconds) ? toTime(seconds).toString() : fourDigits(seconds);
    }

    private static TemplateTime toTime(double seconds) {
        if (!Double.isFinite(seconds)) {
            throw new TemplateFailure("value is NaN or Inf");
        }
        double nanos = seconds * 1e9;
        if (Math.abs(nanos) > MAX_NANOS) {
            throw new TemplateFailure(GoFloat.shortest(seconds)
                    + " cannot be represented as a nanoseconds timestamp since it overflows int64");
        }
        return TemplateTime.ofMillis((long) nanos / 1_000_000);
    }

    private static double parseDuration(String text) {
        boolean isNegative = text.startsWith("-");
        try {
            double seconds = Durations.parseMillis(isNegative ? text.substring(1) : text) / 1000.0;
            return isNegative ? -seconds : seconds;
        } catch (IllegalArgumentException e) {
            throw new TemplateFailure(String.valueOf(e.getMessage()));
        }
    }

    /// @param port empty where there is none
    private record HostPort(String host, String port) {

        /// Go's `net.SplitHostPort`; empty host and port where it fails.
        static HostPort split(String text) {
            int colon = text.lastIndexOf(':');
            if (colon < 0) {
                return new HostPort("", "");
            }
            String host = text.substring(0, colon);
            if (host.startsWith("[")) {
                boolean isClosed = host.endsWith("]") && host.indexOf(']') == host.length() - 1;
                return isClosed
                        ? new HostPort(host.substring(1, host.length() - 1), text.substring(colon + 1))
                        : new HostPort("", "");
            }
            boolean isPlain = host.indexOf(':') < 0 && text.indexOf('[') < 0 && text.indexOf(']') < 0;
            return isPlain ? new HostPort(host, text.substring(colon + 1)) : new HostPort("", "");
        }
    }

    private static String stripPort(String hostPort) {
        HostPort split = HostPort.split(hostPort);
        return split.host().isEmpty() ? hostPort : split.host();
    }

    private static String stripDomain(String hostPort) {
        HostPort split = HostPort.split(hostPort);
        String host = split.host().isEmpty() ? hostPort : split.host();
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        if (isAddress) {
            return hostPort;
        }
        int dot = host.indexOf('.');
        String first = dot < 0 ? host : host.substring(0, dot);
        return split.port().isEmpty() ? first : first + ":" + split.port();
    }
}
