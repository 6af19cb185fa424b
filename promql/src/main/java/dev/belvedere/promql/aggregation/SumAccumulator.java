package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.histogram.HistogramTotal;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.syntax.AggregateExpr;
import org.jspecify.annotations.Nullable;

/// `sum` and `avg`: compensated sums in one array per group; histograms beside them where there are any.
final class SumAccumulator implements Aggregation.Accumulator {

    private static final double[] NONE = {};

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final boolean isMean;

    /// Absent where nothing was added yet; empty until the first series comes.
    private double[] sums = NONE;

    /// What additions left over, and how many terms there were; made when a second series comes.
    private double[] compensations = NONE;

    private double[] counts = NONE;

    private boolean isFirst = true;

    /// From where on the mean is carried instead of the sum, because the sum would overflow.
    private boolean @Nullable [] isIncremental;

    private @Nullable HistogramStep @Nullable [] histograms;

    /// The histograms of one step.
    private static final class HistogramStep {
        @Nullable
        HistogramTotal total;

        boolean isIncompatible;
        boolean hasReset;
        boolean hasNoReset;
    }

    SumAccumulator(Evaluation evaluation, AggregateExpr expr, boolean isMean) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.isMean = isMean;
    }

    @Override
    public void add(StepSeries series) {
        addFloats(series.values());
        if (series.hasHistograms()) {
            for (int step = 0; step < sums.length; step++) {
                NativeHistogram histogram = series.histogram(step);
                if (histogram != null) {
                    addHistogram(step, histogram, series.labels());
                }
            }
        }
    }

    private void addFloats(double[] values) {
        if (isFirst) {
            isFirst = false;
            sums = values.clone();
            return;
        }
        if (compensations.length == 0) {
            beginToAdd();
        }
        if (isMean) {
            addToMeans(values);
        } else {
            addToSums(values, sums, compensations);
        }
    }

    /// All that a sum of many series takes, most of the time; so it leaves no field to be read for each step.
    private static void addToSums(double[] values, double[] sums, double[] compensations) {
        for (int step = 0; step < sums.length; step++) {
            double value = values[step];
            double sum = sums[step];
            if (SampleValues.isAbsent(value)) {
                continue;
            }
            if (SampleValues.isAbsent(sum)) {
                sums[step] = value;
                continue;
            }
            double total = sum + value;
            compensations[step] = CompensatedSum.compensationAfter(value, sum, compensations[step], total);
            sums[step] = total;
        }
    }

    private void addToMeans(double[] values) {
        for (int step = 0; step < sums.length; step++) {
            double value = values[step];
            if (SampleValues.isAbsent(value)) {
                continue;
            }
            counts[step]++;
            double sum = sums[step];
            if (SampleValues.isAbsent(sum)) {
                sums[step] = value;
                continue;
            }
            double total = sum + value;
            if (Double.isInfinite(total) || isIncremental(step)) {
                addToMean(step, value);
                continue;
            }
            compensations[step] = CompensatedSum.compensationAfter(value, sum, compensations[step], total);
            sums[step] = total;
        }
    }

    private void beginToAdd() {
        compensations = new double[sums.length];
        if (isMean) {
            counts = new double[sums.length];
            for (int step = 0; step < sums.length; step++) {
                counts[step] = SampleValues.isAbsent(sums[step]) ? 0 : 1;
            }
        }
    }

    /// Adds the sums and then what their additions left over. Only of floats.
    @Override
    public void join(Aggregation.Accumulator later) {
        SumAccumulator others = (SumAccumulator) later;
        if (others.histograms != null) {
            throw new IllegalStateException("histograms are added in order only");
        }
        if (isFirst) {
            takeOver(others);
            return;
        }
        if (compensations.length == 0) {
            beginToAdd();
        }
        if (others.compensations.length == 0) {
            others.beginToAdd();
        }
        for (int step = 0; step < sums.length; step++) {
            if (!SampleValues.isAbsent(others.sums[step])) {
                join(others, step);
            }
        }
    }

    /// Of one that is not used any more.
    private void takeOver(SumAccumulator others) {
        isFirst = others.isFirst;
        sums = others.sums;
        compensations = others.compensations;
        counts = others.counts;
        isIncremental = others.isIncremental;
    }

    private void join(SumAccumulator others, int step) {
        double sum = others.sums[step];
        if (SampleValues.isAbsent(sums[step])) {
            sums[step] = sum;
            compensations[step] = others.compensations[step];
            if (isMean) {
                counts[step] = others.counts[step];
            }
            if (others.isIncremental(step)) {
                markIncremental(step);
            }
            return;
        }
        double total = sums[step] + sum;
        boolean isAnyIncremental = isIncremental(step) || others.isIncremental(step);
        if (isMean && (Double.isInfinite(total) || isAnyIncremental)) {
            joinMeans(others, step);
            return;
        }
        double leftOver = CompensatedSum.compensationAfter(sum, sums[step], compensations[step], total);
        sums[step] = total;
        compensations[step] = Double.isInfinite(total) ? 0 : leftOver + others.compensations[step];
        if (isMean) {
            counts[step] += others.counts[step];
        }
    }

    /// The mean of both, each weighed by what it is the mean of.
    private void joinMeans(SumAccumulator others, int step) {
        double count = counts[step] + others.counts[step];
        double own = isIncremental(step) ? 1 : counts[step];
        CompensatedSum mean = new CompensatedSum();
        mean.resume(sums[step] / own, compensations[step] / own);
        mean.scale(counts[step] / count);
        double theirs = others.isIncremental(step) ? 1 : others.counts[step];
        double share = others.counts[step] / count;
        mean.add(others.sums[step] / theirs * share);
        mean.add(others.compensations[step] / theirs * share);
        markIncremental(step);
        counts[step] = count;
        sums[step] = mean.sum();
        compensations[step] = mean.compensation();
    }

    private boolean isIncremental(int step) {
        return isIncremental != null && isIncremental[step];
    }

    private void markIncremental(int step) {
        if (isIncremental == null) {
            isIncremental = new boolean[sums.length];
        }
        isIncremental[step] = true;
    }

    private void addToMean(int step, double value) {
        double count = counts[step];
        CompensatedSum mean = new CompensatedSum();
        if (isIncremental(step)) {
            mean.resume(sums[step], compensations[step]);
        } else {
            mean.resume(sums[step] / (count - 1), compensations[step] / (count - 1));
            markIncremental(step);
        }
        mean.scale((count - 1) / count);
        mean.add(value / count);
        sums[step] = mean.sum();
        compensations[step] = mean.compensation();
    }

    private void addHistogram(int step, NativeHistogram histogram, Labels labels) {
        if (histograms == null) {
            histograms = new HistogramStep[sums.length];
        }
        HistogramStep at = histograms[step];
        if (at == null) {
            at = new HistogramStep();
            histograms[step] = at;
        }
        boolean isFirstAfterFloats = at.total == null && !SampleValues.isAbsent(sums[step]);
        if (at.isIncompatible || isFirstAfterFloats) {
            return;
        }
        at.hasReset |= histogram.resetHint() == ResetHint.RESET;
        at.hasNoReset |= histogram.resetHint() == ResetHint.NOT_RESET;
        HistogramTotal total = at.total;
        if (total == null) {
            at.total = new HistogramTotal(histogram, isMean);
            return;
        }
        Reconciliation added = total.add(histogram);
        if (!added.isCompatible()) {
            evaluation
                    .annotations()
                    .mixedExponentialAndCustomHistograms(
                            labels.metricName(), expr.expr().position());
            at.isIncompatible = true;
        }
        if (added.hasReconciledBounds()) {
            evaluation
                    .annotations()
                    .mismatchedCustomBuckets(
                            HistogramOperation.AGGREGATION, expr.expr().position());
        }
    }

    /// Results of floats take the places of their sums.
    @Override
    public double[] room(int steps) {
        return histograms == null ? sums : StepSeries.noFloats(steps);
    }

    @Override
    public void finish(StepSeries result) {
        if (histograms == null && compensations.length == 0) {
            finishAlone(sums, result.values());
            return;
        }
        if (histograms == null && !isMean) {
            finishSums(sums, compensations, result.values());
            return;
        }
        for (int step = 0; step < sums.length; step++) {
            HistogramStep at = histograms == null ? null : histograms[step];
            boolean hasFloat = !SampleValues.isAbsent(sums[step]);
            if (at != null) {
                finishHistogram(at, step, hasFloat, result);
            } else if (hasFloat) {
                result.values()[step] = floatResult(step);
            }
        }
    }

    /// What most sums take; so it leaves no field to be read for each step.
    ///
    /// @param into may be the sums themselves
    private static void finishSums(double[] sums, double[] compensations, double[] into) {
        for (int step = 0; step < sums.length; step++) {
            double sum = sums[step];
            if (!SampleValues.isAbsent(sum)) {
                into[step] = sum + compensations[step];
            }
        }
    }

    /// Of a series that is alone in its group: as with a compensation of nothing, the zero that lies below zero becomes
    /// the other one.
    ///
    /// @param into may be the sums themselves
    private static void finishAlone(double[] sums, double[] into) {
        for (int step = 0; step < sums.length; step++) {
            double sum = sums[step];
            into[step] = sum == 0 ? 0 : sum;
        }
    }

    private double floatResult(int step) {
        if (compensations.length == 0) {
            // As with a compensation of nothing: the zero that lies below zero becomes the other one.
            return sums[step] + 0.0;
        }
        if (!isMean || isIncremental(step)) {
            return sums[step] + compensations[step];
        }
        return sums[step] / counts[step] + compensations[step] / counts[step];
    }

    private void finishHistogram(HistogramStep at, int step, boolean hasFloat, StepSeries result) {
        if (hasFloat) {
            evaluation
                    .annotations()
                    .mixedFloatsAndHistogramsInAggregation(expr.expr().position());
            return;
        }
        if (at.isIncompatible || at.total == null) {
            return;
        }
        if (at.hasReset && at.hasNoReset) {
            evaluation
                    .annotations()
                    .counterResetCollision(
                            HistogramOperation.AGGREGATION, expr.expr().position());
        }
        result.setHistogram(step, at.total.compactedResult());
    }
}
