package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import org.jspecify.annotations.Nullable;

/// The samples of one window, folded one after the other. Reused for the next window.
final class WindowRow {

    double count;
    private double sum;
    private double compensation;
    double min;
    double max;
    double first;
    double last;
    double correction;
    long firstMillis;
    long lastMillis;
    boolean isEndedByStale;

    @Nullable
    NativeHistogram histogramSum;

    @Nullable
    NativeHistogram firstHistogram;

    @Nullable
    NativeHistogram lastHistogram;

    WindowRow() {
        clear();
    }

    void clear() {
        count = 0;
        sum = 0;
        compensation = 0;
        min = SampleValues.ABSENT;
        max = SampleValues.ABSENT;
        correction = 0;
        isEndedByStale = false;
        histogramSum = null;
        firstHistogram = null;
        lastHistogram = null;
    }

    boolean isEmpty() {
        return count == 0 && !isEndedByStale;
    }

    boolean hasHistograms() {
        return firstHistogram != null;
    }

    double sum() {
        return Double.isInfinite(sum) ? sum : sum + compensation;
    }

    /// A stale marker comes after what there is.
    void end(long millis) {
        if (count == 0) {
            lastMillis = millis;
        }
        isEndedByStale = true;
    }

    /// Folds floats that come after what there is.
    void add(Floats more) {
        if (count == 0) {
            min = more.min();
            max = more.max();
            first = more.first();
            firstMillis = more.firstMillis();
            sum = more.sum();
            correction = more.correction();
        } else {
            // A counter that falls from one part to the next was reset between them.
            correction += (more.first() < last ? last : 0) + more.correction();
            min = more.min() < min || Double.isNaN(min) ? more.min() : min;
            max = more.max() > max || Double.isNaN(max) ? more.max() : max;
            addCompensated(more.sum());
        }
        count += more.count();
        last = more.last();
        lastMillis = more.lastMillis();
        isEndedByStale = more.isEndedByStale();
    }

    private void addCompensated(double value) {
        double total = sum + value;
        if (Double.isInfinite(total)) {
            compensation = 0;
        } else {
            compensation += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        }
        sum = total;
    }

    /// Floats of a window or a part of one.
    record Floats(
            double count,
            double sum,
            double min,
            double max,
            double first,
            double last,
            double correction,
            long firstMillis,
            long lastMillis,
            boolean isEndedByStale) {}

    /// Histograms of a window or a part of one.
    record Histograms(
            double count,
            NativeHistogram sum,
            NativeHistogram first,
            NativeHistogram last,
            long firstMillis,
            long lastMillis,
            boolean isEndedByStale) {}

    /// Whether histograms can be folded into what there is: alike, and without a reset.
    boolean accepts(Histograms more) {
        NativeHistogram before = lastHistogram;
        NativeHistogram total = histogramSum;
        return count == 0
                || before != null
                        && total != null
                        && HistogramRuns.continues(before, more.first())
                        && HistogramRuns.isAlike(total, more.sum());
    }

    void add(Histograms more) {
        NativeHistogram total = histogramSum;
        if (count == 0 || total == null) {
            histogramSum = more.sum();
            firstHistogram = more.first();
            firstMillis = more.firstMillis();
        } else {
            histogramSum = HistogramRuns.add(total, more.sum());
        }
        count += more.count();
        lastHistogram = more.last();
        lastMillis = more.lastMillis();
        isEndedByStale = more.isEndedByStale();
    }
}
