package dev.belvedere.promql.engine;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.List;

/// The result of a subquery as series that share its steps as timestamps.
final class Subquery implements SeriesGroup {

    private final Evaluation evaluation;
    private final long[] timestamps;
    private final List<StepSeries> series;

    private Subquery(Evaluation evaluation, List<StepSeries> series) {
        this.evaluation = evaluation;
        this.series = series;
        this.timestamps = new long[evaluation.steps];
        for (int step = 0; step < timestamps.length; step++) {
            timestamps[step] = evaluation.time(step);
        }
    }

    /// Evaluates the inner expression at the subquery's own steps, which lie at multiples of its step
    /// whatever the query's are, as far as any step of the outer evaluation reaches.
    static Subquery evaluate(Evaluation outer, SubqueryExpr subquery) {
        TimeShift shift = subquery.shift();
        long first = (shift.hasAt() ? shift.atMillis() : outer.startMillis) - shift.offsetMillis();
        long end = (shift.hasAt() ? shift.atMillis() : outer.lastTime()) - shift.offsetMillis();
        long step = subquery.stepMillis() != 0 ? subquery.stepMillis() : outer.context.options.subqueryStepMillis();
        long begin = first - subquery.rangeMillis();
        long start = step * (begin / step);
        if (start <= begin) {
            start += step;
        }
        Evaluation inner = new Evaluation(outer.context, start, end, step);
        return new Subquery(inner, inner.vector(subquery.expr()));
    }

    /// The evaluation at the subquery's own steps.
    Evaluation evaluation() {
        return evaluation;
    }

    List<StepSeries> series() {
        return series;
    }

    @Override
    public int rowCount() {
        return timestamps.length;
    }

    @Override
    public long[] timestamps() {
        return timestamps;
    }

    @Override
    public int seriesCount() {
        return series.size();
    }

    @Override
    public Labels labels(int index) {
        return series.get(index).labels;
    }

    @Override
    public void read(int index, SampleColumn into) {
        StepSeries source = series.get(index);
        into.reset(timestamps.length);
        System.arraycopy(source.values, 0, into.values(), 0, timestamps.length);
        boolean isDense = !source.hasHistograms();
        for (int row = 0; row < timestamps.length; row++) {
            NativeHistogram histogram = source.histogram(row);
            if (histogram != null) {
                into.setHistogram(row, withoutKnownReset(histogram));
            } else if (!source.hasFloat(row)) {
                isDense = false;
            }
        }
        if (isDense) {
            into.markDense(false);
        }
    }

    /// What is known of a reset holds between samples next to each other, and the subquery may skip or
    /// repeat some.
    private static NativeHistogram withoutKnownReset(NativeHistogram histogram) {
        return switch (histogram.resetHint()) {
            case RESET, NOT_RESET -> histogram.withResetHint(ResetHint.UNKNOWN);
            case UNKNOWN, GAUGE -> histogram;
        };
    }
}
