package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.storage.metrics.SampleColumn;

/// Takes the buckets from histograms of which only count and sum are asked for. What buckets tell of
/// counter resets is written down first, as Prometheus does: of a sample that is read after the one before it. Where a
/// step is longer than what each moment looks back at, samples between are passed over, and the first one behind
/// these says no more than it did.
public final class HistogramSummaries {

    private static final int[] NO_SPANS = {};
    private static final double[] NO_COUNTS = {};

    private HistogramSummaries() {}

    /// @param timestamps of the column's rows, ascending
    /// @param moments that are looked at, ascending
    /// @param reachMillis how far each moment looks back
    public static void dropBuckets(SampleColumn column, long[] timestamps, long[] moments, long reachMillis) {
        if (!column.hasHistograms()) {
            return;
        }
        NativeHistogram previous = null;
        int moment = 0;
        long passed = Long.MIN_VALUE;
        for (int row = 0; row < column.rowCount(); row++) {
            if (column.isAbsent(row)) {
                continue;
            }
            while (moment < moments.length && moments[moment] - reachMillis <= passed) {
                moment++;
            }
            // This moment is the first that does not reach the row before. If the one before it is not behind that row,
            // none reads both.
            boolean isReached = moment < moments.length && moments[moment] - reachMillis <= timestamps[row];
            if (isReached && (moment == 0 || moments[moment - 1] <= passed)) {
                previous = null;
            }
            passed = timestamps[row];
            NativeHistogram histogram = column.histogram(row);
            if (histogram == null || histogram.isStale()) {
                continue;
            }
            ResetHint hint = histogram.resetHint();
            if (hint == ResetHint.UNKNOWN && previous != null) {
                hint = CounterResets.isReset(histogram, previous) ? ResetHint.RESET : ResetHint.NOT_RESET;
            }
            column.setHistogram(row, summary(histogram, hint));
            previous = histogram;
        }
    }

    private static NativeHistogram summary(NativeHistogram histogram, ResetHint hint) {
        return new NativeHistogram(
                hint,
                histogram.schema(),
                0,
                0,
                histogram.count(),
                histogram.sum(),
                NO_SPANS,
                NO_COUNTS,
                NO_SPANS,
                NO_COUNTS,
                NO_COUNTS);
    }
}
