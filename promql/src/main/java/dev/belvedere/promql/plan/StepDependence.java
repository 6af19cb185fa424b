package dev.belvedere.promql.plan;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.DurationExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;

/// Tells of an expression whether the other steps of a query have a say in the result of one.
final class StepDependence {

    private StepDependence() {}

    /// Whether something in the expression is worked out from the query's start, end or step.
    static boolean isTimed(Expr expr) {
        boolean isTimed = switch (expr) {
            case Call call ->
                switch (call.function()) {
                    case START, END, RANGE, STEP -> true;
                    default -> false;
                };
            case VectorSelector selector -> isTimed(selector.shift());
            case MatrixSelector matrix -> matrix.rangeExpr().isPresent() || isTimed(matrix.selector());
            case SubqueryExpr subquery ->
                subquery.rangeExpr().isPresent() || subquery.stepExpr().isPresent() || isTimed(subquery.shift());
            case DurationExpr duration -> true;
            case AggregateExpr e -> false;
            case BinaryExpr e -> false;
            case NumberLiteral e -> false;
            case ParenExpr e -> false;
            case StringLiteral e -> false;
            case UnaryExpr e -> false;
        };
        return isTimed || expr.children().stream().anyMatch(StepDependence::isTimed);
    }

    private static boolean isTimed(TimeShift shift) {
        return shift.offsetExpr().isPresent() || shift.at() == TimeShift.At.START || shift.at() == TimeShift.At.END;
    }

    /// Whether each step stands alone. It does not where series that never meet in a step are refused because
    /// dropping their names makes them the same over the whole range, where all info series of the range are
    /// looked at, and where a remark depends on there being several steps.
    static boolean isByStep(Expr expr) {
        if (expr instanceof Call call) {
            switch (call.function()) {
                case INFO, SORT, SORT_DESC, SORT_BY_LABEL, SORT_BY_LABEL_DESC -> {
                    return false;
                }
                case LAST_OVER_TIME, FIRST_OVER_TIME, ABSENT_OVER_TIME -> {}
                default -> {
                    for (Expr argument : call.arguments()) {
                        if (argument.type() == ValueType.MATRIX && !hasOneName(argument)) {
                            return false;
                        }
                    }
                }
            }
        }
        return expr.children().stream().allMatch(StepDependence::isByStep);
    }

    /// Whether all series of a result, whatever the data, have the same metric name or none.
    private static boolean hasOneName(Expr expr) {
        return switch (expr) {
            case VectorSelector selector ->
                selector.matchers().stream()
                        .anyMatch(m -> m.name().equals(Labels.METRIC_NAME) && m.type() == LabelMatcher.Type.EQUAL);
            case MatrixSelector matrix -> hasOneName(matrix.selector());
            case SubqueryExpr subquery -> hasOneName(subquery.expr());
            case ParenExpr paren -> hasOneName(paren.expr());
            case UnaryExpr unary -> unary.isNegative() || hasOneName(unary.expr());
            case AggregateExpr aggregate ->
                switch (aggregate.op()) {
                    case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO -> hasOneName(aggregate.expr());
                    default -> aggregate.isWithout() || !aggregate.grouping().contains(Labels.METRIC_NAME);
                };
            case BinaryExpr binary -> hasOneName(binary);
            case Call call -> hasOneName(call);
            case NumberLiteral number -> true;
            case StringLiteral string -> true;
            case DurationExpr duration -> true;
        };
    }

    private static boolean hasOneName(BinaryExpr binary) {
        boolean isIncludingName = binary.matching()
                .map(m -> m.include().contains(Labels.METRIC_NAME))
                .orElse(false);
        if (isIncludingName) {
            return false;
        }
        return switch (binary.op()) {
            case OR -> false;
            case AND, UNLESS -> hasOneName(binary.left());
            default -> binary.op().changesMeaning() || hasOneName(binary.left()) && hasOneName(binary.right());
        };
    }

    private static boolean hasOneName(Call call) {
        return switch (call.function()) {
            case LABEL_REPLACE, LABEL_JOIN, INFO -> false;
            case LAST_OVER_TIME, FIRST_OVER_TIME, SORT, SORT_DESC, SORT_BY_LABEL, SORT_BY_LABEL_DESC ->
                call.arguments().stream().allMatch(StepDependence::hasOneName);
            default -> true;
        };
    }
}
