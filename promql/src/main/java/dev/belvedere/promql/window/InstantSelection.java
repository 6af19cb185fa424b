package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.PartitionedStream;
import dev.belvedere.promql.evaluation.SampleCounts;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.SeriesLabels;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.HistogramSummaries;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;

/// Finds the newest sample of each selected series at each step.
///
/// Rows are looked up once for a group; for a series without gaps the rest is an array copy.
public final class InstantSelection implements PartitionedStream.Visitor {

    /// What is taken of the sample found.
    public enum Taken {
        VALUE,
        /// When it was sampled, in seconds.
        TIMESTAMP,
        /// When it was sampled, in milliseconds; histograms are refused.
        INFO_TIMESTAMP,
        /// When its counter was started, in seconds.
        START_TIMESTAMP
    }

    private static final int NONE = -1;

    private final Evaluation evaluation;
    private final TimeShift shift;
    private final Taken taken;
    private final SeriesSink sink;
    private final SampleColumn column = new SampleColumn();
    private final SeriesLabels labels = new SeriesLabels();
    private boolean isWithoutBuckets;

    /// The moment that each step looks at.
    private final long[] references;

    /// For each step the newest row of the group in hand, or none where it is too old.
    private final int[] rows;

    /// Whether each step has one.
    private boolean haveAllRows;

    public InstantSelection(Evaluation evaluation, TimeShift shift, Taken taken, SeriesSink sink) {
        this.evaluation = evaluation;
        this.shift = shift;
        this.taken = taken;
        this.sink = sink;
        this.references = references(evaluation, shift);
        this.rows = new int[references.length];
    }

    public static void select(Evaluation evaluation, VectorSelector selector, SeriesSink sink) {
        if (selector.extension() == VectorSelector.Extension.SMOOTHED) {
            new SmoothedSelection(evaluation, selector, sink).select();
        } else {
            select(evaluation, selector, Taken.VALUE, sink);
        }
    }

    public static void select(Evaluation evaluation, VectorSelector selector, Taken taken, SeriesSink sink) {
        boolean isWithoutBuckets = evaluation.context().query().withoutBuckets().contains(selector);
        Selections selections = evaluation.context().selections();
        Selections.Need need = selections.need(selector, 0, evaluation.startMillis(), evaluation.lastTime());
        // Of a smoothed selector the samples behind the moment are read too.
        boolean isLastEnough = !isWithoutBuckets
                && selector.extension() != VectorSelector.Extension.SMOOTHED
                && (evaluation.isOneStep() || selector.shift().hasAt());
        Folding folding =
                taken == Taken.VALUE && evaluation.isEven() ? folding(evaluation, selector.shift()) : Folding.NONE;
        Selections.Purpose purpose = new Selections.Purpose(isLastEnough, folding);
        PartitionedStream.run(
                evaluation,
                selections.sources(selector.matchers(), need, purpose),
                isLastEnough ? 1 : need.usualSamples(),
                sink,
                (own, into) -> {
                    InstantSelection selection = new InstantSelection(own, selector.shift(), taken, into);
                    selection.isWithoutBuckets = isWithoutBuckets;
                    return selection;
                });
    }

    @Override
    public void visit(SeriesGroup group) {
        int steps = evaluation.steps();
        int denseSeries = 0;
        findRows(group);
        labels.begin(group);
        for (int series = 0; series < group.seriesCount(); series++) {
            group.read(series, column);
            labels.moveTo(series);
            if (isWithoutBuckets) {
                long lookback = evaluation.context().options().lookbackMillis();
                HistogramSummaries.dropBuckets(column, group.timestamps(), references, lookback);
            }
            StepSeries result = sink.buffer(steps);
            boolean isDense = column.isDense() && taken == Taken.VALUE;
            denseSeries += isDense ? 1 : 0;
            boolean hasSamples = isDense ? fillDense(result) : fill(group.timestamps(), result);
            if (hasSamples) {
                sink.accept(result, labels, false);
            }
        }
        if (haveAllRows) {
            evaluation.counts().addToEach(denseSeries);
        } else if (denseSeries > 0) {
            evaluation.counts().addRows(rows, NONE, denseSeries);
        }
    }

    private static Folding folding(Evaluation evaluation, TimeShift shift) {
        return new Folding(
                Folding.Use.LAST,
                reference(evaluation, shift, 0),
                reference(evaluation, shift, evaluation.steps() - 1),
                evaluation.stepMillis(),
                evaluation.context().options().lookbackMillis(),
                Folding.AUTO);
    }

    private static long[] references(Evaluation evaluation, TimeShift shift) {
        if (shift.isNone()) {
            return evaluation.times();
        }
        long[] references = new long[evaluation.steps()];
        for (int step = 0; step < references.length; step++) {
            references[step] = reference(evaluation, shift, step);
        }
        return references;
    }

    /// The moment that a step looks at.
    private static long reference(Evaluation evaluation, TimeShift shift, int step) {
        return (shift.hasAt() ? shift.atMillis() : evaluation.time(step)) - shift.offsetMillis();
    }

    private void findRows(SeriesGroup group) {
        long[] timestamps = group.timestamps();
        int count = group.rowCount();
        long lookback = evaluation.context().options().lookbackMillis();
        int known = 0;
        int stride = 0;
        int found = 0;
        for (int step = 0; step < rows.length; step++) {
            long reference = references[step];
            int next = SortedTimes.countUpTo(reference, timestamps, count, known, stride);
            stride = next - known;
            known = next;
            int row = known - 1;
            boolean isFound = row >= 0 && timestamps[row] > reference - lookback;
            rows[step] = isFound ? row : NONE;
            found += isFound ? 1 : 0;
        }
        haveAllRows = found == rows.length;
    }

    private boolean fillDense(StepSeries result) {
        double[] values = column.values();
        double[] out = result.values();
        if (haveAllRows) {
            for (int step = 0; step < out.length; step++) {
                out[step] = values[rows[step]];
            }
            return true;
        }
        boolean hasSamples = false;
        for (int step = 0; step < out.length; step++) {
            int row = rows[step];
            if (row != NONE) {
                out[step] = values[row];
                hasSamples = true;
            }
        }
        return hasSamples;
    }

    private boolean fill(long[] timestamps, StepSeries result) {
        long lookback = evaluation.context().options().lookbackMillis();
        boolean hasSamples = false;
        int scanned = -1;
        int newest = NONE;
        for (int step = 0; step < evaluation.steps(); step++) {
            if (rows[step] == NONE) {
                continue;
            }
            for (; scanned < rows[step]; scanned++) {
                newest = column.isAbsent(scanned + 1) ? newest : scanned + 1;
            }
            if (newest != NONE && timestamps[newest] > references[step] - lookback && !isStale(newest)) {
                take(newest, timestamps[newest], result, step);
                hasSamples = true;
            }
        }
        return hasSamples;
    }

    private boolean isStale(int row) {
        NativeHistogram histogram = column.histogram(row);
        return histogram == null ? SampleValues.isStale(column.values()[row]) : histogram.isStale();
    }

    private void take(int row, long timestamp, StepSeries result, int step) {
        NativeHistogram histogram = column.histogram(row);
        evaluation.counts().add(step, taken == Taken.VALUE && histogram != null ? SampleCounts.weight(histogram) : 1);
        switch (taken) {
            case TIMESTAMP -> result.values()[step] = timestamp / 1000.0;
            case START_TIMESTAMP -> {
                long start = column.startTimestamp(row);
                result.values()[step] = start == MetricAppender.NO_START ? 0 : start / 1000.0;
            }
            case INFO_TIMESTAMP -> {
                if (histogram != null) {
                    throw new EvaluationException("this should be an info metric, with float samples: " + labels.get());
                }
                result.values()[step] = timestamp;
            }
            case VALUE -> {
                if (histogram == null) {
                    result.values()[step] = column.values()[row];
                } else {
                    result.setHistogram(step, histogram);
                }
            }
        }
    }
}
