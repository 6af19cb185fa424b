package dev.belvedere.acceptance.promql;

import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorMatching;
import dev.belvedere.promql.syntax.VectorSelector;
import java.util.Map;
import java.util.TreeMap;

/// How often queries have each function, aggregation, operator and modifier of the language.
final class Coverage {

    private final Map<String, Integer> counts = new TreeMap<>();

    /// How often each was there, by its name in the language.
    Map<String, Integer> counts() {
        return counts;
    }

    void add(Expr query) {
        add(query, false);
    }

    private void add(Expr expr, boolean isInSubquery) {
        switch (expr) {
            case Call call -> count(call.function().text() + "()");
            case AggregateExpr aggregation -> aggregation(aggregation);
            case BinaryExpr operation -> operation(operation);
            case SubqueryExpr subquery -> subquery(subquery, isInSubquery);
            case MatrixSelector matrix when matrix.rangeExpr().isPresent() -> count("range of durations");
            case VectorSelector selector -> selector(selector);
            case UnaryExpr unary -> count("unary " + unary.expr().type());
            case StringLiteral text -> count("text");
            case MatrixSelector matrix -> count("range");
            case NumberLiteral number -> count("number");
            case ParenExpr parentheses -> count("parentheses");
            default -> count(expr.getClass().getSimpleName());
        }
        for (Expr child : expr.children()) {
            add(child, isInSubquery || expr instanceof SubqueryExpr);
        }
    }

    private void aggregation(AggregateExpr aggregation) {
        String op = aggregation.op().text();
        count(op);
        String kind = aggregation.isWithout() ? "without" : "by";
        count(kind + (aggregation.grouping().isEmpty() ? " nothing" : " labels"));
        if (aggregation.parameter().filter(expr -> !isLiteral(expr)).isPresent()) {
            count(op + " of a calculated parameter");
        }
    }

    private static boolean isLiteral(Expr expr) {
        Expr inner = expr.unwrapped();
        return inner instanceof NumberLiteral
                || inner instanceof StringLiteral
                || inner instanceof UnaryExpr unary && isLiteral(unary.expr());
    }

    private void operation(BinaryExpr operation) {
        String sign = operation.op().sign() + (operation.isBool() ? " bool" : "");
        count(sign + " of " + kind(operation.left()) + " and " + kind(operation.right()));
        operation.matching().ifPresent(this::matching);
    }

    private static String kind(Expr side) {
        return side.type() == ValueType.SCALAR ? "scalar" : "vector";
    }

    private void matching(VectorMatching matching) {
        boolean isAny = matching.isOn() || !matching.labels().isEmpty();
        if (isAny) {
            count((matching.isOn() ? "on" : "ignoring") + (matching.labels().isEmpty() ? " nothing" : " labels"));
        }
        count(matching.cardinality().text() + (matching.include().isEmpty() ? "" : " with labels"));
        if (matching.hasFill()) {
            count("fill");
        }
    }

    private void subquery(SubqueryExpr subquery, boolean isInSubquery) {
        boolean hasStep = subquery.stepMillis() > 0 || subquery.stepExpr().isPresent();
        count("subquery" + (hasStep ? "" : " of the default step"));
        if (isInSubquery) {
            count("subquery in a subquery");
        }
        shift("subquery", subquery.shift());
    }

    private void selector(VectorSelector selector) {
        shift("selector", selector.shift());
        selector.matchers().forEach(matcher -> count("matcher " + matcher.type()));
        if (selector.extension() != VectorSelector.Extension.NONE) {
            count(selector.extension().name());
        }
    }

    private void shift(String what, TimeShift shift) {
        if (shift.hasAt()) {
            count(what + " @ " + shift.at());
        }
        if (shift.offsetMillis() != 0) {
            count(what + " offset " + (shift.offsetMillis() > 0 ? "back" : "ahead"));
        }
        if (shift.hasAt() && shift.offsetMillis() != 0) {
            count(what + " @ and offset");
        }
        if (shift.offsetExpr().isPresent()) {
            count(what + " offset of durations");
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }
}
