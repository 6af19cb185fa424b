package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.List;
import java.util.Random;

/// Pieces of queries that only the newest language has: trimming, fills, anchored and smoothed ranges, arithmetic of
/// durations.
final class NewestExpression {

    private static final List<String> MOMENTS =
            List.of("start()", "end()", "range()", "step()", "min_of(#, #)", "max_of(#, #)");
    private static final List<String> DURATIONS = List.of(
            "5m + 1m",
            "2 * step() + 15s",
            "max_of(5m, range())",
            "min_of(step(), 90) + 1s",
            "(1m + 30s) * 2",
            "1h / 4",
            "1h % 7m",
            "2 ^ 6",
            "5m - 10m",
            "-1m",
            "30s / 0",
            "range() + 1m");
    private static final List<String> EXTENDABLE =
            List.of("rate", "increase", "delta", "rate", "increase", "resets", "changes", "sum_over_time", "irate");

    private final Random random;
    private final Vocabulary words;
    private final RandomExpression others;

    NewestExpression(Random random, Vocabulary words, RandomExpression others) {
        this.random = random;
        this.words = words;
        this.others = others;
    }

    Node scalar(int depth) {
        String template = words.any(MOMENTS);
        return template.contains("#")
                ? Node.of(Kind.SCALAR, template, others.scalar(depth - 1), others.scalar(depth - 1))
                : Node.leaf(Kind.SCALAR, template);
    }

    Node vector(int depth) {
        return switch (random.nextInt(9)) {
            case 0 ->
                Node.of(
                        Kind.VECTOR,
                        "histogram_quantiles(#, \"q\", #, #)",
                        words.oneIn(2) ? words.nativeHistogram() : words.buckets(),
                        words.fraction(),
                        words.fraction());
            case 1 ->
                Node.of(
                        Kind.VECTOR,
                        words.oneIn(2) ? "first_over_time(#)" : "ts_of_first_over_time(#)",
                        others.matrix(depth));
            case 2, 3 -> extended();
            case 4 -> Node.of(Kind.VECTOR, "# smoothed#", words.counter(), words.shift());
            case 5 ->
                Node.of(
                        Kind.VECTOR,
                        words.oneIn(2) ? "(# </ #)" : "(# >/ #)",
                        words.nativeHistogram(),
                        others.scalar(0));
            case 6, 7 -> filled(depth);
            default -> ofDurations();
        };
    }

    private Node extended() {
        Node what = words.oneIn(4) ? words.nativeHistogram() : words.oneIn(2) ? words.counter() : words.gauge();
        String extension = words.oneIn(2) ? " anchored" : " smoothed";
        return Node.of(
                Kind.VECTOR,
                words.any(EXTENDABLE) + "(#[" + words.duration() + "]" + extension + "#)",
                what,
                words.shift());
    }

    private Node filled(int depth) {
        String number = words.any(List.of("(0)", "(0)", "(-2.5)", "(0x1F)", "(+1e3)"));
        String fill = switch (random.nextInt(4)) {
            case 0 -> " fill " + number;
            case 1 -> " fill_left " + number;
            case 2 -> " fill_right " + number;
            default -> " fill_left " + number + " fill_right (7)";
        };
        String matching =
                words.any(List.of(" on (job)", " on (job, instance)", " ignoring (code, zone)", " on ()", ""));
        String group = words.any(List.of(" group_left", " group_right", " group_left (code)", "", "", ""));
        String op = words.any(List.of("+", "-", "*", "/", ">", "== bool", "^", "and", "%", "!=", "<= bool", "atan2"));
        return Node.of(
                Kind.VECTOR,
                "(# " + op + matching + group + "# #)",
                others.vector(depth - 1),
                Node.leaf(Kind.PART, fill),
                words.oneIn(2) ? words.selector("weight") : others.vector(depth - 1));
    }

    private Node ofDurations() {
        return switch (random.nextInt(3)) {
            case 0 -> Node.of(Kind.VECTOR, "rate(#[" + words.any(DURATIONS) + "])", words.counter());
            case 1 -> Node.of(Kind.VECTOR, "# offset (" + words.any(DURATIONS) + ")", words.gauge());
            default -> Node.of(Kind.VECTOR, "max_over_time(#[10m:" + words.any(DURATIONS) + "])", words.gauge());
        };
    }
}
