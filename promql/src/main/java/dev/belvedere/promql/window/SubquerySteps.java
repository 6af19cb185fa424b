package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;

/// The moments at which a subquery evaluates its expression: multiples of its step, whatever the query's steps are.
///
/// These are all from the first to the last that any step of the query looks at, as Prometheus takes them: an error or
/// a remark comes from a moment between the ranges too. Only where these are too many are those between left out.
final class SubquerySteps {

    private final Evaluation outer;
    private final TimeShift shift;
    private final long rangeMillis;
    private final long stepMillis;

    private SubquerySteps(Evaluation outer, SubqueryExpr subquery) {
        this.outer = outer;
        this.shift = subquery.shift();
        this.rangeMillis = subquery.rangeMillis();
        this.stepMillis = subquery.stepMillis() != 0
                ? subquery.stepMillis()
                : outer.context().options().subqueryStepMillis();
    }

    /// An evaluation at these moments.
    static Evaluation evaluation(Evaluation outer, SubqueryExpr subquery) {
        SubquerySteps steps = new SubquerySteps(outer, subquery);
        long first = steps.firstOf(0);
        long last = steps.lastOf(outer.steps() - 1);
        return last - first < Steps.MAX
                ? new Evaluation(
                        outer.context(), first * steps.stepMillis, steps.endOf(outer.steps() - 1), steps.stepMillis)
                : steps.withoutThoseBetween();
    }

    private Evaluation withoutThoseBetween() {
        long count = 0;
        for (int step = 0; step < outer.steps(); step++) {
            count += Math.max(0, lastOf(step) - firstNewOf(step) + 1);
        }
        if (count > Steps.MAX) {
            throw new EvaluationException(
                    "subquery has " + count + " steps, limit " + Steps.MAX + ": narrow its range or raise its step");
        }
        outer.context().hold(0, Long.BYTES * count);
        long[] moments = new long[(int) count];
        int at = 0;
        for (int step = 0; step < outer.steps(); step++) {
            for (long i = firstNewOf(step); i <= lastOf(step); i++) {
                moments[at++] = i * stepMillis;
            }
        }
        return new Evaluation(outer.context(), moments, stepMillis);
    }

    /// The end of the range that a step of the query looks at.
    private long endOf(int step) {
        return (shift.hasAt() ? shift.atMillis() : outer.time(step)) - shift.offsetMillis();
    }

    /// Which multiple of the step is the first in a range, whose start is exclusive.
    private long firstOf(int step) {
        return Math.floorDiv(endOf(step) - rangeMillis, stepMillis) + 1;
    }

    /// As [#firstOf], behind those of the range before.
    private long firstNewOf(int step) {
        return step == 0 ? firstOf(step) : Math.max(firstOf(step), lastOf(step - 1) + 1);
    }

    private long lastOf(int step) {
        return Math.floorDiv(endOf(step), stepMillis);
    }
}
