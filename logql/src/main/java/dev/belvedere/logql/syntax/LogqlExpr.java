package dev.belvedere.logql.syntax;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;
import java.util.Optional;

/// A LogQL expression: a log query, or a metric query over log queries.
public sealed interface LogqlExpr {

    /// Lines: a stream selector and the stages that each line goes through.
    record LogQuery(List<LabelMatcher> matchers, List<Stage> stages) implements LogqlExpr {
        public LogQuery {
            matchers = List.copyOf(matchers);
            stages = List.copyOf(stages);
        }
    }

    /// Numbers over time.
    sealed interface MetricQuery extends LogqlExpr {}

    /// An aggregation of the lines (or unwrapped numbers) of a window: `rate({app="a"} [5m])`.
    ///
    /// @param parameter of `quantile_over_time`
    /// @param offsetNanos how far back the window is moved
    /// @param grouping of functions over unwrapped numbers
    record RangeAggregation(
            RangeOperation operation,
            Optional<Double> parameter,
            LogQuery query,
            Optional<Unwrap> unwrap,
            long windowNanos,
            long offsetNanos,
            Optional<Grouping> grouping)
            implements MetricQuery {}

    /// `sum by (app) (...)`.
    record VectorAggregation(
            VectorOperation operation, Optional<Integer> parameter, Optional<Grouping> grouping, MetricQuery operand)
            implements MetricQuery {}

    /// @param isBool whether a comparison answers 0 or 1 instead of filtering
    record BinaryOperation(
            BinaryOperator operator, boolean isBool, Matching matching, MetricQuery left, MetricQuery right)
            implements MetricQuery {}

    record NumberLiteral(double value) implements MetricQuery {}

    /// `vector(1)`: one series without labels.
    record VectorLiteral(double value) implements MetricQuery {}

    record LabelReplace(MetricQuery operand, String target, String replacement, String source, String regex)
            implements MetricQuery {}

    /// The number of a line: a label's value, converted.
    ///
    /// @param conversion empty, `duration`, `duration_seconds` or `bytes`
    /// @param filters applied to the line's labels after the conversion
    record Unwrap(String label, String conversion, List<LabelPredicate> filters) {
        public Unwrap {
            filters = List.copyOf(filters);
        }
    }

    record Grouping(boolean isWithout, List<String> labels) {
        public Grouping {
            labels = List.copyOf(labels);
        }
    }

    /// How the series of two sides find each other.
    ///
    /// @param isOn whether `labels` are the ones that count (`on`), or those that do not (`ignoring`)
    /// @param group which side may have many series for one of the other
    /// @param included labels taken over from the side of one
    record Matching(boolean isOn, List<String> labels, Group group, List<String> included) {

        public static final Matching ALL = new Matching(false, List.of(), Group.ONE_TO_ONE, List.of());

        public Matching {
            labels = List.copyOf(labels);
            included = List.copyOf(included);
        }
    }

    enum Group {
        ONE_TO_ONE,
        LEFT,
        RIGHT
    }

    enum RangeOperation {
        COUNT_OVER_TIME(false),
        RATE(false),
        RATE_COUNTER(true),
        BYTES_OVER_TIME(false),
        BYTES_RATE(false),
        ABSENT_OVER_TIME(false),
        SUM_OVER_TIME(true),
        AVG_OVER_TIME(true),
        MIN_OVER_TIME(true),
        MAX_OVER_TIME(true),
        STDDEV_OVER_TIME(true),
        STDVAR_OVER_TIME(true),
        QUANTILE_OVER_TIME(true),
        FIRST_OVER_TIME(true),
        LAST_OVER_TIME(true);

        private final boolean needsUnwrap;

        RangeOperation(boolean needsUnwrap) {
            this.needsUnwrap = needsUnwrap;
        }

        public boolean needsUnwrap() {
            return needsUnwrap;
        }

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    enum VectorOperation {
        SUM,
        AVG,
        MIN,
        MAX,
        COUNT,
        STDDEV,
        STDVAR,
        TOPK,
        BOTTOMK,
        SORT,
        SORT_DESC;

        public boolean hasParameter() {
            return this == TOPK || this == BOTTOMK;
        }

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// Ordered by how tightly they bind: `or` least.
    enum BinaryOperator {
        OR("or", 1),
        AND("and", 2),
        UNLESS("unless", 2),
        EQUAL("==", 3),
        NOT_EQUAL("!=", 3),
        GREATER(">", 3),
        GREATER_OR_EQUAL(">=", 3),
        LESS("<", 3),
        LESS_OR_EQUAL("<=", 3),
        ADD("+", 4),
        SUBTRACT("-", 4),
        MULTIPLY("*", 5),
        DIVIDE("/", 5),
        MODULO("%", 5),
        POWER("^", 6);

        private final String sign;
        private final int precedence;

        BinaryOperator(String sign, int precedence) {
            this.sign = sign;
            this.precedence = precedence;
        }

        public String sign() {
            return sign;
        }

        int precedence() {
            return precedence;
        }

        public boolean isComparison() {
            return precedence == 3;
        }

        public boolean isSet() {
            return precedence <= 2;
        }
    }
}
