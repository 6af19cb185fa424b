package dev.belvedere.promql.answer;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.answer.Value.ScalarValue;
import dev.belvedere.promql.answer.Value.StringValue;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.answer.Value.VectorValue;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.evaluation.SeriesMerge;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.storage.QueryBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Turns what was evaluated into what is answered.
public final class Answers {

    private static final long[] NO_TIMES = {};
    private static final NativeHistogram[] NO_HISTOGRAMS = {};

    private static final Comparator<MatrixSeries> BY_LABELS =
            (a, b) -> a.labels().compareTo(b.labels());

    private Answers() {}

    /// Drops the names whose removal was put off, and puts together what is the same then.
    public static List<StepSeries> settled(List<StepSeries> series, PromqlOptions options) {
        if (!options.hasDelayedNameRemoval()) {
            return series;
        }
        for (StepSeries one : series) {
            if (one.isNameDropped()) {
                one.setLabels(LabelRules.withoutMetadata(one.labels()));
            }
        }
        return SeriesMerge.merged(series);
    }

    /// The answer counts as held until the budget is closed.
    ///
    /// @param areDistinct whether no two series can have the same labels, so that nobody has to look
    /// @throws dev.belvedere.promql.evaluation.EvaluationException if two series have
    public static Value instant(StepValue value, long atMillis, QueryBudget budget, boolean areDistinct) {
        return switch (value) {
            case StepValue.Text text -> new StringValue(atMillis, text.value());
            case StepValue.Scalars scalars -> new ScalarValue(atMillis, scalars.values()[0]);
            case StepValue.Vectors vectors -> {
                budget.holdBytes((long) Value.SERIES_BYTES * vectors.series().size());
                List<VectorSample> samples = new ArrayList<>(vectors.series().size());
                for (StepSeries series : vectors.series()) {
                    samples.add(new VectorSample(series.labels(), series.values()[0], series.histogram(0)));
                }
                if (!areDistinct) {
                    LabelRules.requireDistinct(vectors.series());
                }
                yield new VectorValue(atMillis, samples);
            }
        };
    }

    /// The answer counts as held until the budget is closed. It takes over the values of series with a float at each
    /// step.
    public static Value range(StepValue value, Evaluation evaluation) {
        List<MatrixSeries> series = new ArrayList<>();
        long[] allTimes = evaluation.times();
        switch (value) {
            case StepValue.Text text -> throw new IllegalStateException("a string over a range");
            case StepValue.Scalars scalars -> {
                if (scalars.values().length > 0) {
                    series.add(
                            matrixSeries(new StepSeries(Labels.EMPTY, false, scalars.values()), evaluation, allTimes));
                }
            }
            case StepValue.Vectors vectors -> {
                for (StepSeries one : vectors.series()) {
                    series.add(matrixSeries(one, evaluation, allTimes));
                }
            }
        }
        return sorted(series);
    }

    public static MatrixValue sorted(List<MatrixSeries> series) {
        series.sort(BY_LABELS);
        return new MatrixValue(series);
    }

    /// @param allTimes of all steps, for the series that have a float at each
    private static MatrixSeries matrixSeries(StepSeries series, Evaluation evaluation, long[] allTimes) {
        int floats = series.floatCount();
        int histograms = series.histogramCount();
        evaluation.context().budget().holdBytes(Value.SERIES_BYTES + 16L * (floats + histograms));
        if (floats == series.steps()) {
            return new MatrixSeries(series.labels(), allTimes, series.values(), NO_TIMES, NO_HISTOGRAMS);
        }
        long[] timestamps = new long[floats];
        double[] values = new double[floats];
        long[] histogramTimestamps = new long[histograms];
        NativeHistogram[] histogramValues = new NativeHistogram[histograms];
        int nextFloat = 0;
        int nextHistogram = 0;
        for (int step = 0; step < series.steps(); step++) {
            NativeHistogram histogram = series.histogram(step);
            if (histogram != null) {
                histogramTimestamps[nextHistogram] = allTimes[step];
                histogramValues[nextHistogram++] = histogram;
            } else if (series.hasFloat(step)) {
                timestamps[nextFloat] = allTimes[step];
                values[nextFloat++] = series.values()[step];
            }
        }
        return new MatrixSeries(series.labels(), timestamps, values, histogramTimestamps, histogramValues);
    }
}
