package dev.belvedere.tsdb.frame;

import dev.belvedere.model.metrics.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Samples on their way, in arrays that are filled again and again. Used by one thread.
///
/// What was added one after the other, of series with consecutive numbers at one moment, is a run: mostly what one
/// scrape of one target brought. All of a run are floats or all are histograms, all have start timestamps or none.
public final class PendingSamples {

    private static final int WITH_START = 1;
    private static final int HISTOGRAM = 2;

    /// No run reaches over a multiple of this many samples, so that those who cut between runs can cut somewhere.
    private static final int RUN_FLOATS = 1024;

    private static final int RUN_HISTOGRAMS = 16;

    private static final long NO_REF = Long.MIN_VALUE;

    private static final int INITIAL = 256;

    /// Room for more than this is given back after each commit.
    private static final int KEPT = 16_384;

    private long[] refs = new long[INITIAL];
    private long[] times = new long[INITIAL];
    private double[] values = new double[INITIAL];
    private @Nullable NativeHistogram @Nullable [] histograms;
    private long @Nullable [] starts;
    private int count;

    private int[] runStarts = new int[INITIAL];
    private int runs;

    /// What the next sample has to be of to continue the last run.
    private long runRef = NO_REF;

    private long runMillis;
    private int runKind;

    public void add(long ref, long timestampMillis, long startMillis, double value) {
        add(ref, timestampMillis, startMillis, value, startMillis == 0 ? 0 : WITH_START);
    }

    private void add(long ref, long timestampMillis, long startMillis, double value, int kind) {
        if (count == refs.length) {
            grow();
        }
        if (ref != runRef || timestampMillis != runMillis || kind != runKind || count % RUN_FLOATS == 0) {
            beginRun(timestampMillis, kind);
        }
        // The number behind the last is none, and would be read as one of the next partition.
        runRef = (int) ref < 0 ? NO_REF : ref + 1;
        refs[count] = ref;
        times[count] = timestampMillis;
        values[count] = value;
        if (startMillis != 0) {
            setStart(count, startMillis);
        }
        count++;
    }

    public void add(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
        if (count % RUN_HISTOGRAMS == 0) {
            runRef = NO_REF;
        }
        add(ref, timestampMillis, startMillis, 0.0, HISTOGRAM | (startMillis == 0 ? 0 : WITH_START));
        @Nullable NativeHistogram[] all = histograms;
        if (all == null) {
            all = new NativeHistogram[refs.length];
            histograms = all;
        }
        all[count - 1] = histogram;
    }

    private void beginRun(long timestampMillis, int kind) {
        if (runs == runStarts.length) {
            runStarts = Arrays.copyOf(runStarts, 2 * runs);
        }
        runStarts[runs++] = count;
        runMillis = timestampMillis;
        runKind = kind;
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

    public int runs() {
        return runs;
    }

    /// The place of a run's first sample.
    public int runStart(int run) {
        return runStarts[run];
    }

    /// The place behind a run's last sample.
    public int runEnd(int run) {
        return run + 1 < runs ? runStarts[run + 1] : count;
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

    /// The values by place; 0 for histograms.
    public double[] values() {
        return values;
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
        runs = 0;
        runRef = NO_REF;
        if (refs.length > KEPT) {
            refs = new long[INITIAL];
            times = new long[INITIAL];
            values = new double[INITIAL];
            runStarts = new int[INITIAL];
        }
        histograms = null;
        starts = null;
    }
}
