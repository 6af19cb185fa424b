package dev.belvedere.promql.plan;

import dev.belvedere.model.OperationException;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ValueType;
import org.jspecify.annotations.Nullable;

/// A parsed query with all that can be worked out before its times are known. Made once, evaluated often; safe from
/// any thread.
public final class Plan {

    private final String text;
    private final Expr expr;
    private final boolean isByStep;

    /// Null if the preparation depends on start, end or step, or fails.
    private final @Nullable PreparedQuery prepared;

    private Plan(String text, Expr expr) {
        this.text = text;
        this.expr = expr;
        boolean isTimed = StepDependence.isTimed(expr);
        this.isByStep = !isTimed && StepDependence.isByStep(expr);
        this.prepared = isTimed ? null : preparedAtAnyTime(expr);
    }

    /// What is wrong is told when the query is asked: other faults come first then.
    private static @Nullable PreparedQuery preparedAtAnyTime(Expr expr) {
        try {
            return Preparation.prepare(expr, 0, 0, 0);
        } catch (OperationException e) {
            return null;
        }
    }

    public static Plan of(String text, Expr expr) {
        return new Plan(text, expr);
    }

    /// As it was written.
    public String text() {
        return text;
    }

    public Expr expr() {
        return expr;
    }

    /// Whether it can be asked for many steps at once.
    public boolean isForRanges() {
        return expr.type() == ValueType.VECTOR || expr.type() == ValueType.SCALAR;
    }

    /// Whether each step's result, errors and remarks depend on that step alone, as far as the expression tells.
    public boolean isByStep() {
        return isByStep;
    }

    public PreparedQuery prepare(Steps steps) {
        return prepared == null
                ? Preparation.prepare(expr, steps.startMillis(), steps.endMillis(), steps.stepMillis())
                : prepared;
    }

    /// Up to which time samples count.
    public Reach reach(Steps steps, long lookbackMillis) {
        return Reach.of(prepare(steps).expr(), lookbackMillis);
    }
}
