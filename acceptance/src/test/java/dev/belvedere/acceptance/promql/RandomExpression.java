package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random queries: every function, aggregation, operator and modifier that both versions of the language have.
final class RandomExpression {

    private static final List<String> MATH = List.of(
            "abs",
            "ceil",
            "floor",
            "exp",
            "ln",
            "log2",
            "log10",
            "sqrt",
            "sgn",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "deg",
            "rad",
            "timestamp",
            "absent");
    private static final List<String> DATES =
            List.of("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year");
    private static final List<String> OVER_TIME = List.of(
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "sum_over_time",
            "count_over_time",
            "stddev_over_time",
            "stdvar_over_time",
            "last_over_time",
            "present_over_time",
            "mad_over_time",
            "changes",
            "resets",
            "idelta",
            "delta",
            "deriv",
            "ts_of_min_over_time",
            "ts_of_max_over_time",
            "ts_of_last_over_time",
            "absent_over_time");
    private static final List<String> RATES = List.of("rate", "increase", "irate", "rate", "delta", "idelta", "resets");
    private static final List<String> HISTOGRAM =
            List.of("histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar");
    private static final List<String> AGGREGATIONS =
            List.of("sum", "sum", "avg", "avg", "min", "max", "count", "group", "stddev", "stdvar");
    private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^", "atan2", "+", "-", "*", "/");
    private static final List<String> COMPARISONS = List.of("==", "!=", ">", "<", ">=", "<=");
    private static final List<String> SETS = List.of("and", "or", "unless");

    private final Random random;
    private final Vocabulary words;
    private final boolean isNewest;
    private final NewestExpression newest;
    private final RareExpression rare;

    /// @param isNewest whether what the oldest reference does not have may come too
    RandomExpression(Random random, Vocabulary words, boolean isNewest) {
        this.random = random;
        this.words = words;
        this.isNewest = isNewest;
        this.newest = new NewestExpression(random, words, this);
        this.rare = new RareExpression(random, words, this);
    }

    /// A query whose parts fit together, though its data may not.
    Node query() {
        int depth = 1 + random.nextInt(4);
        return switch (random.nextInt(24)) {
            case 0, 1 -> scalar(depth);
            case 2, 3 -> sorted(depth);
            case 4 -> words.oneIn(6) ? Node.leaf(Kind.STRING, "\"t\\u00e9xt\\n\"") : matrix(depth);
            default -> vector(depth);
        };
    }

    private Node sorted(int depth) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> Node.of(Kind.VECTOR, "sort(#)", vector(depth - 1));
            case 2 -> Node.of(Kind.VECTOR, "sort_desc(#)", vector(depth - 1));
            case 3 -> Node.of(Kind.VECTOR, "sort_by_label(#, \"" + words.label() + "\")", vector(depth - 1));
            case 4 ->
                Node.of(
                        Kind.VECTOR,
                        "sort_by_label_desc(#, \"" + words.label() + "\", \"" + words.label() + "\")",
                        vector(depth - 1));
            default -> aggregation("topk", depth);
        };
    }

    Node scalar(int depth) {
        if (isNewest && words.oneIn(10)) {
            return newest.scalar(depth);
        }
        if (depth <= 0) {
            return random.nextInt(6) == 0 ? Node.leaf(Kind.SCALAR, words.oneIn(2) ? "time()" : "pi()") : words.number();
        }
        return switch (random.nextInt(6)) {
            case 0, 1 -> Node.of(Kind.SCALAR, "scalar(#)", vector(depth - 1));
            case 2, 3 ->
                Node.of(Kind.SCALAR, "(# " + words.any(ARITHMETIC) + " #)", scalar(depth - 1), scalar(depth - 1));
            case 4 ->
                Node.of(Kind.SCALAR, "(# " + words.any(COMPARISONS) + " bool #)", scalar(depth - 1), scalar(depth - 1));
            default -> Node.of(Kind.SCALAR, words.oneIn(2) ? "-(#)" : "+(#)", scalar(depth - 1));
        };
    }

    Node vector(int depth) {
        if (isNewest && words.oneIn(3)) {
            return newest.vector(depth);
        }
        if (depth <= 0) {
            return Node.of(Kind.VECTOR, "##", words.selector(), words.shift());
        }
        if (words.oneIn(5)) {
            return rare.vector(depth);
        }
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> binary(depth);
            case 4, 5, 6, 7 -> aggregation(words.any(AGGREGATIONS), depth);
            case 8 -> parameterised(depth);
            case 9, 10, 11 -> Node.of(Kind.VECTOR, words.any(OVER_TIME) + "(#)", matrix(depth));
            case 12, 13, 14 -> Node.of(Kind.VECTOR, words.any(RATES) + "(#)", rateable(depth));
            case 15 -> overTimeWithNumbers(depth);
            case 16, 17 -> math(depth);
            case 18, 19, 20 -> histogram(depth);
            case 21 -> labelled(depth);
            case 22 -> other(depth);
            default -> vector(0);
        };
    }

    private Node math(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> Node.of(Kind.VECTOR, "clamp(#, #, #)", vector(depth - 1), scalar(0), scalar(depth - 2));
            case 1 ->
                Node.of(
                        Kind.VECTOR,
                        words.oneIn(2) ? "clamp_min(#, #)" : "clamp_max(#, #)",
                        vector(depth - 1),
                        scalar(0));
            case 2 -> Node.of(Kind.VECTOR, "round(#)", vector(depth - 1));
            case 3 -> Node.of(Kind.VECTOR, "round(#, #)", vector(depth - 1), scalar(0));
            default -> Node.of(Kind.VECTOR, words.any(MATH) + "(#)", vector(depth - 1));
        };
    }

    private Node other(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> Node.of(Kind.VECTOR, "vector(#)", scalar(depth - 1));
            case 1 -> Node.of(Kind.VECTOR, words.any(DATES) + "(#)", vector(depth - 1));
            case 2 -> Node.leaf(Kind.VECTOR, words.any(DATES) + "()");
            case 3 -> Node.of(Kind.VECTOR, "-#", vector(depth - 1));
            case 4 -> Node.of(Kind.VECTOR, "(#)", vector(depth - 1));
            default -> information(depth);
        };
    }

    private Node information(int depth) {
        Node what = vector(random.nextInt(3) == 0 ? depth - 1 : 0);
        return switch (random.nextInt(7)) {
            case 0 -> Node.of(Kind.VECTOR, "info(#, {version=~\".+\"})", what);
            case 1 -> Node.of(Kind.VECTOR, "info(#, {__name__=\"build_info\"})", what);
            case 2 -> Node.of(Kind.VECTOR, "info(#, {__name__=~\".+_info\", env!=\"test\"})", what);
            case 3 -> Node.of(Kind.VECTOR, "info(#, {env=~\"pr.*|\", version!~\"1.2\"})", what);
            case 4 -> Node.of(Kind.VECTOR, "info(#, {__name__=~\"target.*|build_info\", go=~\".*\"})", what);
            default -> Node.of(Kind.VECTOR, "info(#)", what);
        };
    }

    private Node labelled(int depth) {
        String[] replacements = {
            "\"to\", \"$1\", \"instance\", \"(.*):.*\"",
            "\"job\", \"x\", \"\", \"\"",
            "\"instance\", \"$1-${2}\", \"instance\", \"(.)(.*)\"",
            "\"code\", \"\", \"code\", \".*\"",
            "\"__name__\", \"renamed\", \"job\", \"api\"",
            "\"to\", \"$name\", \"code\", \"(?P<name>.).*\"",
            "\"to\", \"$0\", \"job\", \"(a)?(p|d).*\"",
            "\"to\", \"${1}$3-$$\", \"instance\", \"([a-c]):([0-9])\"",
            "\"to\", \"$1x\", \"job\", \"(.*)\"",
            "\"to\", \"v\", \"job\", \"pi\"",
            "\"to\", \"v\", \"job\", \"(?i)API|\"",
            "\"dotted.label\", \"$1\", \"dotted.label\", \"(.).*|\"",
            "\"le\", \"$1\", \"le\", \"(.+)\\\\..*\"",
            "\"gr\u00f6\u00dfe/x y\", \"$1\", \"job\", \"(.).*\"",
            "\"to\", \"$1\", \"gr\u00f6\u00dfe/x y\", \"(?s)(.).*\"",
            "\"__type__\", \"counter\", \"job\", \".*\"",
            "\"__unit__\", \"\", \"__unit__\", \".*\"",
            "\"to\", \"$1\", \"job\", \"(\"",
            "\"\", \"v\", \"job\", \".*\""
        };
        String[] joins = {
            "\"to\", \"-\", \"job\", \"instance\"",
            "\"job\", \"\", \"missing\"",
            "\"to\", \", \", \"job\", \"dotted.label\", \"job\"",
            "\"to\", \"-\"",
            "\"__name__\", \"_\", \"__name__\", \"job\""
        };
        return words.oneIn(3)
                ? Node.of(Kind.VECTOR, "label_join(#, " + joins[random.nextInt(joins.length)] + ")", vector(depth - 1))
                : Node.of(
                        Kind.VECTOR,
                        "label_replace(#, " + replacements[random.nextInt(replacements.length)] + ")",
                        vector(depth - 1));
    }

    private Node binary(int depth) {
        String op = words.any(random.nextInt(3) == 0 ? COMPARISONS : random.nextInt(4) == 0 ? SETS : ARITHMETIC);
        boolean isSet = SETS.contains(op);
        Node bool = COMPARISONS.contains(op) && words.oneIn(2) ? Node.leaf(Kind.PART, " bool") : Node.NOTHING;
        if (!isSet && words.oneIn(3)) {
            return words.oneIn(3)
                    ? Node.of(Kind.VECTOR, "(# " + op + "# #)", scalar(depth - 1), bool, vector(depth - 1))
                    : Node.of(Kind.VECTOR, "(# " + op + "# #)", vector(depth - 1), bool, scalar(depth - 1));
        }
        Node left = vector(depth - 1);
        Node right = switch (random.nextInt(5)) {
            case 0, 1 -> left;
            case 2 -> words.selector("weight");
            default -> vector(depth - 1);
        };
        Node modified = Node.of(Kind.PART, "##", bool, matching(isSet));
        return words.oneIn(8)
                ? Node.of(Kind.VECTOR, "# " + op + "# #", left, modified, right)
                : Node.of(Kind.VECTOR, "(# " + op + "# #)", left, modified, right);
    }

    private Node matching(boolean isSet) {
        if (words.oneIn(3)) {
            return Node.NOTHING;
        }
        String labels = switch (random.nextInt(5)) {
            case 0 -> " on (job)";
            case 1 -> " on (job, instance)";
            case 2 -> " ignoring (code, le, mode, zone)";
            case 3 -> " ignoring (instance)";
            default -> (words.oneIn(2) ? " on " : " ignoring ") + words.labels();
        };
        if (isSet || words.oneIn(3)) {
            return Node.leaf(Kind.PART, labels);
        }
        String group = words.oneIn(2) ? " group_left " : " group_right ";
        return Node.of(
                Kind.PART,
                labels + "#",
                Node.leaf(Kind.PART, group + (words.oneIn(2) ? "" : words.oneIn(2) ? "(code)" : words.labels())));
    }

    private Node grouping() {
        return switch (random.nextInt(5)) {
            case 0 -> Node.NOTHING;
            case 1, 2 -> Node.leaf(Kind.PART, " by (job)");
            case 3 -> Node.leaf(Kind.PART, " by " + words.labels());
            default -> Node.leaf(Kind.PART, " without " + words.labels());
        };
    }

    private Node aggregation(String op, int depth) {
        if (op.equals("topk")) {
            return Node.of(
                    Kind.VECTOR,
                    (words.oneIn(2) ? "topk" : "bottomk") + "#(#, #)",
                    grouping(),
                    words.oneIn(6) ? scalar(1) : Node.leaf(Kind.SCALAR, Integer.toString(random.nextInt(5))),
                    vector(depth - 1));
        }
        return words.oneIn(4)
                ? Node.of(Kind.VECTOR, op + "(#)#", vector(depth - 1), grouping())
                : Node.of(Kind.VECTOR, op + "#(#)", grouping(), vector(depth - 1));
    }

    private Node parameterised(int depth) {
        Node inner = vector(depth - 1);
        return switch (random.nextInt(10)) {
            case 8 -> Node.of(Kind.VECTOR, "limitk#(" + random.nextInt(12) + ", #)", grouping(), inner);
            case 9 -> Node.of(Kind.VECTOR, "limit_ratio#(#, #)", grouping(), scalar(1), inner);
            case 0, 1 -> aggregation("topk", depth);
            case 2, 3 ->
                Node.of(
                        Kind.VECTOR,
                        "quantile#(#, #)",
                        grouping(),
                        words.oneIn(4) ? scalar(1) : words.fraction(),
                        inner);
            case 4 -> Node.of(Kind.VECTOR, "count_values#(\"value\", #)", grouping(), words.gauge());
            case 5 -> Node.of(Kind.VECTOR, "count_values#(\"job\", round(#))", grouping(), inner);
            case 6 -> Node.of(Kind.VECTOR, "count(limitk#(" + random.nextInt(4) + ", #))", grouping(), inner);
            default -> Node.of(Kind.VECTOR, "limit_ratio#(#, #)", grouping(), words.fraction(), inner);
        };
    }

    Node matrix(int depth) {
        if (depth > 1 && words.oneIn(3)) {
            Node inner = words.oneIn(4) ? histograms(depth - 2) : vector(depth - 2);
            return Node.of(Kind.MATRIX, "(#)[" + words.duration() + ":" + words.step() + "]#", inner, words.shift());
        }
        return Node.of(Kind.MATRIX, "#[" + words.duration() + "]#", words.selector(), words.shift());
    }

    private Node rateable(int depth) {
        if (words.oneIn(5)) {
            return matrix(depth);
        }
        if (words.oneIn(9)) {
            Node inner = words.oneIn(2) ? histograms(depth - 1) : words.counter();
            return Node.of(Kind.MATRIX, "(#)[" + words.duration() + ":" + words.step() + "]#", inner, words.shift());
        }
        Node what = switch (random.nextInt(4)) {
            case 0 -> words.nativeHistogram();
            case 1 -> words.buckets();
            default -> words.counter();
        };
        return Node.of(Kind.MATRIX, "#[" + words.duration() + "]#", what, words.shift());
    }

    private Node overTimeWithNumbers(int depth) {
        return switch (random.nextInt(3)) {
            case 0 ->
                Node.of(
                        Kind.VECTOR,
                        "quantile_over_time(#, #)",
                        words.oneIn(4) ? scalar(1) : words.fraction(),
                        matrix(depth));
            case 1 -> Node.of(Kind.VECTOR, "predict_linear(#, #)", matrix(depth), scalar(0));
            default ->
                Node.of(
                        Kind.VECTOR,
                        "double_exponential_smoothing(#, #, #)",
                        matrix(depth),
                        words.fraction(),
                        words.fraction());
        };
    }

    private Node histogram(int depth) {
        Node what = words.oneIn(6) ? vector(depth - 1) : histograms(depth - 1);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 ->
                Node.of(Kind.VECTOR, "histogram_quantile(#, #)", words.oneIn(5) ? scalar(1) : words.fraction(), what);
            case 3 -> Node.of(Kind.VECTOR, "histogram_fraction(#, #, #)", words.number(), scalar(0), what);
            default -> Node.of(Kind.VECTOR, words.any(HISTOGRAM) + "(#)", what);
        };
    }

    /// A vector that is mostly of histograms.
    private Node histograms(int depth) {
        Node what = words.oneIn(3) ? words.buckets() : words.nativeHistogram();
        List<Node> layers = new ArrayList<>(List.of(Node.of(Kind.VECTOR, "##", what, words.shift())));
        if (words.oneIn(2)) {
            layers.add(Node.of(
                    Kind.VECTOR,
                    (words.oneIn(4) ? words.any(OVER_TIME) : words.any(RATES)) + "(#[" + words.duration() + "]#)",
                    what,
                    words.shift()));
        }
        Node inner = layers.getLast();
        if (depth > 0 && words.oneIn(2)) {
            String by = words.oneIn(2) ? " by (job, le)" : words.oneIn(2) ? " by (le)" : " without (instance)";
            inner = Node.of(Kind.VECTOR, words.any(AGGREGATIONS) + "#(#)", Node.leaf(Kind.PART, by), inner);
        }
        if (depth > 1 && words.oneIn(3)) {
            inner = words.oneIn(2)
                    ? Node.of(Kind.VECTOR, "(# " + words.any(ARITHMETIC) + " #)", inner, scalar(0))
                    : Node.of(
                            Kind.VECTOR, "(# " + words.any(ARITHMETIC) + "# #)", inner, matching(false), histograms(0));
        }
        return inner;
    }
}
