package dev.belvedere.promql.operation;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.UnaryExpr;
import java.util.List;

/// A sign before an expression.
public final class UnaryOperation {

    private UnaryOperation() {}

    public static StepValue evaluate(Evaluation evaluation, UnaryExpr expr) {
        StepValue value = evaluation.evaluate(expr.expr());
        if (!expr.isNegative()) {
            return value;
        }
        return switch (value) {
            case StepValue.Text text -> throw new IllegalStateException("no sign for a string");
            case StepValue.Scalars scalars -> {
                double[] values = new double[evaluation.steps()];
                for (int step = 0; step < values.length; step++) {
                    values[step] = -scalars.values()[step];
                }
                yield new StepValue.Scalars(values);
            }
            case StepValue.Vectors vectors -> new StepValue.Vectors(negated(evaluation, vectors.series()));
        };
    }

    private static List<StepSeries> negated(Evaluation evaluation, List<StepSeries> series) {
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        for (StepSeries one : series) {
            StepSeries result = evaluation.derived(one);
            for (int step = 0; step < evaluation.steps(); step++) {
                NativeHistogram histogram = one.histogram(step);
                if (histogram != null) {
                    WorkingHistogram working = WorkingHistogram.of(histogram);
                    working.multiply(-1);
                    result.setHistogram(step, working.toNative());
                } else if (one.hasFloat(step)) {
                    result.values()[step] = -one.values()[step];
                }
            }
            sink.accept(result);
        }
        return evaluation.mergedAfterDrop(sink.series());
    }
}
