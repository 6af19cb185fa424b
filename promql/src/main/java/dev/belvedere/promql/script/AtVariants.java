package dev.belvedere.promql.script;

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
import dev.belvedere.promql.syntax.VectorSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An expression whose selectors are pinned with `@` to one moment, and other moments at which it must
/// have the same result.
record AtVariants(String query, List<Long> moments) {

    /// @return nothing if the expression itself depends on when it is evaluated
    static Optional<AtVariants> of(Expr expr, long atMillis) {
        if (dependsOnTime(expr)) {
            return Optional.empty();
        }
        List<Long> moments = atMillis == 0
                ? List.of(-1000L, 0L, 1000L)
                : List.of(-10 * atMillis, 0L, atMillis / 5, atMillis, 10 * atMillis);
        return Optional.of(new AtVariants(pinned(expr, atMillis).toString(), moments));
    }

    private static boolean dependsOnTime(Expr expr) {
        if (expr instanceof Call call && call.function().dependsOnTime()) {
            return true;
        }
        // Behind a pinned subquery nothing depends on the query's time any more.
        if (expr instanceof SubqueryExpr subquery && subquery.shift().hasAt()) {
            return false;
        }
        return expr.children().stream().anyMatch(AtVariants::dependsOnTime);
    }

    private static Expr pinned(Expr expr, long at) {
        return switch (expr) {
            case VectorSelector e -> selector(e, at);
            case MatrixSelector e ->
                new MatrixSelector(selector(e.selector(), at), e.rangeMillis(), e.rangeExpr(), e.endPosition());
            case SubqueryExpr e ->
                new SubqueryExpr(
                        e.expr(),
                        e.rangeMillis(),
                        e.rangeExpr(),
                        e.stepMillis(),
                        e.stepExpr(),
                        shift(e.shift(), at),
                        e.endPosition());
            case AggregateExpr e ->
                new AggregateExpr(
                        e.op(),
                        pinned(e.expr(), at),
                        e.parameter().map(p -> pinned(p, at)),
                        e.grouping(),
                        e.isWithout(),
                        e.position());
            case BinaryExpr e ->
                new BinaryExpr(e.op(), pinned(e.left(), at), pinned(e.right(), at), e.isBool(), e.matching());
            case Call e -> {
                List<Expr> arguments = new ArrayList<>();
                e.arguments().forEach(a -> arguments.add(pinned(a, at)));
                yield new Call(e.function(), arguments, e.position());
            }
            case ParenExpr e -> new ParenExpr(pinned(e.expr(), at), e.position());
            case UnaryExpr e -> new UnaryExpr(e.isNegative(), pinned(e.expr(), at), e.signPosition());
            case DurationExpr e -> e;
            case NumberLiteral e -> e;
            case StringLiteral e -> e;
        };
    }

    private static VectorSelector selector(VectorSelector selector, long at) {
        return new VectorSelector(
                selector.name(),
                selector.matchers(),
                shift(selector.shift(), at),
                selector.extension(),
                selector.position());
    }

    private static TimeShift shift(TimeShift shift, long at) {
        // An explicit start() or end() is replaced too: it is printed as the moment that is set.
        return shift.at() == TimeShift.At.TIMESTAMP
                ? shift
                : new TimeShift(TimeShift.At.TIMESTAMP, at, shift.offsetMillis(), shift.offsetExpr());
    }
}
