package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.SeriesLabels;
import org.jspecify.annotations.Nullable;

/// The samples of one series that a range function sees at one step: floats in rows `from` to `to`
/// (exclusive) of one pair of arrays, histograms likewise of another. Refilled for each series and moved
/// on for each step.
final class RangeWindow {

    private static final NativeHistogram[] NO_HISTOGRAMS = {};
    private static final long[] NO_TIMES = {};

    final SeriesLabels labels = new SeriesLabels();

    long[] times = NO_TIMES;
    double[] values = new double[0];
    int rows;
    int from;
    int to;

    /// Whether no float is below the one before it.
    boolean isNonDecreasing;

    long[] histogramTimes = NO_TIMES;
    NativeHistogram[] histograms = NO_HISTOGRAMS;
    int histogramRows;
    int histogramFrom;
    int histogramTo;

    /// How many intervals lie between the first and the last histogram where not all between are here; 0 where they
    /// are.
    int histogramIntervals;

    /// When the counter of each float was started; null where nobody asks.
    long @Nullable [] starts;

    long @Nullable [] histogramStarts;

    /// The evaluation time, and the range that ends at it after offset and `@`; the start is exclusive.
    long evaluationMillis;

    long startMillis;
    long endMillis;

    /// Where a kernel puts a result that is a histogram.
    @Nullable
    NativeHistogram result;

    int floatCount() {
        return to - from;
    }

    int histogramCount() {
        return histogramTo - histogramFrom;
    }

    boolean isMixed() {
        return to > from && histogramTo > histogramFrom;
    }

    String metricName() {
        return labels.get().metricName();
    }

    /// The start of the counter of a float, 0 if unknown.
    long start(int row) {
        return starts == null ? 0 : starts[row];
    }

    long histogramStart(int row) {
        return histogramStarts == null ? 0 : histogramStarts[row];
    }

    void clearHistograms() {
        histogramRows = 0;
        histogramFrom = 0;
        histogramTo = 0;
        histograms = NO_HISTOGRAMS;
        histogramTimes = NO_TIMES;
        histogramStarts = null;
    }
}
