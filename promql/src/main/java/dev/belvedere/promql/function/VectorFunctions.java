package dev.belvedere.promql.function;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.promql.window.InstantSelection;
import java.util.Arrays;
import java.util.List;

/// Functions of instant vectors that treat one sample after the other.
final class VectorFunctions {

    private VectorFunctions() {}

    @FunctionalInterface
    interface FloatMapping {

        /// @return [RangeKernel#NOTHING] to leave the sample out
        double apply(double value, int step);
    }

    /// Maps floats; histograms are left out.
    static List<StepSeries> mapFloats(Evaluation evaluation, Expr argument, FloatMapping mapping) {
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        for (StepSeries series : evaluation.vector(argument)) {
            StepSeries result = evaluation.derived(series);
            double[] values = series.values();
            boolean hasSamples = false;
            for (int step = 0; step < values.length; step++) {
                if (!SampleValues.isAbsent(values[step])) {
                    double mapped = mapping.apply(values[step], step);
                    result.values()[step] = mapped;
                    hasSamples |= !SampleValues.isAbsent(mapped);
                }
            }
            if (hasSamples) {
                sink.accept(result);
            }
        }
        return evaluation.mergedAfterDrop(sink.series());
    }

    /// The only float of each step, NaN where there is none or more than one.
    static void scalar(List<StepSeries> series, double[] into) {
        int[] counts = new int[into.length];
        Arrays.fill(into, Double.NaN);
        for (StepSeries one : series) {
            for (int step = 0; step < into.length; step++) {
                if (one.hasFloat(step)) {
                    counts[step]++;
                    into[step] = counts[step] == 1 ? one.values()[step] : Double.NaN;
                }
            }
        }
    }

    static List<StepSeries> vector(Evaluation evaluation, double[] values) {
        StepSeries result = new StepSeries(Labels.EMPTY, false, evaluation.steps());
        System.arraycopy(values, 0, result.values(), 0, values.length);
        return List.of(result);
    }

    /// When samples were taken; of anything but a selector that is the evaluation time.
    static List<StepSeries> timestamp(Evaluation evaluation, Expr argument) {
        if (argument.unwrapped() instanceof VectorSelector selector) {
            return taken(evaluation, selector, InstantSelection.Taken.TIMESTAMP);
        }
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        for (StepSeries series : evaluation.vector(argument)) {
            StepSeries result = evaluation.derived(series);
            for (int step = 0; step < evaluation.steps(); step++) {
                if (series.isPresent(step)) {
                    result.values()[step] = evaluation.time(step) / 1000.0;
                }
            }
            sink.accept(result);
        }
        return evaluation.mergedAfterDrop(sink.series());
    }

    /// When counters were started; nothing unless start timestamps are used, and of selectors only. Anything else is
    /// evaluated for what it warns of and fails with.
    static List<StepSeries> startTimestamp(Evaluation evaluation, Expr argument) {
        boolean isKnown = evaluation.context().options().usesStartTimestamps();
        if (isKnown && argument.unwrapped() instanceof VectorSelector selector) {
            return taken(evaluation, selector, InstantSelection.Taken.START_TIMESTAMP);
        }
        evaluation.vector(argument);
        return List.of();
    }

    private static List<StepSeries> taken(
            Evaluation evaluation, VectorSelector selector, InstantSelection.Taken taken) {
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        InstantSelection.select(evaluation, selector, taken, sink);
        for (StepSeries series : sink.series()) {
            series.setLabels(evaluation.nameDropped(series));
            series.setNameDropped(true);
        }
        return evaluation.mergedAfterDrop(sink.series());
    }
}
