package dev.belvedere.promql.aggregation;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;
import java.util.Arrays;

/// `min` and `max`; any number wins over NaN.
final class ExtremeAccumulator implements Aggregation.Accumulator {

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final boolean isMax;
    private final double[] extremes;

    ExtremeAccumulator(Evaluation evaluation, AggregateExpr expr, boolean isMax) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.isMax = isMax;
        this.extremes = new double[evaluation.steps()];
        Arrays.fill(extremes, SampleValues.ABSENT);
    }

    @Override
    public void add(StepSeries series) {
        if (series.hasHistograms()) {
            Aggregation.noteIgnoredHistogram(evaluation, expr);
        }
        add(series.values());
    }

    @Override
    public void join(Aggregation.Accumulator later) {
        add(((ExtremeAccumulator) later).extremes);
    }

    private void add(double[] values) {
        for (int step = 0; step < extremes.length; step++) {
            double value = values[step];
            if (!SampleValues.isAbsent(value)) {
                double extreme = extremes[step];
                boolean isBeyond = isMax ? value > extreme : value < extreme;
                extremes[step] = isBeyond || Double.isNaN(extreme) ? value : extreme;
            }
        }
    }

    @Override
    public void finish(StepSeries result) {
        System.arraycopy(extremes, 0, result.values(), 0, extremes.length);
    }
}
