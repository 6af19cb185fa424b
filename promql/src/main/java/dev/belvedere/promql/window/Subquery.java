package dev.belvedere.promql.window;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Series of a subquery's result, which share its steps as timestamps from the first that is wanted on.
final class Subquery implements SeriesGroup {

    private final Evaluation evaluation;
    private final int firstStep;
    private final long[] timestamps;
    private final List<StepSeries> series;

    private Subquery(Evaluation evaluation, int firstStep, List<StepSeries> series) {
        this.evaluation = evaluation;
        this.firstStep = firstStep;
        long[] times = evaluation.times();
        this.timestamps = firstStep == 0 ? times : Arrays.copyOfRange(times, firstStep, times.length);
        this.series = series;
    }

    static Subquery evaluate(Evaluation outer, SubqueryExpr subquery) {
        Evaluation inner = SubquerySteps.evaluation(outer, subquery);
        return new Subquery(inner, 0, inner.vector(subquery.expr()));
    }

    /// Shows all series to a visitor, in their order. Those behind each other that begin at the same step
    /// are one group: a range may reach back to before some of them, and those without gaps from there on
    /// share their windows.
    ///
    /// Series of `count_values` come one by one: they are many, of few samples each, so that all of them in
    /// columns of steps may not fit where one after the other does.
    static void forEachGroup(Evaluation outer, SubqueryExpr subquery, Consumer<Subquery> visitor) {
        Evaluation inner = SubquerySteps.evaluation(outer, subquery);
        if (subquery.expr().unwrapped() instanceof AggregateExpr aggregate
                && aggregate.op() == AggregateOp.COUNT_VALUES) {
            inner.stream(subquery.expr(), new OneByOne(inner, visitor));
        } else {
            forEachGroup(inner, inner.vector(subquery.expr()), visitor);
        }
        countRead(outer, subquery, inner);
    }

    private static void forEachGroup(Evaluation inner, List<StepSeries> series, Consumer<Subquery> visitor) {
        int next = 0;
        while (next < series.size()) {
            int begin = next;
            int firstStep = firstStep(series.get(next++));
            while (next < series.size() && firstStep(series.get(next)) == firstStep) {
                next++;
            }
            visitor.accept(new Subquery(inner, firstStep, series.subList(begin, next)));
        }
    }

    /// The first step at which a series has a sample; the last one if it has none.
    private static int firstStep(StepSeries series) {
        int step = 0;
        while (step < series.steps() - 1 && !series.isPresent(step)) {
            step++;
        }
        return step;
    }

    /// Counts what the subquery's steps read for the first of the query's steps that look at them; as Prometheus does,
    /// not what was read for steps between the ranges.
    private static void countRead(Evaluation outer, SubqueryExpr subquery, Evaluation inner) {
        long[] read = inner.counts().byStep().read();
        long offset = subquery.shift().offsetMillis();
        boolean isForFirst = outer.isOneStep() || subquery.shift().hasAt();
        int step = 0;
        for (int i = 0; i < read.length; i++) {
            long moment = inner.time(i) + offset;
            while (!isForFirst && step < outer.steps() - 1 && outer.time(step) < moment) {
                step++;
            }
            if (isForFirst || moment > outer.time(step) - subquery.rangeMillis()) {
                outer.counts().addRead(step, read[i]);
            }
        }
    }

    /// Makes a group of each series.
    private static final class OneByOne implements SeriesSink {

        private final Evaluation evaluation;
        private final Consumer<Subquery> visitor;
        private final StepSeries buffer;

        OneByOne(Evaluation evaluation, Consumer<Subquery> visitor) {
            this.evaluation = evaluation;
            this.visitor = visitor;
            this.buffer = new StepSeries(evaluation.steps());
        }

        @Override
        public StepSeries buffer(int steps) {
            buffer.clear();
            return buffer;
        }

        @Override
        public void accept(StepSeries series) {
            visitor.accept(new Subquery(evaluation, 0, List.of(series)));
        }
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
        return series.get(index).labels();
    }

    @Override
    public void read(int index, SampleColumn into) {
        StepSeries source = series.get(index);
        into.reset(timestamps.length);
        System.arraycopy(source.values(), firstStep, into.values(), 0, timestamps.length);
        boolean isDense = !source.hasHistograms();
        for (int row = 0; row < timestamps.length; row++) {
            int step = firstStep + row;
            NativeHistogram histogram = source.histogram(step);
            if (histogram != null) {
                into.setHistogram(row, withoutKnownReset(histogram));
            } else if (!source.hasFloat(step)) {
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
