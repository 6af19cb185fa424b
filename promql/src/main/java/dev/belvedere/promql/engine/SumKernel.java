package dev.belvedere.promql.engine;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.engine.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.syntax.PositionRange;

/// `sum_over_time` and `avg_over_time`.
final class SumKernel implements RangeKernel {

    private final Annotations annotations;
    private final PositionRange position;
    private final boolean isMean;

    SumKernel(Annotations annotations, PositionRange position, boolean isMean) {
        this.annotations = annotations;
        this.position = position;
        this.isMean = isMean;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        if (window.isMixed()) {
            annotations.mixedFloatsAndHistograms(window.metricName(), position);
            return NOTHING;
        }
        if (window.histogramCount() > 0) {
            return histograms(window);
        }
        return isMean ? mean(window) : sum(window);
    }

    private static double sum(RangeWindow window) {
        double[] values = window.values;
        double sum = 0;
        double compensation = 0;
        for (int row = window.from; row < window.to; row++) {
            double total = sum + values[row];
            compensation = CompensatedSum.compensationAfter(values[row], sum, compensation, total);
            sum = total;
        }
        return Double.isInfinite(sum) ? sum : sum + compensation;
    }

    /// The sum divided by the count; where the sum would overflow, the mean is carried on instead.
    private static double mean(RangeWindow window) {
        double[] values = window.values;
        double sum = values[window.from];
        double compensation = 0;
        for (int row = window.from + 1; row < window.to; row++) {
            double total = sum + values[row];
            if (Double.isInfinite(total)) {
                return incrementalMean(window, row, sum, compensation);
            }
            compensation = CompensatedSum.compensationAfter(values[row], sum, compensation, total);
            sum = total;
        }
        double count = window.floatCount();
        return sum / count + compensation / count;
    }

    private static double incrementalMean(RangeWindow window, int fromRow, double sum, double compensation) {
        double before = fromRow - window.from;
        CompensatedSum mean = new CompensatedSum();
        mean.resume(sum / before, compensation / before);
        for (int row = fromRow; row < window.to; row++) {
            double count = row - window.from + 1;
            mean.scale((count - 1) / count);
            mean.add(window.values[row] / count);
        }
        return mean.result();
    }

    private double histograms(RangeWindow window) {
        HistogramTotal total = new HistogramTotal(window.histograms[window.histogramFrom], isMean);
        boolean hasReset = false;
        boolean hasNoReset = false;
        boolean hasReconciled = false;
        for (int row = window.histogramFrom; row < window.histogramTo; row++) {
            NativeHistogram histogram = window.histograms[row];
            hasReset |= histogram.resetHint() == ResetHint.RESET;
            hasNoReset |= histogram.resetHint() == ResetHint.NOT_RESET;
            if (row > window.histogramFrom) {
                Reconciliation added = total.add(histogram);
                if (!added.isCompatible()) {
                    annotations.mixedExponentialAndCustomHistograms(window.metricName(), position);
                    return NOTHING;
                }
                hasReconciled |= added.hasReconciledBounds();
            }
        }
        if (hasReset && hasNoReset) {
            annotations.counterResetCollision(HistogramOperation.AGGREGATION, position);
        }
        if (hasReconciled) {
            annotations.mismatchedCustomBuckets(HistogramOperation.AGGREGATION, position);
        }
        window.result = total.result();
        return NOTHING;
    }
}
