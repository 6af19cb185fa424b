package dev.belvedere.api.prometheus;

import dev.belvedere.api.prometheus.GoJson.Nothing;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.DurationExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.NumberText;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorMatching;
import dev.belvedere.promql.syntax.VectorSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A parsed query as the tree that `parse_query` answers; keys are sorted as in Go's maps.
final class ExpressionTree {

    private ExpressionTree() {}

    static Object of(@Nullable Expr expr) {
        return switch (expr) {
            case null -> Nothing.NOTHING;
            case AggregateExpr e ->
                node("aggregation")
                        .with("op", e.op().text())
                        .with("expr", of(e.expr()))
                        .with("param", of(e.parameter().orElse(null)))
                        .with("grouping", e.grouping())
                        .with("without", e.isWithout())
                        .fields;
            case BinaryExpr e ->
                node("binaryExpr")
                        .with("op", e.op().sign())
                        .with("lhs", of(e.left()))
                        .with("rhs", of(e.right()))
                        .with(
                                "matching",
                                e.matching().map(ExpressionTree::matching).orElse(Nothing.NOTHING))
                        .with("bool", e.isBool())
                        .fields;
            case Call e ->
                node("call")
                        .with("func", function(e))
                        .with(
                                "args",
                                e.arguments().stream().map(ExpressionTree::of).toList())
                        .fields;
            case MatrixSelector e -> matrix(e);
            case SubqueryExpr e -> subquery(e);
            case DurationExpr e -> duration(e);
            case NumberLiteral e -> node("numberLiteral").with("val", NumberText.plain(e.value())).fields;
            case ParenExpr e -> node("parenExpr").with("expr", of(e.expr())).fields;
            case StringLiteral e -> node("stringLiteral").with("val", e.value()).fields;
            case UnaryExpr e ->
                node("unaryExpr").with("op", e.isNegative() ? "-" : "+").with("expr", of(e.expr())).fields;
            case VectorSelector e -> selector(node("vectorSelector"), e).fields;
        };
    }

    private static final class Node {
        final Map<String, Object> fields = new TreeMap<>();

        Node with(String key, Object value) {
            fields.put(key, value);
            return this;
        }
    }

    private static Node node(String type) {
        return new Node().with("type", type);
    }

    private static Object matching(VectorMatching matching) {
        return new Node()
                .with("card", matching.cardinality().text())
                .with("labels", matching.labels())
                .with("on", matching.isOn())
                .with("include", matching.include())
                .with(
                        "fillValues",
                        new Node()
                                .with("lhs", fill(matching.fillLeft()))
                                .with("rhs", fill(matching.fillRight()))
                                .fields)
                .fields;
    }

    private static Object fill(OptionalDouble value) {
        return value.isPresent() ? (Object) value.getAsDouble() : Nothing.NOTHING;
    }

    private static Object function(Call call) {
        return new Node()
                .with("name", call.function().text())
                .with(
                        "argTypes",
                        call.function().argumentTypes().stream()
                                .map(ValueType::resultType)
                                .toList())
                .with("variadic", call.function().extraArguments())
                .with("returnType", call.function().returnType().resultType())
                .fields;
    }

    private static Object matrix(MatrixSelector e) {
        return selector(node("matrixSelector"), e.selector())
                .with("range", e.rangeMillis())
                .with("rangeExpr", duration(e.rangeExpr()))
                .fields;
    }

    private static Node selector(Node node, VectorSelector selector) {
        List<Object> matchers = new ArrayList<>();
        for (LabelMatcher matcher : selector.matchers()) {
            matchers.add(new Node()
                    .with("name", matcher.name())
                    .with("value", matcher.value())
                    .with("type", matcher.type().sign())
                    .fields);
        }
        return shift(node, selector.shift())
                .with("name", selector.name())
                .with("matchers", matchers)
                .with("anchored", selector.extension() == VectorSelector.Extension.ANCHORED)
                .with("smoothed", selector.extension() == VectorSelector.Extension.SMOOTHED);
    }

    private static Node shift(Node node, TimeShift shift) {
        Object startOrEnd = switch (shift.at()) {
            case START -> "start";
            case END -> "end";
            case NONE, TIMESTAMP -> Nothing.NOTHING;
        };
        return node.with("offset", shift.offsetMillis())
                .with("offsetExpr", duration(shift.offsetExpr()))
                .with("timestamp", shift.at() == TimeShift.At.TIMESTAMP ? (Object) shift.atMillis() : Nothing.NOTHING)
                .with("startOrEnd", startOrEnd);
    }

    private static Object subquery(SubqueryExpr e) {
        return shift(node("subquery"), e.shift())
                .with("expr", of(e.expr()))
                .with("range", e.rangeMillis())
                .with("rangeExpr", duration(e.rangeExpr()))
                .with("step", e.stepMillis())
                .with("stepExpr", duration(e.stepExpr()))
                .fields;
    }

    private static Object duration(Optional<DurationExpr> expr) {
        return expr.isPresent() ? duration(expr.get()) : Nothing.NOTHING;
    }

    private static Object duration(DurationExpr e) {
        return node("durationExpr")
                .with("op", e.op().sign())
                .with("lhs", operand(e.left()))
                .with("rhs", operand(e.right()))
                .with("wrapped", e.isWrapped())
                .fields;
    }

    private static Object operand(@Nullable Expr expr) {
        return expr instanceof NumberLiteral number
                ? node("numberLiteral")
                        .with("val", NumberText.plain(number.value()))
                        .with("duration", number.isDuration())
                        .fields
                : of(expr);
    }
}
