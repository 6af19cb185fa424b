package dev.belvedere.promql.plan;

import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;
import java.util.Optional;

/// Of which times samples count for a step's result.
///
/// @param moving times relative to the step; absent if no selector moves with it
/// @param fixed times that some `@` asks for, whatever the step; absent if none does
public record Reach(Optional<Span> moving, Optional<Span> fixed) {

    /// @param fromMillis inclusive, as is
    /// @param toMillis the end
    public record Span(long fromMillis, long toMillis) {

        private Span union(Span other) {
            return new Span(Math.min(fromMillis, other.fromMillis), Math.max(toMillis, other.toMillis));
        }

        private Span moved(long millis) {
            return new Span(fromMillis + millis, toMillis + millis);
        }
    }

    /// @param prepared with all durations and moments worked out
    static Reach of(Expr prepared, long lookbackMillis) {
        return new Finder(lookbackMillis).find(prepared, new Moments(false, new Span(0, 0)));
    }

    /// When something is evaluated: relative to the step, or fixed.
    private record Moments(boolean isFixed, Span span) {

        Moments shifted(TimeShift shift) {
            return shift.hasAt()
                    ? new Moments(true, new Span(shift.atMillis(), shift.atMillis()).moved(-shift.offsetMillis()))
                    : new Moments(isFixed, span.moved(-shift.offsetMillis()));
        }

        Moments widened(long backMillis, long aheadMillis) {
            return new Moments(isFixed, new Span(span.fromMillis - backMillis, span.toMillis + aheadMillis));
        }

        Reach reach() {
            return isFixed
                    ? new Reach(Optional.empty(), Optional.of(span))
                    : new Reach(Optional.of(span), Optional.empty());
        }
    }

    private record Finder(long lookbackMillis) {

        Reach find(Expr expr, Moments at) {
            return switch (expr) {
                case VectorSelector selector -> selected(selector, 0, at);
                case MatrixSelector matrix -> selected(matrix.selector(), matrix.rangeMillis(), at);
                case SubqueryExpr subquery ->
                    find(subquery.expr(), at.shifted(subquery.shift()).widened(subquery.rangeMillis(), 0));
                default -> {
                    Reach reach = new Reach(Optional.empty(), Optional.empty());
                    for (Expr child : expr.children()) {
                        reach = reach.union(find(child, at));
                    }
                    yield reach;
                }
            };
        }

        private Reach selected(VectorSelector selector, long rangeMillis, Moments at) {
            Moments moments = at.shifted(selector.shift());
            long back = rangeMillis == 0 ? lookbackMillis : rangeMillis;
            Moments widened = switch (selector.extension()) {
                case NONE -> moments.widened(back, 0);
                case ANCHORED -> moments.widened(back + lookbackMillis, 0);
                case SMOOTHED -> moments.widened(back + lookbackMillis, lookbackMillis);
            };
            return widened.reach();
        }
    }

    private Reach union(Reach other) {
        return new Reach(union(moving, other.moving), union(fixed, other.fixed));
    }

    private static Optional<Span> union(Optional<Span> a, Optional<Span> b) {
        return a.isPresent() && b.isPresent() ? Optional.of(a.get().union(b.get())) : a.or(() -> b);
    }

    /// Whether the fixed part of a result holds although samples at and after a time changed.
    public boolean holdsFixed(long lowestChangedMillis) {
        return fixed.isEmpty() || fixed.get().toMillis < lowestChangedMillis;
    }

    /// Whether a step's result holds although samples at and after a time changed.
    public boolean holds(long stepMillis, long lowestChangedMillis) {
        return holdsFixed(lowestChangedMillis)
                && (moving.isEmpty() || stepMillis + moving.get().toMillis < lowestChangedMillis);
    }

    /// The last moment, a step or not, up to which moving parts hold although samples at and after a time changed.
    public long lastHolding(long lowestChangedMillis) {
        return moving.isEmpty() ? Long.MAX_VALUE : lowestChangedMillis - moving.get().toMillis - 1;
    }

    /// Whether samples later than a step may count for its result.
    public boolean looksAhead() {
        return fixed.isPresent() || moving.isPresent() && moving.get().toMillis > 0;
    }

    /// Whether results from a step on depend on samples before a time.
    public boolean reachesBefore(long firstStepMillis, long millis) {
        return fixed.isPresent() && fixed.get().fromMillis < millis
                || moving.isPresent() && firstStepMillis + moving.get().fromMillis < millis;
    }
}
