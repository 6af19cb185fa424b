package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// The sum or the mean of histograms that are added one after the other. Where the sum would overflow,
/// the mean is carried on instead.
public final class HistogramTotal {

    private final boolean isMean;
    private WorkingHistogram total;
    private double count = 1;
    private boolean isIncremental;

    public HistogramTotal(NativeHistogram first, boolean isMean) {
        this.isMean = isMean;
        this.total = WorkingHistogram.of(first);
    }

    public Reconciliation add(NativeHistogram histogram) {
        if (!isMean) {
            return total.addCompensated(histogram);
        }
        count++;
        if (!isIncremental) {
            WorkingHistogram sum = total.copy();
            Reconciliation added = sum.addCompensated(histogram);
            if (!added.isCompatible() || !sum.hasOverflow()) {
                total = added.isCompatible() ? sum : total;
                return added;
            }
            isIncremental = true;
            total.divide(count - 1);
        }
        total.multiply((count - 1) / count);
        return total.addCompensated(histogram, count);
    }

    public NativeHistogram result() {
        return settled().toNative();
    }

    /// As [#result], without empty buckets.
    public NativeHistogram compactedResult() {
        return settled().compacted().toNative();
    }

    private WorkingHistogram settled() {
        if (isMean && !isIncremental) {
            total.divide(count);
        }
        total.settleCompensation();
        return total;
    }
}
