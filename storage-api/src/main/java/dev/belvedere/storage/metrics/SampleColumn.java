package dev.belvedere.storage.metrics;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The samples of one series, row by row. A buffer that is filled again for each series; arrays are longer than
/// needed.
///
/// In row `i` the series has a float sample (`values()[i]`), a histogram (`values()[i]` is absent, `histogram(i)`
/// is not null) or nothing (`values()[i]` is absent and `histogram(i)` is null). The flags let kernels take a fast
/// path; a store MAY leave them false.
public final class SampleColumn {

    private int rowCount;
    private double[] values = new double[0];
    private boolean isDense;
    private boolean isNonDecreasing;
    private boolean hasHistograms;
    private @Nullable NativeHistogram[] histograms = new NativeHistogram[0];
    private boolean hasStartTimestamps;
    private long[] startTimestamps = new long[0];

    /// Makes room for `rows` rows and clears flags, histograms and start timestamps. Values are left as they are:
    /// the store writes every row.
    public void reset(int rows) {
        if (hasHistograms) {
            Arrays.fill(histograms, 0, Math.min(rowCount, histograms.length), null);
        }
        rowCount = rows;
        if (values.length < rows) {
            values = new double[Math.max(rows, 2 * values.length)];
        }
        isDense = false;
        isNonDecreasing = false;
        hasHistograms = false;
        hasStartTimestamps = false;
    }

    public int rowCount() {
        return rowCount;
    }

    /// Float samples; [SampleValues#ABSENT] where a row has none. Writable for the store that fills the column.
    public double[] values() {
        return values;
    }

    public boolean isAbsent(int row) {
        return SampleValues.isAbsent(values[row]) && histogram(row) == null;
    }

    /// Whether every row holds a float sample that is not a stale marker.
    public boolean isDense() {
        return isDense;
    }

    /// Whether no value is below the one before and none is NaN: a counter without reset. Only told of dense
    /// columns.
    public boolean isNonDecreasing() {
        return isNonDecreasing;
    }

    public void markDense(boolean nonDecreasing) {
        isDense = true;
        isNonDecreasing = nonDecreasing;
    }

    public boolean hasHistograms() {
        return hasHistograms;
    }

    public @Nullable NativeHistogram histogram(int row) {
        return hasHistograms ? histograms[row] : null;
    }

    /// Puts a histogram into a row and makes its value absent.
    public void setHistogram(int row, NativeHistogram histogram) {
        if (histograms.length < rowCount) {
            histograms = Arrays.copyOf(histograms, Math.max(rowCount, 2 * histograms.length));
        }
        hasHistograms = true;
        histograms[row] = histogram;
        values[row] = SampleValues.ABSENT;
    }

    public boolean hasStartTimestamps() {
        return hasStartTimestamps;
    }

    /// When the cumulative sample of a row was started; [MetricAppender#NO_START] where nobody said.
    public long startTimestamp(int row) {
        return hasStartTimestamps ? startTimestamps[row] : MetricAppender.NO_START;
    }

    public void setStartTimestamp(int row, long startMillis) {
        if (!hasStartTimestamps) {
            if (startTimestamps.length < rowCount) {
                startTimestamps = new long[Math.max(rowCount, 2 * startTimestamps.length)];
            }
            Arrays.fill(startTimestamps, 0, rowCount, MetricAppender.NO_START);
            hasStartTimestamps = true;
        }
        startTimestamps[row] = startMillis;
    }
}
