package dev.belvedere.promql.function;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Annotations.ForcedMonotonicity;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.HistogramQuantiles;
import dev.belvedere.promql.histogram.Quantiles;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import dev.belvedere.promql.syntax.PositionRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Functions of histograms, native and classic.
final class HistogramFunctions {

    private final Evaluation evaluation;
    private final PositionRange position;
    private final HistogramInput input;

    private HistogramFunctions(Evaluation evaluation, Expr vector) {
        this.evaluation = evaluation;
        this.position = vector.position();
        this.input = HistogramInput.of(evaluation, vector);
    }

    /// A number from each native histogram; floats are left out.
    static List<StepSeries> summary(Evaluation evaluation, Call call) {
        ToDoubleFunction<NativeHistogram> function = switch (call.function()) {
            case HISTOGRAM_COUNT -> NativeHistogram::count;
            case HISTOGRAM_SUM -> NativeHistogram::sum;
            case HISTOGRAM_AVG -> h -> h.sum() / h.count();
            case HISTOGRAM_STDVAR -> HistogramQuantiles::variance;
            default -> h -> Math.sqrt(HistogramQuantiles.variance(h));
        };
        boolean isDelayed = evaluation.context().options().hasDelayedNameRemoval();
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        for (StepSeries series : evaluation.vector(call.arguments().getFirst())) {
            if (!series.hasHistograms()) {
                continue;
            }
            Labels labels = isDelayed ? series.labels() : series.labels().withoutMetricName();
            StepSeries result = new StepSeries(labels, true, evaluation.steps());
            for (int step = 0; step < evaluation.steps(); step++) {
                NativeHistogram histogram = series.histogram(step);
                if (histogram != null) {
                    result.values()[step] = function.applyAsDouble(histogram);
                }
            }
            sink.accept(result);
        }
        return evaluation.mergedAfterDrop(sink.series());
    }

    /// The results by labels: native and classic histograms may take turns in one series.
    private final class Results {

        private final Map<Labels, StepSeries> byLabels = new LinkedHashMap<>();

        StepSeries series(Labels labels) {
            StepSeries series = byLabels.get(labels);
            if (series == null) {
                evaluation.context().holdSeries(evaluation.steps());
                series = new StepSeries(labels, true, evaluation.steps());
                byLabels.put(labels, series);
            }
            return series;
        }

        List<StepSeries> series() {
            List<StepSeries> series = new ArrayList<>(byLabels.values());
            series.removeIf(StepSeries::isEmpty);
            return series;
        }
    }

    private static void set(StepSeries result, int step, double value) {
        if (result.isPresent(step)) {
            throw LabelRules.duplicateLabelSet();
        }
        result.values()[step] = value;
    }

    /// Where the quantiles of one histogram go: to one series, or to one of each quantile that its steps ask for.
    private final class Quantiled {

        private final Results results;
        private final Labels labels;
        private final String label;
        private double quantile;
        private @Nullable StepSeries series;

        /// @param label the label that is to hold the quantile; empty for none
        Quantiled(Results results, Labels histogram, String label) {
            this.results = results;
            this.labels = resultLabels(histogram);
            this.label = label;
        }

        void set(int step, double q, double value) {
            StepSeries into = series;
            if (into == null || !label.isEmpty() && q != quantile) {
                into = results.series(label.isEmpty() ? labels : labels.with(label, labelValue(q)));
                quantile = q;
                series = into;
            }
            HistogramFunctions.set(into, step, value);
        }
    }

    private String shownName(Labels labels) {
        return evaluation.context().options().hasDelayedNameRemoval() ? labels.metricName() : "";
    }

    private Labels resultLabels(Labels labels) {
        return evaluation.context().options().hasDelayedNameRemoval() ? labels : LabelRules.withoutMetadata(labels);
    }

    static List<StepSeries> quantile(Evaluation evaluation, Call call) {
        Expr quantile = call.arguments().getFirst();
        double[] quantiles = evaluation.scalars(quantile);
        HistogramFunctions functions =
                new HistogramFunctions(evaluation, call.arguments().get(1));
        Results results = functions.new Results();
        for (int step = 0; step < evaluation.steps(); step++) {
            functions.validate(quantiles[step], quantile.position());
        }
        functions.quantiles(quantiles, "", results, new boolean[evaluation.steps()]);
        return results.series();
    }

    static List<StepSeries> quantiles(Evaluation evaluation, Call call) {
        List<Expr> arguments = call.arguments();
        String label = Evaluation.text(arguments.get(1));
        HistogramFunctions functions = new HistogramFunctions(evaluation, arguments.getFirst());
        Results results = functions.new Results();
        boolean[] isRepairNoted = new boolean[evaluation.steps()];
        for (Expr argument : arguments.subList(2, arguments.size())) {
            double[] quantiles = evaluation.scalars(argument);
            for (int step = 0; step < evaluation.steps(); step++) {
                functions.validate(quantiles[step], argument.position());
            }
            functions.quantiles(quantiles, label, results, isRepairNoted);
            for (int step = 0; step < evaluation.steps(); step++) {
                isRepairNoted[step] |= Quantiles.isValid(quantiles[step]);
            }
        }
        return results.series();
    }

    private void validate(double quantile, PositionRange at) {
        if (!Quantiles.isValid(quantile)) {
            evaluation.annotations().invalidQuantile(quantile, at);
        }
    }

    /// @param label the label that is to hold the quantile; empty for none
    /// @param isRepairNoted at which steps another quantile has told of buckets that do not rise
    private void quantiles(double[] quantiles, String label, Results results, boolean[] isRepairNoted) {
        input.forEachNative(labels -> {
            Quantiled target = new Quantiled(results, labels, label);
            return (step, histogram) -> {
                HistogramQuantiles.Quantile quantile = HistogramQuantiles.quantile(quantiles[step], histogram);
                switch (quantile.nanEffect()) {
                    case NONE -> {}
                    case SKEWED -> evaluation.annotations().quantileIsSkewed(shownName(labels), position);
                    case RESULT -> evaluation.annotations().quantileIsNan(shownName(labels), position);
                }
                target.set(step, quantiles[step], quantile.value());
            };
        });
        input.forEachClassic(labels -> {
            Quantiled target = new Quantiled(results, labels, label);
            return (step, buckets) -> {
                double value = buckets.quantile(quantiles[step]);
                ForcedMonotonicity forced = buckets.forced();
                if (forced != null && !isRepairNoted[step]) {
                    evaluation
                            .annotations()
                            .forcedMonotonicity(shownName(labels), forced, evaluation.time(step), position);
                }
                target.set(step, quantiles[step], value);
            };
        });
    }

    /// A float as OpenMetrics writes it: always with a point or an exponent.
    private static String labelValue(double value) {
        // Zero has no sign there.
        String text = NumberText.general(value + 0.0);
        boolean isWhole =
                !Double.isNaN(value) && !Double.isInfinite(value) && text.indexOf('.') < 0 && text.indexOf('e') < 0;
        return isWhole ? text + ".0" : text;
    }

    static List<StepSeries> fraction(Evaluation evaluation, Call call) {
        double[] from = evaluation.scalars(call.arguments().getFirst());
        double[] to = evaluation.scalars(call.arguments().get(1));
        HistogramFunctions functions =
                new HistogramFunctions(evaluation, call.arguments().get(2));
        Results results = functions.new Results();
        functions.input.forEachNative(labels -> {
            StepSeries result = results.series(functions.resultLabels(labels));
            return (step, histogram) -> {
                HistogramQuantiles.Fraction fraction = HistogramQuantiles.fraction(from[step], to[step], histogram);
                if (fraction.hasNan()) {
                    evaluation.annotations().fractionIgnoresNan(functions.shownName(labels), functions.position);
                }
                set(result, step, fraction.value());
            };
        });
        functions.input.forEachClassic(labels -> {
            StepSeries result = results.series(functions.resultLabels(labels));
            return (step, buckets) -> set(result, step, buckets.fraction(from[step], to[step]));
        });
        return results.series();
    }
}
