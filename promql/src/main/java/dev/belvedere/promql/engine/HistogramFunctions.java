package dev.belvedere.promql.engine;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.engine.Annotations.ForcedMonotonicity;
import dev.belvedere.promql.histogram.HistogramQuantiles;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import dev.belvedere.promql.syntax.PositionRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

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
        boolean isDelayed = evaluation.context.options.hasDelayedNameRemoval();
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context);
        for (StepSeries series : evaluation.vector(call.arguments().getFirst())) {
            if (!series.hasHistograms()) {
                continue;
            }
            Labels labels = isDelayed ? series.labels : series.labels.withoutMetricName();
            StepSeries result = new StepSeries(labels, true, evaluation.steps);
            for (int step = 0; step < evaluation.steps; step++) {
                NativeHistogram histogram = series.histogram(step);
                if (histogram != null) {
                    result.values[step] = function.applyAsDouble(histogram);
                }
            }
            sink.accept(result);
        }
        return evaluation.mergedAfterDrop(sink.series());
    }

    /// The results by labels: native and classic histograms may take turns in one series.
    private final class Results {

        private final Map<Labels, StepSeries> byLabels = new LinkedHashMap<>();

        void set(Labels labels, int step, double value) {
            StepSeries series = byLabels.get(labels);
            if (series == null) {
                evaluation.context.hold(evaluation.steps);
                series = new StepSeries(labels, true, evaluation.steps);
                byLabels.put(labels, series);
            }
            if (series.isPresent(step)) {
                throw LabelRules.duplicateLabelSet();
            }
            series.values[step] = value;
        }

        List<StepSeries> series() {
            return new ArrayList<>(byLabels.values());
        }
    }

    private String shownName(Labels labels) {
        return evaluation.context.options.hasDelayedNameRemoval() ? labels.metricName() : "";
    }

    private Labels resultLabels(Labels labels) {
        return evaluation.context.options.hasDelayedNameRemoval() ? labels : LabelRules.withoutMetadata(labels);
    }

    static List<StepSeries> quantile(Evaluation evaluation, Call call) {
        Expr quantile = call.arguments().getFirst();
        double[] quantiles = evaluation.scalars(quantile);
        HistogramFunctions functions =
                new HistogramFunctions(evaluation, call.arguments().get(1));
        Results results = functions.new Results();
        for (int step = 0; step < evaluation.steps; step++) {
            functions.validate(quantiles[step], quantile.position());
        }
        functions.quantiles(quantiles, "", results);
        return results.series();
    }

    static List<StepSeries> quantiles(Evaluation evaluation, Call call) {
        List<Expr> arguments = call.arguments();
        String label = Evaluation.text(arguments.get(1));
        HistogramFunctions functions = new HistogramFunctions(evaluation, arguments.getFirst());
        Results results = functions.new Results();
        for (Expr argument : arguments.subList(2, arguments.size())) {
            double[] quantiles = evaluation.scalars(argument);
            for (int step = 0; step < evaluation.steps; step++) {
                functions.validate(quantiles[step], argument.position());
            }
            functions.quantiles(quantiles, label, results);
        }
        return results.series();
    }

    private void validate(double quantile, PositionRange at) {
        if (!Quantiles.isValid(quantile)) {
            evaluation.annotations().invalidQuantile(quantile, at);
        }
    }

    /// @param label the label that is to hold the quantile; empty for none
    private void quantiles(double[] quantiles, String label, Results results) {
        input.forEachNative((series, step, histogram) -> {
            double q = quantiles[step];
            HistogramQuantiles.Quantile quantile = HistogramQuantiles.quantile(q, histogram);
            switch (quantile.nanEffect()) {
                case NONE -> {}
                case SKEWED -> evaluation.annotations().quantileIsSkewed(shownName(series.labels), position);
                case RESULT -> evaluation.annotations().quantileIsNan(shownName(series.labels), position);
            }
            results.set(labelled(resultLabels(series.labels), label, q), step, quantile.value());
        });
        input.forEachClassic((labels, step, buckets) -> {
            double q = quantiles[step];
            double value = buckets.quantile(q);
            ForcedMonotonicity forced = buckets.forced();
            if (forced != null) {
                evaluation.annotations().forcedMonotonicity(shownName(labels), forced, evaluation.time(step), position);
            }
            results.set(labelled(resultLabels(labels), label, q), step, value);
        });
    }

    private static Labels labelled(Labels labels, String label, double quantile) {
        return label.isEmpty() ? labels : labels.with(label, labelValue(quantile));
    }

    /// A float as OpenMetrics writes it: always with a point or an exponent.
    private static String labelValue(double value) {
        String text = NumberText.general(value);
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
        functions.input.forEachNative((series, step, histogram) -> {
            HistogramQuantiles.Fraction fraction = HistogramQuantiles.fraction(from[step], to[step], histogram);
            if (fraction.hasNan()) {
                evaluation.annotations().fractionIgnoresNan(functions.shownName(series.labels), functions.position);
            }
            results.set(functions.resultLabels(series.labels), step, fraction.value());
        });
        functions.input.forEachClassic((labels, step, buckets) ->
                results.set(functions.resultLabels(labels), step, buckets.fraction(from[step], to[step])));
        return results.series();
    }
}
