package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.QueryContext;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.HistogramText;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `count_values`: a series for each value that occurs, with the value in a label.
///
/// There may be nearly as many values as samples, each at few steps: counts are kept only where there are any, and
/// each series is written out as it is handed on.
public final class CountValues {

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final String label;

    /// `without` leaves out the metric's name, also where a value was written over it.
    private final boolean isLabelKept;

    private final Map<Labels, Occurrences> counts = new LinkedHashMap<>();

    private CountValues(Evaluation evaluation, AggregateExpr expr) {
        this.evaluation = evaluation;
        this.expr = expr;
        Expr parameter = expr.parameter().orElseThrow().unwrapped();
        this.label = Evaluation.text(parameter);
        if (!LabelNames.isUtf8Name(label)) {
            throw new EvaluationException("invalid label name " + parameter);
        }
        this.isLabelKept = !expr.isWithout() || LabelRules.isGrouping(label, expr.grouping(), true);
    }

    public static void stream(Evaluation evaluation, AggregateExpr expr, SeriesSink sink) {
        CountValues values = new CountValues(evaluation, expr);
        values.count(evaluation.vector(expr.expr()));
        values.handOn(sink);
    }

    /// How often a value occurs, in the order of the steps at which it does.
    private static final class Occurrences {

        private int[] steps = new int[1];
        private int[] counts = new int[1];
        private int size;

        void add(int step, QueryContext context) {
            if (size > 0 && steps[size - 1] == step) {
                counts[size - 1]++;
                return;
            }
            if (size == steps.length) {
                context.hold(size, 2L * Integer.BYTES * size);
                steps = Arrays.copyOf(steps, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size);
            }
            steps[size] = step;
            counts[size++] = 1;
        }

        void writeTo(double[] values) {
            for (int i = 0; i < size; i++) {
                values[steps[i]] = counts[i];
            }
        }
    }

    /// The operand's series, each with the value that it had last, as most have the same for long.
    private static final class Operand {
        final StepSeries series;
        final Labels group;
        double value;

        @Nullable
        Occurrences occurrences;

        Operand(StepSeries series, Labels group) {
            this.series = series;
            this.group = group;
        }
    }

    private void count(List<StepSeries> vector) {
        List<Operand> operands = vector.stream()
                .map(series ->
                        new Operand(series, LabelRules.group(series.labels(), expr.grouping(), expr.isWithout())))
                .toList();
        for (int step = 0; step < evaluation.steps(); step++) {
            for (Operand operand : operands) {
                if (operand.series.isPresent(step)) {
                    occurrences(operand, step).add(step, evaluation.context());
                }
            }
        }
    }

    private Occurrences occurrences(Operand operand, int step) {
        NativeHistogram histogram = operand.series.histogram(step);
        if (histogram != null) {
            return occurrences(operand.group, HistogramText.of(histogram));
        }
        double value = operand.series.values()[step];
        Occurrences before = operand.occurrences;
        if (before != null && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(operand.value)) {
            return before;
        }
        Occurrences found = occurrences(operand.group, NumberText.plain(value));
        operand.value = value;
        operand.occurrences = found;
        return found;
    }

    private Occurrences occurrences(Labels group, String value) {
        Labels labels = isLabelKept ? group.with(label, value) : group;
        Occurrences found = counts.get(labels);
        if (found == null) {
            evaluation.context().holdSeries(1);
            found = new Occurrences();
            counts.put(labels, found);
        }
        return found;
    }

    private void handOn(SeriesSink sink) {
        counts.forEach((labels, occurrences) -> {
            evaluation.context().budget().check();
            StepSeries series = sink.buffer(evaluation.steps());
            series.setLabels(labels);
            series.setNameDropped(false);
            occurrences.writeTo(series.values());
            sink.accept(series);
        });
    }
}
