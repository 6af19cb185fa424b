package dev.belvedere.promql.evaluation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.metrics.NativeHistogram;

/// How many samples each step of an evaluation looked at, counted as Prometheus counts its `totalQueryableSamples`:
/// a sample counts for every step whose look-back or range it is in.
public final class SampleCounts {

    /// Of a histogram without buckets, as Prometheus has it in memory.
    private static final int HISTOGRAM_BYTES = 168;

    @GuardedBy("this")
    private final long[] byStep;

    SampleCounts(int steps) {
        byStep = new long[steps];
    }

    /// Counts samples by the rows that each step sees of each of some series.
    public synchronized void addRanges(int[] from, int[] to, int series) {
        for (int step = 0; step < byStep.length; step++) {
            byStep[step] += (long) series * (to[step] - from[step]);
        }
    }

    /// Counts one sample of each of some series at the steps that have a row.
    public synchronized void addRows(int[] rows, int noRow, int series) {
        for (int step = 0; step < byStep.length; step++) {
            byStep[step] += rows[step] == noRow ? 0 : series;
        }
    }

    public synchronized void add(int step, long samples) {
        byStep[step] += samples;
    }

    /// Counts what was evaluated once for all steps.
    synchronized void addToAll(long samples) {
        for (int step = 0; step < byStep.length; step++) {
            byStep[step] += samples;
        }
    }

    public void add(SampleCounts others) {
        long[] more = others.byStep();
        synchronized (this) {
            for (int step = 0; step < byStep.length; step++) {
                byStep[step] += more[step];
            }
        }
    }

    public synchronized long total() {
        return sum(byStep);
    }

    /// The sum of counts of steps.
    public static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    public synchronized long[] byStep() {
        return byStep.clone();
    }

    /// For how many samples a histogram counts: its size in those of floats.
    public static int weight(NativeHistogram histogram) {
        int bytes = HISTOGRAM_BYTES
                + 4 * (histogram.positiveSpans().length + histogram.negativeSpans().length)
                + 8 * (histogram.positiveCounts().length + histogram.negativeCounts().length)
                + 8 * histogram.customBounds().length;
        return (bytes + 8) / 16;
    }
}
