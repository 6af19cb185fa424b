package dev.belvedere.promql.engine;

import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;

/// Up to which time a step's result depends on samples.
///
/// @param aheadMillis how far behind the step's own time; negative if all selectors look at the past
/// @param fixedMillis the latest time that some `@` asks for, whatever the step; `Long.MIN_VALUE` if none does
public record Reach(long aheadMillis, long fixedMillis) {

    private static final long NEVER = Long.MIN_VALUE;

    private static final Reach NOTHING = new Reach(NEVER, NEVER);

    /// @param prepared with all durations and moments worked out
    static Reach of(Expr prepared, long lookbackMillis) {
        return of(prepared, new Moment(false, 0), lookbackMillis);
    }

    /// When something is evaluated: relative to the step, or fixed.
    private record Moment(boolean isFixed, long millis) {

        Moment shifted(TimeShift shift) {
            return shift.hasAt()
                    ? new Moment(true, shift.atMillis() - shift.offsetMillis())
                    : new Moment(isFixed, millis - shift.offsetMillis());
        }

        Reach reach(long furtherMillis) {
            long until = millis + furtherMillis;
            return isFixed ? new Reach(NEVER, until) : new Reach(until, NEVER);
        }
    }

    private static Reach of(Expr expr, Moment moment, long lookbackMillis) {
        return switch (expr) {
            case VectorSelector selector -> {
                boolean isSmoothed = selector.extension() == VectorSelector.Extension.SMOOTHED;
                yield moment.shifted(selector.shift()).reach(isSmoothed ? lookbackMillis : 0);
            }
            case MatrixSelector matrix -> of(matrix.selector(), moment, lookbackMillis);
            case SubqueryExpr subquery -> of(subquery.expr(), moment.shifted(subquery.shift()), lookbackMillis);
            default -> {
                Reach reach = NOTHING;
                for (Expr child : expr.children()) {
                    reach = reach.max(of(child, moment, lookbackMillis));
                }
                yield reach;
            }
        };
    }

    private Reach max(Reach other) {
        return new Reach(Math.max(aheadMillis, other.aheadMillis), Math.max(fixedMillis, other.fixedMillis));
    }

    /// Whether a step's result holds although samples at and after a time changed.
    public boolean holds(long stepMillis, long lowestChangedMillis) {
        return fixedMillis < lowestChangedMillis
                && (aheadMillis == NEVER || stepMillis + aheadMillis < lowestChangedMillis);
    }
}
