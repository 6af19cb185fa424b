package dev.belvedere.promql.syntax;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.VectorMatching.Cardinality;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks that the parts of an expression fit together, and settles how the sides of binary operations
/// match.
final class TypeChecker {

    private final String query;

    TypeChecker(String query) {
        this.query = query;
    }

    private ParseException failure(PositionRange position, String reason) {
        return new ParseException(query, position, reason);
    }

    /// The expression with its matching settled.
    Expr checked(Expr expr) {
        return switch (expr) {
            case AggregateExpr aggregate -> aggregate(aggregate);
            case BinaryExpr binary -> binary(binary);
            case Call call -> call(call);
            case ParenExpr paren -> new ParenExpr(checked(paren.expr()), paren.position());
            case UnaryExpr unary -> unary(unary);
            case SubqueryExpr subquery -> subquery(subquery);
            case MatrixSelector matrix -> {
                selector(matrix.selector(), false);
                yield matrix;
            }
            case VectorSelector selector -> {
                selector(selector, false);
                yield selector;
            }
            case NumberLiteral number -> number;
            case StringLiteral string -> string;
            case DurationExpr duration -> duration;
        };
    }

    private Expr expect(Expr expr, ValueType wanted, String context) {
        Expr checked = checked(expr);
        if (checked.type() != wanted) {
            throw failure(
                    expr.position(),
                    "expected type " + wanted.documentedName() + " in " + context + ", got "
                            + checked.type().documentedName());
        }
        return checked;
    }

    private Expr aggregate(AggregateExpr expr) {
        Expr inner = expect(expr.expr(), ValueType.VECTOR, "aggregation expression");
        ValueType wanted = expr.op() == AggregateOp.COUNT_VALUES ? ValueType.STRING : ValueType.SCALAR;
        Optional<Expr> parameter = expr.parameter().map(p -> expect(p, wanted, "aggregation parameter"));
        return new AggregateExpr(expr.op(), inner, parameter, expr.grouping(), expr.isWithout(), expr.position());
    }

    private Expr unary(UnaryExpr expr) {
        Expr inner = checked(expr.expr());
        if (inner.type() != ValueType.SCALAR && inner.type() != ValueType.VECTOR) {
            throw failure(
                    expr.position(),
                    "unary expression only allowed on expressions of type scalar or instant vector, got "
                            + LabelNames.quote(inner.type().documentedName()));
        }
        return new UnaryExpr(expr.isNegative(), inner, expr.signPosition());
    }

    private Expr subquery(SubqueryExpr expr) {
        Expr inner = checked(expr.expr());
        if (inner.type() != ValueType.VECTOR) {
            throw failure(
                    expr.position(),
                    "subquery is only allowed on instant vector, got "
                            + inner.type().resultType() + " instead");
        }
        return new SubqueryExpr(
                inner,
                expr.rangeMillis(),
                expr.rangeExpr(),
                expr.stepMillis(),
                expr.stepExpr(),
                expr.shift(),
                expr.endPosition());
    }

    /// The operator between two sides, without the space around it.
    private PositionRange operatorPosition(BinaryExpr expr) {
        int start = expr.left().position().end();
        while (start < query.length() - 1 && Character.isWhitespace(query.charAt(start))) {
            start++;
        }
        int end = expr.right().position().start() - 1;
        while (end > start && Character.isWhitespace(query.charAt(end))) {
            end--;
        }
        return new PositionRange.Tracker(query).range(start, Math.max(start, end));
    }

    private Expr binary(BinaryExpr expr) {
        Expr left = checked(expr.left());
        Expr right = checked(expr.right());
        BinaryOp op = expr.op();
        if (expr.isBool() && !op.isComparison()) {
            throw failure(operatorPosition(expr), "bool modifier can only be used on comparison operators");
        }
        boolean areScalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
        if (op.isComparison() && !expr.isBool() && areScalars) {
            throw failure(operatorPosition(expr), "comparisons between scalars must use BOOL modifier");
        }
        VectorMatching matching = expr.matching().orElse(VectorMatching.DEFAULT);
        if (op.isSetOperator() && matching.cardinality() == Cardinality.ONE_TO_ONE) {
            matching = matching.withCardinality(Cardinality.MANY_TO_MANY);
        }
        for (String label : matching.labels()) {
            if (matching.isOn() && matching.include().contains(label)) {
                throw failure(
                        operatorPosition(expr),
                        "label " + LabelNames.quote(label) + " must not occur in ON and GROUP clause at once");
            }
        }
        requireOperand(left);
        requireOperand(right);
        boolean areVectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
        Optional<VectorMatching> settled = Optional.of(matching);
        if (!areVectors) {
            requireNoMatching(expr, matching);
            settled = Optional.empty();
        } else if (op.isSetOperator()) {
            requireSetMatching(expr, matching);
        }
        if (!areVectors && op.isSetOperator()) {
            throw failure(
                    expr.position(),
                    "set operator " + LabelNames.quote(op.sign()) + " not allowed in binary scalar expression");
        }
        return new BinaryExpr(op, left, right, expr.isBool(), settled);
    }

    private void requireOperand(Expr side) {
        if (side.type() != ValueType.SCALAR && side.type() != ValueType.VECTOR) {
            throw failure(side.position(), "binary expression must contain only scalar and instant vector types");
        }
    }

    private void requireNoMatching(BinaryExpr expr, VectorMatching matching) {
        if (!matching.labels().isEmpty()) {
            throw failure(expr.position(), "vector matching only allowed between instant vectors");
        }
        if (matching.hasFill()) {
            throw failure(expr.position(), "filling in missing series only allowed between instant vectors");
        }
    }

    private void requireSetMatching(BinaryExpr expr, VectorMatching matching) {
        if (matching.cardinality() != Cardinality.MANY_TO_MANY) {
            throw failure(
                    expr.position(),
                    "no grouping allowed for " + LabelNames.quote(expr.op().sign()) + " operation");
        }
        if (matching.hasFill()) {
            throw failure(expr.position(), "filling in missing series not allowed for set operators");
        }
    }

    private Expr call(Call call) {
        Function function = call.function();
        requireArgumentCount(call);
        boolean isInfo = function == Function.INFO && call.arguments().size() > 1;
        if (isInfo) {
            requireInfoSelector(call);
        }
        List<Expr> arguments = new ArrayList<>();
        List<ValueType> types = function.argumentTypes();
        for (int i = 0; i < call.arguments().size(); i++) {
            Expr argument = call.arguments().get(i);
            if (isInfo && i == 1 && argument instanceof VectorSelector selector) {
                selector(selector, true);
                arguments.add(selector);
                continue;
            }
            ValueType wanted = types.get(Math.min(i, types.size() - 1));
            Expr checked = checked(argument);
            if (checked.type() != wanted) {
                throw failure(
                        argument.position(),
                        "expected type " + wanted.documentedName() + " in call to function "
                                + LabelNames.quote(function.text()) + ", got "
                                + checked.type().documentedName());
            }
            arguments.add(checked);
        }
        return new Call(function, arguments, call.position());
    }

    private void requireArgumentCount(Call call) {
        Function function = call.function();
        int count = call.arguments().size();
        int declared = function.argumentTypes().size();
        int extra = function.extraArguments();
        String in = " argument(s) in call to " + LabelNames.quote(function.text()) + ", got " + count;
        if (extra == 0) {
            if (declared != count) {
                throw failure(call.position(), "expected " + declared + in);
            }
        } else if (count < declared - 1) {
            throw failure(call.position(), "expected at least " + (declared - 1) + in);
        } else if (extra > 0 && count > declared - 1 + extra) {
            throw failure(call.position(), "expected at most " + (declared - 1 + extra) + in);
        }
    }

    private void requireInfoSelector(Call call) {
        Expr second = call.arguments().get(1);
        if (second.type() != ValueType.VECTOR) {
            throw failure(
                    call.position(),
                    "expected type " + ValueType.VECTOR.documentedName() + " in call to function "
                            + LabelNames.quote(call.function().text()) + ", got "
                            + second.type().documentedName());
        }
        if (!(second instanceof VectorSelector selector)) {
            throw failure(second.position(), "expected label selectors only");
        }
        if (!selector.name().isEmpty()) {
            throw failure(second.position(), "expected label selectors only, got vector selector instead");
        }
    }

    private void selector(VectorSelector selector, boolean mayMatchEmpty) {
        if (!selector.name().isEmpty()) {
            for (LabelMatcher matcher :
                    selector.matchers().subList(0, selector.matchers().size() - 1)) {
                if (matcher.name().equals(Labels.METRIC_NAME)) {
                    throw failure(
                            selector.position(),
                            "metric name must not be set twice: " + LabelNames.quote(selector.name()) + " or "
                                    + LabelNames.quote(matcher.value()));
                }
            }
            return;
        }
        if (!mayMatchEmpty && selector.matchers().stream().allMatch(LabelMatcher::matchesEmpty)) {
            throw failure(selector.position(), "vector selector must contain at least one non-empty matcher");
        }
    }
}
