package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.histogram.HistogramTotal;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.syntax.PositionRange;

/// `sum_over_time` and `avg_over_time`.
final class SumKernel implements RangeKernel {

    private final Annotations annotations;
    private final PositionRange position;
    private final boolean isMean;
    private final SlidingSums sliding = new SlidingSums();
    private int[] from = {};
    private int[] to = {};
    private boolean isSliding;

    SumKernel(Annotations annotations, PositionRange position, boolean isMean) {
        this.annotations = annotations;
        this.position = position;
        this.isMean = isMean;
    }

    @Override
    public void beginGroup(GroupWindows windows) {
        from = windows.from();
        to = windows.to();
        isSliding = windows.areOverlapping();
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        double[] values = window.values;
        if (isSliding && SlidingSums.isSafe(values, window.rows)) {
            sliding.apply(values, from, to, into);
            for (int step = 0; isMean && step < into.length; step++) {
                if (to[step] > from[step]) {
                    into[step] /= to[step] - from[step];
                }
            }
            return true;
        }
        for (int step = 0; step < into.length; step++) {
            if (to[step] > from[step]) {
                into[step] = floats(values, from[step], to[step]);
            }
        }
        return true;
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
        return floats(window.values, window.from, window.to);
    }

    /// The compensated sum, or the sum divided by the count; where that sum would overflow, the mean is carried on
    /// instead.
    private double floats(double[] values, int first, int end) {
        double sum = isMean ? values[first] : 0 + values[first];
        double error = 0;
        for (int row = first + 1; row < end; row++) {
            double value = values[row];
            double total = sum + value;
            if (Double.isInfinite(total)) {
                return isMean ? incrementalMean(values, first, end, row, sum, error) : overflown(values, row, end, sum);
            }
            // Neumaier's form of the error: which of the two is larger is mostly the same from the second row on.
            error += Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
            sum = total;
        }
        double count = end - first;
        return isMean ? sum / count + error / count : Double.isInfinite(sum) ? sum : sum + error;
    }

    /// Infinity has no error.
    private static double overflown(double[] values, int fromRow, int end, double sum) {
        double total = sum;
        for (int row = fromRow; row < end; row++) {
            total += values[row];
        }
        return total;
    }

    private static double incrementalMean(double[] values, int first, int end, int fromRow, double sum, double error) {
        double before = fromRow - first;
        CompensatedSum mean = new CompensatedSum();
        mean.resume(sum / before, error / before);
        for (int row = fromRow; row < end; row++) {
            double count = row - first + 1;
            mean.scale((count - 1) / count);
            mean.add(values[row] / count);
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
