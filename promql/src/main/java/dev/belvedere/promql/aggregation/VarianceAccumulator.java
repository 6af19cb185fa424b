package dev.belvedere.promql.aggregation;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;

/// `stdvar` and `stddev`, by Welford's method.
final class VarianceAccumulator implements Aggregation.Accumulator {

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final boolean isDeviation;
    private final double[] counts;
    private final double[] means;
    private final double[] squares;

    VarianceAccumulator(Evaluation evaluation, AggregateExpr expr, boolean isDeviation) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.isDeviation = isDeviation;
        this.counts = new double[evaluation.steps()];
        this.means = new double[evaluation.steps()];
        this.squares = new double[evaluation.steps()];
    }

    @Override
    public void add(StepSeries series) {
        if (series.hasHistograms()) {
            Aggregation.noteIgnoredHistogram(evaluation, expr);
        }
        for (int step = 0; step < counts.length; step++) {
            double value = series.values()[step];
            if (SampleValues.isAbsent(value)) {
                continue;
            }
            if (counts[step]++ == 0) {
                means[step] = value;
                squares[step] = Double.isFinite(value) ? 0 : Double.NaN;
            } else {
                double delta = value - means[step];
                means[step] += delta / counts[step];
                squares[step] += delta * (value - means[step]);
            }
        }
    }

    @Override
    public void finish(StepSeries result) {
        for (int step = 0; step < counts.length; step++) {
            if (counts[step] > 0) {
                double variance = squares[step] / counts[step];
                result.values()[step] = isDeviation ? Math.sqrt(variance) : variance;
            }
        }
    }
}
