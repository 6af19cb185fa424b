package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import java.util.Arrays;

/// Splits a column with gaps, stale markers or histograms into floats and histograms without any of
/// them. The buffers are used again for each series.
final class SparseColumns {

    private long[] times = new long[0];
    private double[] values = new double[0];
    private long[] starts = new long[0];
    private long[] histogramTimes = new long[0];
    private NativeHistogram[] histograms = new NativeHistogram[0];
    private long[] histogramStarts = new long[0];

    void fill(SampleColumn column, long[] timestamps, RangeWindow window, boolean needsStarts) {
        int rows = column.rowCount();
        if (values.length < rows) {
            times = new long[rows];
            values = new double[rows];
            starts = new long[rows];
        }
        int floats = 0;
        double[] source = column.values();
        for (int row = 0; row < rows; row++) {
            if (!SampleValues.isAbsent(source[row]) && !SampleValues.isStale(source[row])) {
                times[floats] = timestamps[row];
                values[floats] = source[row];
                starts[floats] = column.startTimestamp(row);
                floats++;
            }
        }
        window.times = times;
        window.values = values;
        window.rows = floats;
        window.isNonDecreasing = column.isDense() && column.isNonDecreasing();
        window.starts = needsStarts && column.hasStartTimestamps() ? starts : null;
        window.clearHistograms();
        if (column.hasHistograms()) {
            fillHistograms(column, timestamps, window, needsStarts);
        }
    }

    private void fillHistograms(SampleColumn column, long[] timestamps, RangeWindow window, boolean needsStarts) {
        int rows = column.rowCount();
        if (histograms.length < rows) {
            histogramTimes = new long[rows];
            histograms = new NativeHistogram[rows];
            histogramStarts = new long[rows];
        }
        int count = 0;
        for (int row = 0; row < rows; row++) {
            NativeHistogram histogram = column.histogram(row);
            if (histogram != null && !histogram.isStale()) {
                histogramTimes[count] = timestamps[row];
                histograms[count] = histogram;
                histogramStarts[count] = column.startTimestamp(row);
                count++;
            }
        }
        window.histogramTimes = histogramTimes;
        window.histograms = histograms;
        window.histogramRows = count;
        window.histogramStarts =
                needsStarts && column.hasStartTimestamps() ? Arrays.copyOf(histogramStarts, count) : null;
    }
}
