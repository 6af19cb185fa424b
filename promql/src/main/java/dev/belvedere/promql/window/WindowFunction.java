package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.histogram.CompensatedSum;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.PositionRange;

/// `rate`, `increase`, `delta`, `avg_over_time` and `count_over_time` of downsampled windows.
///
/// @param kernel what computes the function of samples
record WindowFunction(Annotations annotations, PositionRange position, Function function, RangeKernel kernel) {

    /// @param window whose float rows, start and end are set
    /// @param histogramFrom the first row of histograms
    /// @param histogramTo where they end
    double apply(DownsampledWindows rows, RangeWindow window, int histogramFrom, int histogramTo) {
        boolean hasFloats = window.to > window.from;
        boolean hasHistograms = histogramTo > histogramFrom;
        if (!hasFloats && !hasHistograms) {
            return RangeKernel.NOTHING;
        }
        if (function == Function.COUNT_OVER_TIME) {
            return rows.count(window.from, window.to) + rows.histogramCount(histogramFrom, histogramTo);
        }
        if (hasFloats && hasHistograms) {
            annotations.mixedFloatsAndHistograms(window.metricName(), position);
            return RangeKernel.NOTHING;
        }
        if (function == Function.AVG_OVER_TIME) {
            return hasFloats ? mean(rows, window) : meanHistogram(rows, window, histogramFrom, histogramTo);
        }
        return hasFloats ? ((RateKernel) kernel).floats(window, rows) : rate(rows, window, histogramFrom, histogramTo);
    }

    private static double mean(DownsampledWindows rows, RangeWindow window) {
        double count = rows.count(window.from, window.to);
        CompensatedSum sum = new CompensatedSum();
        for (int row = window.from; row < window.to; row++) {
            sum.add(rows.sums[row]);
        }
        double total = sum.result();
        if (!Double.isInfinite(total)) {
            return total / count;
        }
        // The sum overflows where the mean does not.
        CompensatedSum mean = new CompensatedSum();
        for (int row = window.from; row < window.to; row++) {
            mean.add(rows.sums[row] / count);
        }
        return mean.result();
    }

    private double meanHistogram(DownsampledWindows rows, RangeWindow window, int from, int to) {
        WorkingHistogram total = WorkingHistogram.of(rows.histogramSums[from]);
        for (int row = from + 1; row < to; row++) {
            if (!total.add(rows.histogramSums[row]).isCompatible()) {
                annotations.mixedExponentialAndCustomHistograms(window.metricName(), position);
                return RangeKernel.NOTHING;
            }
        }
        total.multiply(1 / rows.histogramCount(from, to));
        window.result = total.toNative();
        return RangeKernel.NOTHING;
    }

    /// Histograms are a sequence of samples to the kernel; only how many lie between them is told apart.
    private double rate(DownsampledWindows rows, RangeWindow window, int from, int to) {
        window.histogramTimes = rows.histogramTimes;
        window.histograms = rows.histograms;
        window.histogramFrom = rows.histogramStarts[from];
        window.histogramTo = rows.histogramStarts[to];
        window.histogramRows = rows.histogramStarts[rows.histogramRows];
        window.histogramIntervals = (int) rows.histogramCount(from, to) - 1;
        double value = kernel.apply(window, 0);
        window.histogramIntervals = 0;
        return value;
    }
}
