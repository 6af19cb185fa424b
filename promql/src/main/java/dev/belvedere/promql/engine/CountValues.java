package dev.belvedere.promql.engine;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.HistogramText;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `count_values`: a series for each value that occurs, with the value in a label.
final class CountValues {

    private CountValues() {}

    static List<StepSeries> evaluate(Evaluation evaluation, AggregateExpr expr) {
        Expr parameter = expr.parameter().orElseThrow().unwrapped();
        String label = Evaluation.text(parameter);
        if (!LabelNames.isUtf8Name(label)) {
            throw new EvaluationException("invalid label name " + parameter);
        }
        Map<Labels, StepSeries> counts = new LinkedHashMap<>();
        for (StepSeries series : evaluation.vector(expr.expr())) {
            Labels group = LabelRules.group(series.labels, expr.grouping(), expr.isWithout());
            boolean isLabelKept = !expr.isWithout() || !expr.grouping().contains(label);
            for (int step = 0; step < evaluation.steps; step++) {
                if (series.isPresent(step)) {
                    Labels labels = isLabelKept ? group.with(label, text(series, step)) : group;
                    StepSeries count = counts.get(labels);
                    if (count == null) {
                        evaluation.context.holdSeries(evaluation.steps);
                        count = new StepSeries(labels, false, evaluation.steps);
                        counts.put(labels, count);
                    }
                    count.values[step] = count.hasFloat(step) ? count.values[step] + 1 : 1;
                }
            }
        }
        return new ArrayList<>(counts.values());
    }

    private static String text(StepSeries series, int step) {
        NativeHistogram histogram = series.histogram(step);
        return histogram == null ? NumberText.plain(series.values[step]) : HistogramText.of(histogram);
    }
}
