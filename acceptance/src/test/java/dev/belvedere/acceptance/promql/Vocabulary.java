package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The words that random queries are made of: metrics, matchers, durations, numbers, moments.
final class Vocabulary {

    private static final String QUOTED = "\"" + RandomStore.QUOTED_LABEL + "\"";

    private static final List<String> COUNTERS = List.of(
            "http_requests_total",
            "cpu_seconds_total",
            "errors_total",
            "huge_total",
            "straight_total",
            "duration_seconds_count",
            "duration_seconds_sum",
            "typed_total",
            "typed",
            "crowd_total",
            "{\"quoted.total\"}");
    private static final List<String> GAUGES = List.of(
            "temperature",
            "queue_depth",
            "sparse_gauge",
            "up",
            "weight",
            "budget",
            "constant",
            "extreme",
            "mostly_odd",
            "mostly_odd",
            "disk_bytes",
            "crowd",
            "typed");
    private static final List<String> NATIVES = List.of(
            "latency",
            "latency",
            "latency_gauge",
            "latency_gauge",
            "size",
            "size",
            "mixed",
            "mixed",
            "wild",
            "wild",
            "typed_latency",
            RandomStore.STEADY_LATENCY,
            RandomStore.STEADY_LATENCY,
            RandomStore.STEADY_SIZE,
            RandomStore.ODD_LATENCY);
    private static final List<String> OTHERS =
            List.of("target_info", "build_info", "duration_seconds_bucket", "broken_bucket", "absent_metric");
    /// Of labels that most series have.
    private static final List<String> COMMON_MATCHERS = List.of(
            "job=\"api\"",
            "job!=\"api\"",
            "job=~\"a.*|none\"",
            "job=~\"api|db\"",
            "instance=\"a:1\"",
            "instance=~\"[ab]:1\"",
            "instance!=\"c:2\"",
            "instance!~\"a.+\"");
    private static final List<String> MATCHERS = List.of(
            "job=\"api\"",
            "job=\"db\"",
            "job!=\"api\"",
            "job=~\"a.*|none\"",
            "instance=\"a:1\"",
            "instance=~\"[ab]:1\"",
            "instance!~\"a.+\"",
            "code=~\"5..|4..\"",
            "code=\"200\"",
            "code!=\"200\"",
            "code=\"\"",
            "zone!=\"\"",
            "mode=\"user\"",
            "le!=\"+Inf\"",
            "missing=~\".*\"",
            "instance=~\"(?i)A:.\"",
            "instance=~\".*:1|c.*\"",
            "instance!~\"[ab]:.*|\"",
            "job=~\"api|\"",
            "zone=~\"apia|dbb\"",
            "code!~\"\"",
            "job=\"\"",
            "__type__=\"counter\"",
            "__type__!~\"counter|\"",
            "__unit__=\"seconds\"",
            "disk=~\"[0-9.]+\"",
            QUOTED + "=~\".*[^a-z]\"",
            QUOTED + "!=\"a\\\"b\"",
            QUOTED + "=`back\\slash`",
            QUOTED + "=\"\\u00e9\\U0001F600\"");
    private static final List<String> WHOLE = List.of(
            "{__name__=~\"temperature|queue_depth\"}",
            "{__name__=~\"http.*\", job=\"api\"}",
            "{\"http.requests\"}",
            "{\"http.requests\", \"dotted.label\"=\"x\"}",
            "{job=\"api\", instance=\"a:1\"}",
            "{__name__=\"latency\"}",
            "{\"http.requests\", \"dotted.label\"!~\"x|z\"}",
            "{__name__=~\".*\", job=\"db\", instance=\"\"}",
            "{__name__!~\".*_total|.*bucket\", instance=\"b:1\"}",
            "{\"quoted.total\", " + QUOTED + "!~\"[ {}]+\"}",
            "{__type__=\"gauge\"}",
            "{__name__=~\"typed.*\", __unit__!=\"\"}",
            "{__name__=~\"(?i:DISK)_.*\"}");
    private static final List<String> LABELS = List.of(
            "job", "instance", "code", "zone", "mode", "le", "version", "missing", "__name__", "disk", "__type__");
    private static final List<String> DURATIONS = List.of(
            "15s", "30s", "1m", "1m", "5m", "5m", "5m", "10m", "17s", "2m30s", "1h", "1h30m", "90", "44.5", "1ms");
    private static final List<String> SUMS_OF_DURATIONS = List.of(
            "2 * 30s", "1m + 30s", "5m - 1m", "1h / 4", "10m % 7m", "2 ^ 6", "(1m + 15) * 2", "5m - 10m", "30s / 0");
    /// What the good ones of [#SUMS_OF_DURATIONS] come to.
    private static final Map<String, String> SUMMED = Map.of(
            "2 * 30s", "1m",
            "1m + 30s", "90s",
            "5m - 1m", "4m",
            "1h / 4", "15m",
            "10m % 7m", "3m",
            "2 ^ 6", "64s",
            "(1m + 15) * 2", "150s");
    private static final List<String> STEPS = List.of("", "", "1m", "30s", "17s", "2m", "15s", "5m");
    private static final List<String> NUMBERS = List.of(
            "0", "1", "2", "3", "0.5", "0.9", "-1", "10", "100", "0.25", "1e3", "5m", "NaN", "Inf", "-Inf", "0x1F",
            "1.5", "-0.5", "42", "1e300", "7", "60");
    private static final List<String> FRACTIONS =
            List.of("0", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "1", "1.2", "-0.5", "NaN");

    private final Random random;
    private final long startMillis;

    /// @param startMillis when the data begins
    Vocabulary(Random random, long startMillis) {
        this.random = random;
        this.startMillis = startMillis;
    }

    /// A query with lengths of time in place of sums of them.
    static String summed(String query) {
        String text = query;
        for (Map.Entry<String, String> sum : SUMMED.entrySet()) {
            text = text.replace("(" + sum.getKey() + ")", sum.getValue());
        }
        return text;
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    Node counter() {
        return selector(any(COUNTERS));
    }

    Node gauge() {
        return selector(any(GAUGES));
    }

    /// A native histogram.
    Node nativeHistogram() {
        return selector(any(NATIVES));
    }

    Node buckets() {
        return selector(oneIn(8) ? "broken_bucket" : "duration_seconds_bucket");
    }

    /// Something that is there once a target or once a job.
    Node selector() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> counter();
            case 5, 6, 7, 8, 9, 10 -> gauge();
            case 11, 12, 13 -> nativeHistogram();
            case 14, 15 -> Node.leaf(Kind.VECTOR, any(WHOLE));
            default -> selector(any(OTHERS));
        };
    }

    Node selector(String metric) {
        if (metric.startsWith("{")) {
            return Node.leaf(Kind.VECTOR, metric);
        }
        return switch (random.nextInt(6)) {
            case 0 -> Node.of(Kind.VECTOR, metric + "#", matchers(any(COMMON_MATCHERS)));
            case 1 -> Node.of(Kind.VECTOR, metric + "#", matchers(any(MATCHERS)));
            case 2 -> Node.of(Kind.VECTOR, metric + "#", matchers(any(COMMON_MATCHERS) + "," + any(MATCHERS)));
            default -> Node.leaf(Kind.VECTOR, metric);
        };
    }

    private static Node matchers(String text) {
        return Node.leaf(Kind.PART, "{" + text + "}");
    }

    String label() {
        return any(LABELS);
    }

    /// Up to three labels in parentheses.
    String labels() {
        StringBuilder text = new StringBuilder("(");
        for (int n = random.nextInt(4); n > 0; n--) {
            text.append(text.length() > 1 ? ", " : "")
                    .append(oneIn(12) ? oneIn(2) ? "\"dotted.label\"" : QUOTED : label());
        }
        return text.append(")").toString();
    }

    Node number() {
        return Node.leaf(Kind.SCALAR, any(NUMBERS));
    }

    /// A number around those of quantiles.
    Node fraction() {
        return Node.leaf(Kind.SCALAR, any(FRACTIONS));
    }

    /// A length of time, sometimes as a sum in parentheses.
    String duration() {
        return oneIn(30) ? "(" + any(SUMS_OF_DURATIONS) + ")" : any(DURATIONS);
    }

    String step() {
        return oneIn(30) ? "(" + any(SUMS_OF_DURATIONS) + ")" : any(STEPS);
    }

    /// `@` and `offset`, mostly neither.
    Node shift() {
        Node at = Node.NOTHING;
        Node offset = Node.NOTHING;
        if (oneIn(9)) {
            at = Node.leaf(Kind.PART, " @ " + moment());
        }
        if (oneIn(6)) {
            offset = Node.leaf(Kind.PART, " offset " + (oneIn(4) ? "-" : "") + duration());
        }
        return oneIn(2) ? Node.of(Kind.PART, "##", at, offset) : Node.of(Kind.PART, "##", offset, at);
    }

    private String moment() {
        return switch (random.nextInt(4)) {
            case 0 -> "start()";
            case 1 -> "end()";
            case 2 -> Long.toString(startMillis / 1000 + random.nextInt(4000));
            default -> startMillis / 1000 + random.nextInt(3600) + "." + random.nextInt(1000);
        };
    }
}
