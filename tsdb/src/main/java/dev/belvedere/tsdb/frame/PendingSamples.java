package dev.belvedere.tsdb.frame;

import dev.belvedere.model.metrics.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Samples on their way, in arrays that are filled again and again. Used by one thread.
public final class PendingSamples {

    private static final int INITIAL = 256;

    /// Room for more than this is given back after each commit.
    private static final int KEPT = 16_384;

    private long[] refs = new long[INITIAL];
    private long[] times = new long[INITIAL];
    private double[] values = new double[INITIAL];
    private @Nullable NativeHistogram @Nullable [] histograms;
    private long @Nullable [] starts;
    private int count;

    public void add(long ref, long timestampMillis, long startMillis, double value) {
        if (count == refs.length) {
            grow();
        }
        refs[count] = ref;
        times[count] = timestampMillis;
        values[count] = value;
        if (startMillis != 0) {
            setStart(count, startMillis);
        }
        count++;
    }

    public void add(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
        add(ref, timestampMillis, startMillis, 0.0);
        @Nullable NativeHistogram[] all = histograms;
        if (all == null) {
            all = new NativeHistogram[refs.length];
            histograms = all;
        }
        all[count - 1] = histogram;
    }

    private void grow() {
        int larger = count * 2;
        refs = Arrays.copyOf(refs, larger);
        times = Arrays.copyOf(times, larger);
        values = Arrays.copyOf(values, larger);
        if (histograms != null) {
            histograms = Arrays.copyOf(histograms, larger);
        }
        if (starts != null) {
            starts = Arrays.copyOf(starts, larger);
        }
    }

    private void setStart(int at, long startMillis) {
        long[] all = starts;
        if (all == null) {
            all = new long[refs.length];
            starts = all;
        }
        all[at] = startMillis;
    }

    public int count() {
        return count;
    }

    public long ref(int at) {
        return refs[at];
    }

    public int series(int at) {
        return (int) refs[at];
    }

    public long time(int at) {
        return times[at];
    }

    public double value(int at) {
        return values[at];
    }

    public boolean isHistogram(int at) {
        return histogram(at) != null;
    }

    public @Nullable NativeHistogram histogram(int at) {
        return histograms == null ? null : histograms[at];
    }

    public long start(int at) {
        return starts == null ? 0 : starts[at];
    }

    public void clear() {
        count = 0;
        if (refs.length > KEPT) {
            refs = new long[INITIAL];
            times = new long[INITIAL];
            values = new double[INITIAL];
        }
        histograms = null;
        starts = null;
    }
}
