package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pieces of queries that chance alone would hardly put together: ranges within ranges, operators without parentheses,
/// words in capitals, comments, numbers and parameters at the edge of what is taken.
///
/// In a template `$v` is any vector, `$c` a counter, `$g` a gauge, `$h` a native histogram and `$n` a number.
final class RareExpression {

    private static final List<String> NESTED = List.of(
            "max_over_time(rate($c[5m])[30m:1m])",
            "avg_over_time(max_over_time($g[2m:30s])[10m:2m])",
            "sum_over_time(sum_over_time($g[1m:15s] @ end())[5m:1m] offset -1m)",
            "quantile_over_time(scalar(count($v)), max_over_time($g[5m:])[10m:])",
            "rate(sum_over_time($h[2m])[10m:1m])",
            "increase(increase($c[5m:30s])[15m:1m] @ start())",
            "mad_over_time(deriv($g[5m])[20m:1m] offset 5m)",
            "double_exponential_smoothing(avg_over_time($g[1m])[15m:30s], 0.3, 0.6)",
            "predict_linear(max by (job) ($g)[10m:], 1h)",
            "ts_of_max_over_time(delta($g[5m])[20m:2m])",
            "ts_of_min_over_time($g[10m:17s] @ end() offset -2m)",
            "ts_of_last_over_time(-$g[5m:1m])",
            "stddev_over_time(topk(2, $g)[10m:1m])",
            "last_over_time(label_replace($g, \"to\", \"$1\", \"job\", \"(.*)\")[5m:30s])",
            "count_over_time(($h and $h)[10m:1m])",
            "histogram_quantile(0.9, avg_over_time(rate($h[5m])[15m:1m]))",
            "absent_over_time(absent_metric{job=\"x\", env!=\"y\"}[5m:1m])",
            "resets(histogram_count($h)[30m:1m])",
            "irate(sum by (job) ($c)[5m:15s])",
            "idelta(max_over_time($g[1m])[5m:30s])",
            "present_over_time(($v > $n)[10m:1m])",
            "changes(count by (job) ($v)[20m:1m])");

    private static final List<String> LOOSE = List.of(
            "$v + $v * $v",
            "-$g ^ 2",
            "$g ^ $g ^ 0.5",
            "2 ^ 3 ^ $g",
            "$v or $v and $v",
            "$v unless $v or $v",
            "$g > 1 < 5",
            "$g == bool $g == bool 1",
            "$g % 3 * 2 - 1",
            "- - $g",
            "$g - -1",
            "$g atan2 $g + 1",
            "($g < bool $g) * ignoring (zone) group_left $g",
            "$g >= bool scalar(max($g))",
            "scalar(min($g)) <= bool $g",
            "vector(1) or $v",
            "$v unless on () vector(1)",
            "$v and on () (vector(1) > $n)",
            "sum($g) / count($g) * 100");

    private static final List<String> JOINED = List.of(
            "$v * on (job, instance) group_left (version, env) target_info",
            "build_info * on (job, instance) group_right (go) $v",
            "$v + on (job, instance) group_left (go, missing) build_info",
            "$g / on (job) group_left (\"dotted.label\") http_missing",
            "{\"http.requests\"} * on (job) group_right (\"dotted.label\", zone) $g",
            "$v > bool on (job) group_left weight",
            "$v and on (job) {\"http.requests\"}",
            "info(rate($c[5m]), {version=~\".+\"})",
            "info(sum by (job, instance) ($v))",
            "info($g * 2, {__name__=\"build_info\", go!=\"\"})",
            "info(histogram_count($h))",
            "info(topk(2, $g), {env=\"prod\"})");

    private static final List<String> OF_HISTOGRAMS = List.of(
            "histogram_quantile(0.9, sum by (le, job) (rate(duration_seconds_bucket[5m])))",
            "histogram_fraction(0, 1, rate($h[5m]))",
            "histogram_fraction(-Inf, 0.5, sum($h))",
            "histogram_fraction(0.1, 2.5, rate(duration_seconds_bucket[5m]))",
            "($h - $h offset 5m)",
            "($h == $h)",
            "($h != $h offset 1m)",
            "($h * -1)",
            "($h / 0)",
            "(1 / $h)",
            "($h > 1)",
            "histogram_avg(sum by (job) ($h))",
            "histogram_stddev(avg by (job) ($h))",
            "histogram_stdvar(sum without (instance) (rate($h[5m])))",
            "histogram_sum(increase($h[10m:1m]))",
            "histogram_quantile(scalar(vector(0.5)), $h)",
            "sum($h or $g)",
            "count_values by (job) (\"h\", $h)",
            "topk(2, $h or $g)",
            "stddev($h)",
            "quantile(0.5, $h)",
            "max($h or $g)",
            "sort($h or $g)",
            "abs($h)",
            "timestamp($h)",
            "changes($h[10m])",
            "limitk(2, $h)",
            "limit_ratio(0.5, $h)",
            "group by (job) ($h)",
            "scalar(sum($h)) + $g");

    private static final List<String> AGGREGATED = List.of(
            "sum by () ($v)",
            "count without () ($v)",
            "SUM BY (job) ($v)",
            "Count($v)",
            "Avg Without (instance, zone) ($v)",
            "sum(sort($v))",
            "max(sort_by_label($v))",
            "sort_by_label_desc($v)",
            "sort_by_label($v, \"missing\", \"instance\", \"job\")",
            "count_values(\"gr\\u00f6\\u00dfe\", round($g))",
            "count_values(\"\", $g)",
            "count_values(\"a-b\", sgn($g))",
            "count_values by (job) (\"code\", sgn($g))",
            "count_values without (job) (\"instance\", $g)",
            "limitk(-1, $v)",
            "limitk($n, $v)",
            "limitk(1e30, $v)",
            "limit_ratio(-0.3, $v)",
            "limit_ratio($n, $v)",
            "limit_ratio by (job) (0.5, $v)",
            "topk(NaN, $g)",
            "topk by (job) ($n, $g)",
            "bottomk(scalar(count($g)), $g)",
            "bottomk without (instance) (1, topk(3, $g))",
            "quantile by (job) (1.5, $g)",
            "quantile(scalar(min($g)), $g)",
            "stdvar by (job) ($g)",
            "group without (instance, code) ($v)",
            "sum by (__name__) ($v)",
            "sum by (__name__, job) (rate($c[5m]))",
            "max by (\"dotted.label\") ({\"http.requests\"})",
            "avg(avg by (job) ($g))");

    private static final List<String> MOVED = List.of(
            "$g offset -1h",
            "$g OFFSET 1d",
            "$g offset 0s",
            "$g @ 0 offset 5m",
            "$g offset -30s @ end()",
            "rate($c[5m] @ start() offset -5m)",
            "timestamp($g @ end())",
            "timestamp(timestamp($g))",
            "sum($g) and sum($g @ start())",
            "absent(sum($v))",
            "absent($g @ end())",
            "absent(absent_metric{job=\"x\", env!=\"y\", code=~\"5.*\"})",
            "$g @ -5",
            "$g @ 1.5e9",
            "rate($c[1m+30s])",
            "rate($c[2*1m] offset (1m+30s))",
            "avg_over_time($g[5m-15s])",
            "max_over_time($g[10m:2*30s])",
            "$g offset -(30s*2)",
            "sum_over_time($g[+1m])");

    private static final List<String> NUMBERS = List.of(
            "$g + 010",
            "$g * 1e-3",
            "$g - .5",
            "$g / 1.",
            "$g + 0xAf",
            "$g - INF",
            "$g + nan",
            "$g * 1h5m",
            "$g + 1_000",
            "$g + 0x_1",
            "$g + 0b11",
            "$g > 1E+2",
            "clamp($g, 5, 1)",
            "clamp($g, NaN, 1)",
            "clamp_min($g, -Inf)",
            "round($g, 0.1)",
            "round($g, 0)",
            "round($g, -3)",
            "hour(vector(1e9))",
            "year(vector(-1e10))",
            "month($g * 1e8)",
            "days_in_month(vector(time() + 86400 * 40))",
            "label_replace(label_join($g, \"to\", \"-\", \"job\", \"instance\"), \"to\", \"$2$1\", \"to\", \"(.*)-(.*)\")");

    private static final List<List<String>> ALL =
            List.of(NESTED, LOOSE, JOINED, OF_HISTOGRAMS, AGGREGATED, MOVED, NUMBERS, NESTED, JOINED);

    private static final Pattern GAP = Pattern.compile("\\$([vcghn])");

    private final Random random;
    private final Vocabulary words;
    private final RandomExpression others;

    RareExpression(Random random, Vocabulary words, RandomExpression others) {
        this.random = random;
        this.words = words;
        this.others = others;
    }

    Node vector(int depth) {
        String template = words.any(words.any(ALL));
        boolean isCall = Character.isLetter(template.charAt(0));
        Matcher gaps = GAP.matcher(isCall ? template : "(" + template + ")");
        List<String> glue = new ArrayList<>();
        List<Node> children = new ArrayList<>();
        int nothing = random.nextInt(8);
        String before = nothing == 0 ? "# noted\n" : nothing == 1 ? "\n\t" : "";
        StringBuilder text = new StringBuilder(before);
        while (gaps.find()) {
            gaps.appendReplacement(text, "");
            glue.add(text.toString());
            text.setLength(0);
            children.add(child(gaps.group(1), depth));
        }
        gaps.appendTail(text);
        glue.add(text.toString());
        return new Node(Kind.VECTOR, glue, children);
    }

    private Node child(String gap, int depth) {
        return switch (gap) {
            case "c" -> words.counter();
            case "g" -> words.gauge();
            case "h" -> words.nativeHistogram();
            case "n" -> words.number();
            default -> others.vector(random.nextInt(Math.max(1, depth)));
        };
    }
}
