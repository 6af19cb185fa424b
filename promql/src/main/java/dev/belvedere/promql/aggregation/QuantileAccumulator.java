package dev.belvedere.promql.aggregation;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.Quantiles;
import dev.belvedere.promql.syntax.AggregateExpr;
import java.util.ArrayList;
import java.util.List;

/// `quantile`: needs all series of the group at once.
final class QuantileAccumulator implements Aggregation.Accumulator {

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final double[] quantiles;
    private final List<StepSeries> members = new ArrayList<>();

    QuantileAccumulator(Evaluation evaluation, AggregateExpr expr, double[] quantiles) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.quantiles = quantiles;
    }

    @Override
    public void add(StepSeries series) {
        if (series.hasHistograms()) {
            Aggregation.noteIgnoredHistogram(evaluation, expr);
        }
        members.add(series);
    }

    @Override
    public void finish(StepSeries result) {
        double[] values = new double[members.size()];
        for (int step = 0; step < quantiles.length; step++) {
            int count = 0;
            for (StepSeries member : members) {
                if (member.hasFloat(step)) {
                    values[count++] = member.values()[step];
                }
            }
            if (count > 0) {
                result.values()[step] = Quantiles.quantile(quantiles[step], values, count);
            }
        }
    }
}
