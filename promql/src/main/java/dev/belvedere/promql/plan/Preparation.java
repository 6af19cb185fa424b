package dev.belvedere.promql.plan;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.DurationExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.VectorSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes a query ready for its start, end and step: works out duration expressions, puts numbers in
/// place of `start()`, `end()`, `range()` and `step()`, and finds what is the same at every step.
final class Preparation {

    private static final double MAX_SECONDS = 9.223372036854775e9;

    private final long startMillis;
    private final long endMillis;
    private final long stepMillis;
    private final Set<Expr> stepInvariant = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Expr> withoutBuckets = Collections.newSetFromMap(new IdentityHashMap<>());

    /// @param stepMillis 0 for an instant query
    private Preparation(long startMillis, long endMillis, long stepMillis) {
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.stepMillis = stepMillis;
    }

    static PreparedQuery prepare(Expr expr, long startMillis, long endMillis, long stepMillis) {
        Preparation preparation = new Preparation(startMillis, endMillis, stepMillis);
        Expr resolved = preparation.resolved(expr);
        Invariance invariance = preparation.invariance(resolved);
        if (invariance.isWorthKeeping) {
            preparation.stepInvariant.add(resolved);
        }
        preparation.findWithoutBuckets(resolved, false);
        return new PreparedQuery(resolved, preparation.stepInvariant, preparation.withoutBuckets);
    }

    /// Finds the selectors whose histograms end up as their count or sum without anybody looking at
    /// buckets: not even a subquery, which hides resets that only buckets show.
    private void findWithoutBuckets(Expr expr, boolean isSummary) {
        switch (expr) {
            case VectorSelector e -> {
                if (isSummary) {
                    withoutBuckets.add(e);
                }
            }
            case Call e -> {
                switch (e.function()) {
                    case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG ->
                        e.children().forEach(c -> findWithoutBuckets(c, true));
                    case HISTOGRAM_QUANTILE, HISTOGRAM_QUANTILES, HISTOGRAM_FRACTION -> {}
                    default -> e.children().forEach(c -> findWithoutBuckets(c, isSummary));
                }
            }
            case BinaryExpr e -> {
                if (!e.op().isTrim()) {
                    e.children().forEach(c -> findWithoutBuckets(c, isSummary));
                }
            }
            case SubqueryExpr e -> {}
            default -> expr.children().forEach(c -> findWithoutBuckets(c, isSummary));
        }
    }

    /// The arguments of calls and aggregations lose their parentheses: notes point at what is inside.
    private Expr resolved(Expr expr) {
        return switch (expr) {
            case AggregateExpr e ->
                new AggregateExpr(
                        e.op(),
                        resolved(e.expr().unwrapped()),
                        e.parameter().map(p -> resolved(p.unwrapped())),
                        e.grouping(),
                        e.isWithout(),
                        e.position());
            case BinaryExpr e ->
                new BinaryExpr(e.op(), resolved(e.left()), resolved(e.right()), e.isBool(), e.matching());
            case Call e -> call(e);
            case MatrixSelector e ->
                new MatrixSelector(
                        selector(e.selector()),
                        e.rangeExpr().map(d -> millis(d, false)).orElse(e.rangeMillis()),
                        Optional.empty(),
                        e.endPosition());
            case ParenExpr e -> new ParenExpr(resolved(e.expr()), e.position());
            case SubqueryExpr e ->
                new SubqueryExpr(
                        resolved(e.expr()),
                        e.rangeExpr().map(d -> millis(d, false)).orElse(e.rangeMillis()),
                        Optional.empty(),
                        e.stepExpr().map(d -> millis(d, false)).orElse(e.stepMillis()),
                        Optional.empty(),
                        shift(e.shift()),
                        e.endPosition());
            case UnaryExpr e -> new UnaryExpr(e.isNegative(), resolved(e.expr()), e.signPosition());
            case VectorSelector e -> selector(e);
            case DurationExpr e -> e;
            case NumberLiteral e -> e;
            case StringLiteral e -> e;
        };
    }

    private Expr call(Call call) {
        PositionRange position = call.position();
        switch (call.function()) {
            case START -> {
                return new NumberLiteral(startMillis / 1000.0, false, position);
            }
            case END -> {
                return new NumberLiteral(endMillis / 1000.0, false, position);
            }
            case RANGE -> {
                return new NumberLiteral((endMillis - startMillis) / 1000.0, false, position);
            }
            case STEP -> {
                return new NumberLiteral(startMillis == endMillis ? 0 : stepMillis / 1000.0, false, position);
            }
            default -> {
                List<Expr> arguments = new ArrayList<>();
                call.arguments().forEach(a -> arguments.add(resolved(a.unwrapped())));
                return new Call(call.function(), arguments, position);
            }
        }
    }

    private VectorSelector selector(VectorSelector selector) {
        return new VectorSelector(
                selector.name(),
                selector.matchers(),
                shift(selector.shift()),
                selector.extension(),
                selector.position());
    }

    private TimeShift shift(TimeShift shift) {
        long offset = shift.offsetExpr().map(d -> millis(d, true)).orElse(shift.offsetMillis());
        return switch (shift.at()) {
            case NONE -> new TimeShift(TimeShift.At.NONE, 0, offset, Optional.empty());
            case TIMESTAMP -> new TimeShift(TimeShift.At.TIMESTAMP, shift.atMillis(), offset, Optional.empty());
            case START -> new TimeShift(TimeShift.At.TIMESTAMP, startMillis, offset, Optional.empty());
            case END -> new TimeShift(TimeShift.At.TIMESTAMP, endMillis, offset, Optional.empty());
        };
    }

    private long millis(DurationExpr expr, boolean mayBeNegative) {
        double seconds = seconds(expr);
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            throw refusal(expr, "duration is NaN or infinite");
        }
        if (seconds <= 0 && !mayBeNegative) {
            throw refusal(expr, "duration must be greater than 0");
        }
        if (Math.abs(seconds) > MAX_SECONDS) {
            throw refusal(expr, "duration is out of range");
        }
        return (long) (seconds * 1000);
    }

    private static OperationException refusal(Expr expr, String reason) {
        return new OperationException("bad_query", Fault.USER, expr.position().bytes() + ": " + reason);
    }

    private double seconds(Expr expr) {
        if (expr instanceof NumberLiteral number) {
            return number.value();
        }
        if (!(expr instanceof DurationExpr duration)) {
            throw new IllegalStateException("no duration: " + expr);
        }
        double left = duration.left() == null ? 0 : seconds(duration.left());
        double right = duration.right() == null ? 0 : seconds(duration.right());
        return switch (duration.op()) {
            case STEP -> stepMillis / 1000.0;
            case RANGE -> (endMillis - startMillis) / 1000.0;
            case MIN_OF -> Math.min(left, right);
            case MAX_OF -> Math.max(left, right);
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> {
                if (right == 0) {
                    throw refusal(expr, "division by zero");
                }
                yield left / right;
            }
            case MODULO -> {
                if (right == 0) {
                    throw refusal(expr, "modulo by zero");
                }
                yield left % right;
            }
            case POWER -> Math.pow(left, right);
        };
    }

    /// @param isInvariant whether the result is the same at every step
    /// @param isWorthKeeping whether evaluating once and repeating the result saves anything
    private record Invariance(boolean isInvariant, boolean isWorthKeeping) {

        static final Invariance NO = new Invariance(false, false);
        static final Invariance YES = new Invariance(true, true);
        static final Invariance LITERAL = new Invariance(true, false);
    }

    private Invariance invariance(Expr expr) {
        return switch (expr) {
            case VectorSelector e -> e.shift().hasAt() ? Invariance.YES : Invariance.NO;
            case MatrixSelector e -> e.selector().shift().hasAt() ? Invariance.LITERAL : Invariance.NO;
            case AggregateExpr e -> {
                e.parameter().ifPresent(this::invariance);
                yield invariance(e.expr());
            }
            case BinaryExpr e -> binaryInvariance(e);
            case Call e -> callInvariance(e);
            case SubqueryExpr e -> {
                if (invariance(e.expr()).isInvariant) {
                    stepInvariant.add(e.expr());
                }
                yield e.shift().hasAt() ? Invariance.LITERAL : Invariance.NO;
            }
            case ParenExpr e -> invariance(e.expr());
            case UnaryExpr e -> invariance(e.expr());
            case StringLiteral e -> Invariance.LITERAL;
            case NumberLiteral e -> Invariance.LITERAL;
            case DurationExpr e -> Invariance.LITERAL;
        };
    }

    private Invariance binaryInvariance(BinaryExpr expr) {
        Invariance left = invariance(expr.left());
        Invariance right = invariance(expr.right());
        if (left.isInvariant && right.isInvariant) {
            return Invariance.YES;
        }
        keep(expr.left(), left);
        keep(expr.right(), right);
        return Invariance.NO;
    }

    private void keep(Expr expr, Invariance invariance) {
        if (invariance.isWorthKeeping) {
            stepInvariant.add(expr);
        }
    }

    private Invariance callInvariance(Call call) {
        boolean areAllInvariant = true;
        boolean isOfSelectors = true;
        List<Invariance> found = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            Invariance invariance = invariance(argument);
            found.add(invariance);
            areAllInvariant &= invariance.isInvariant;
            isOfSelectors &= invariance.isInvariant && argument.unwrapped() instanceof VectorSelector;
        }
        boolean isTimestampOfSelector = call.function() == Function.TIMESTAMP && isOfSelectors;
        if (areAllInvariant && !call.function().dependsOnTime() || isTimestampOfSelector) {
            return Invariance.YES;
        }
        for (int i = 0; i < found.size(); i++) {
            keep(call.arguments().get(i), found.get(i));
        }
        return Invariance.NO;
    }
}
