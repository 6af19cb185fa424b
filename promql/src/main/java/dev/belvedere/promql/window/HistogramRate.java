package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.PositionRange;
import org.jspecify.annotations.Nullable;

/// The difference of the first and the last histogram of a window, with what the resets between them
/// took away.
final class HistogramRate {

    private final Annotations annotations;
    private final PositionRange position;
    private final boolean isCounter;

    HistogramRate(Annotations annotations, PositionRange position, boolean isCounter) {
        this.annotations = annotations;
        this.position = position;
        this.isCounter = isCounter;
    }

    /// Remarks on a combination; false if it was impossible.
    boolean note(Reconciliation reconciliation, HistogramOperation operation, String metricName) {
        if (!reconciliation.isCompatible()) {
            annotations.mixedExponentialAndCustomHistograms(metricName, position);
            return false;
        }
        if (reconciliation.hasReconciledBounds()) {
            annotations.mismatchedCustomBuckets(operation, position);
        }
        return true;
    }

    @Nullable
    WorkingHistogram difference(RangeWindow window) {
        NativeHistogram[] histograms = window.histograms;
        int first = window.histogramFrom;
        int last = window.histogramTo - 1;
        String name = window.metricName();
        boolean isFirstReset = isCounter && isReset(window, first + 1);
        NativeHistogram base = isFirstReset ? histograms[first + 1] : histograms[first];
        int minSchema = Math.min(histograms[last].schema(), base.schema());
        for (int row = first; row <= last; row++) {
            NativeHistogram histogram = histograms[row];
            if (isCounter && histogram.resetHint() == ResetHint.GAUGE) {
                annotations.histogramIsNoCounter(name, position);
            }
            boolean isLookedAt = row == last || isCounter && row > first;
            if (isLookedAt && histogram.hasCustomBounds() != base.hasCustomBounds()) {
                annotations.mixedExponentialAndCustomHistograms(name, position);
                return null;
            }
            if (isCounter && row > first) {
                minSchema = Math.min(minSchema, histogram.schema());
            }
        }
        WorkingHistogram difference = WorkingHistogram.of(histograms[last]);
        difference.reduceResolution(minSchema);
        Reconciliation subtracted =
                isFirstReset ? difference.subtract(WorkingHistogram.emptyLike(base)) : difference.subtract(base);
        if (!note(subtracted, HistogramOperation.SUBTRACTION, name)) {
            return null;
        }
        if (isCounter) {
            if (!addResets(window, difference, isFirstReset)) {
                return null;
            }
        } else if (!isGauge(histograms[first]) || !isGauge(histograms[last])) {
            annotations.histogramIsNoGauge(name, position);
        }
        difference.setResetHint(ResetHint.GAUGE);
        return difference.compacted();
    }

    private static boolean isGauge(NativeHistogram histogram) {
        return histogram.resetHint() == ResetHint.GAUGE;
    }

    private static boolean isReset(RangeWindow window, int row) {
        return isStartReset(window, row) || CounterResets.isReset(window.histograms[row], window.histograms[row - 1]);
    }

    private static boolean isStartReset(RangeWindow window, int row) {
        return window.histogramStarts != null
                && StartTimes.isReset(
                        window.histogramStart(row - 1),
                        window.histogramTimes[row - 1],
                        window.histogramStart(row),
                        window.histogramTimes[row]);
    }

    private boolean addResets(RangeWindow window, WorkingHistogram difference, boolean isFirstReset) {
        boolean hasOverlap = false;
        // If the second histogram follows a reset, the first was left out and adds nothing.
        for (int row = window.histogramFrom + 1; row < window.histogramTo; row++) {
            if (!hasOverlap && window.histogramStarts != null) {
                hasOverlap = StartTimes.isOverlap(
                        window.histogramStart(row - 1), window.histogramTimes[row - 1], window.histogramStart(row));
                if (hasOverlap) {
                    annotations.startTimeOverlap(window.metricName(), position);
                }
            }
            boolean isSkipped = isFirstReset && row == window.histogramFrom + 1;
            if (!isSkipped
                    && isReset(window, row)
                    && !note(
                            difference.add(window.histograms[row - 1]),
                            HistogramOperation.ADDITION,
                            window.metricName())) {
                return false;
            }
        }
        return true;
    }
}
