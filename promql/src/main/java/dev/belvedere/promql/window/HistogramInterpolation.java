package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.PositionRange;
import org.jspecify.annotations.Nullable;

/// Interpolates linearly between two histograms of a series.
final class HistogramInterpolation {

    private final Annotations annotations;
    private final PositionRange position;

    HistogramInterpolation(Annotations annotations, PositionRange position) {
        this.annotations = annotations;
        this.position = position;
    }

    /// @param fraction how far from the first to the second, between 0 and 1
    /// @return null if their buckets do not go together, which was remarked on
    @Nullable
    NativeHistogram between(
            NativeHistogram first, NativeHistogram second, double fraction, boolean isCounter, String metricName) {
        WorkingHistogram result = WorkingHistogram.of(second);
        if (isCounter && CounterResets.isReset(second, first)) {
            // After a reset the counter is taken to have begun at zero when the first was sampled.
            result.multiply(fraction);
            return result.toNative();
        }
        if (!note(result.subtract(first), HistogramOperation.SUBTRACTION, metricName)) {
            return null;
        }
        result.multiply(fraction);
        return note(result.add(first), HistogramOperation.ADDITION, metricName) ? result.toNative() : null;
    }

    private boolean note(Reconciliation reconciliation, HistogramOperation operation, String metricName) {
        if (!reconciliation.isCompatible()) {
            annotations.mixedExponentialAndCustomHistograms(metricName, position);
            return false;
        }
        if (reconciliation.hasReconciledBounds()) {
            annotations.mismatchedCustomBuckets(operation, position);
        }
        return true;
    }
}
