package dev.belvedere.storage.memory;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The samples of one series in time order. Guarded by the store; a view may be read without.
///
/// Rows that a view can see are never written again: a sample at the end goes behind them, and one in
/// the middle into new arrays.
final class MemorySeries {

    private final Labels labels;
    private long[] times = new long[8];
    private long[] starts = new long[8];
    private double[] values = new double[8];
    private @Nullable NativeHistogram[] histograms = new NativeHistogram[8];
    private int size;
    private final List<Exemplar> exemplars = new ArrayList<>();

    MemorySeries(Labels labels) {
        this.labels = labels;
    }

    /// What a series held at one moment; the first `size` rows are valid.
    record View(
            Labels labels,
            long[] times,
            long[] starts,
            double[] values,
            @Nullable NativeHistogram[] histograms,
            int size,
            List<Exemplar> exemplars) {

        /// The first row at or after a time.
        int rowFrom(long millis) {
            int found = Arrays.binarySearch(times, 0, size, millis);
            return found >= 0 ? found : -found - 1;
        }

        boolean hasSamplesIn(TimeRange range) {
            int row = rowFrom(range.startMillis());
            return row < size && times[row] <= range.endMillis();
        }
    }

    View view() {
        return new View(labels, times, starts, values, histograms, size, List.copyOf(exemplars));
    }

    Labels labels() {
        return labels;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long newestMillis() {
        return times[size - 1];
    }

    boolean hasSampleAt(long millis) {
        return Arrays.binarySearch(times, 0, size, millis) >= 0;
    }

    /// Whether the sample at a time, which there is, is this one.
    boolean hasSame(long millis, double value, @Nullable NativeHistogram histogram) {
        int row = Arrays.binarySearch(times, 0, size, millis);
        NativeHistogram present = histograms[row];
        return histogram == null
                ? present == null && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(values[row])
                : histogram.equals(present);
    }

    void addExemplar(Exemplar exemplar) {
        exemplars.add(exemplar);
    }

    /// Puts in a sample at a time that has none.
    void insert(long millis, long startMillis, double value, @Nullable NativeHistogram histogram) {
        int row = size == 0 || millis > times[size - 1] ? size : -Arrays.binarySearch(times, 0, size, millis) - 1;
        if (row < size || size == times.length) {
            int capacity = size < times.length ? times.length : 2 * size;
            times = Arrays.copyOf(times, capacity);
            starts = Arrays.copyOf(starts, capacity);
            values = Arrays.copyOf(values, capacity);
            histograms = Arrays.copyOf(histograms, capacity);
            System.arraycopy(times, row, times, row + 1, size - row);
            System.arraycopy(starts, row, starts, row + 1, size - row);
            System.arraycopy(values, row, values, row + 1, size - row);
            System.arraycopy(histograms, row, histograms, row + 1, size - row);
        }
        times[row] = millis;
        starts[row] = startMillis;
        values[row] = value;
        histograms[row] = histogram;
        size++;
    }

    /// Removes the samples of a time range; views keep theirs.
    boolean delete(TimeRange range) {
        int kept = 0;
        long[] keptTimes = new long[times.length];
        long[] keptStarts = new long[times.length];
        double[] keptValues = new double[times.length];
        @Nullable NativeHistogram[] keptHistograms = new NativeHistogram[times.length];
        for (int row = 0; row < size; row++) {
            if (!range.contains(times[row])) {
                keptTimes[kept] = times[row];
                keptStarts[kept] = starts[row];
                keptValues[kept] = values[row];
                keptHistograms[kept++] = histograms[row];
            }
        }
        boolean isChanged = kept < size;
        times = keptTimes;
        starts = keptStarts;
        values = keptValues;
        histograms = keptHistograms;
        size = kept;
        return isChanged;
    }
}
