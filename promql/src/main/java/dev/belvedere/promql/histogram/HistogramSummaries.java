package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.storage.metrics.SampleColumn;

/// Takes the buckets from histograms of which only count and sum are asked for. What buckets tell of
/// counter resets is written down first.
public final class HistogramSummaries {

    private static final int[] NO_SPANS = {};
    private static final double[] NO_COUNTS = {};

    private HistogramSummaries() {}

    public static void dropBuckets(SampleColumn column) {
        if (!column.hasHistograms()) {
            return;
        }
        NativeHistogram previous = null;
        for (int row = 0; row < column.rowCount(); row++) {
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
