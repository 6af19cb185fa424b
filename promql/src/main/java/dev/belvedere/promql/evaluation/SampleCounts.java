package dev.belvedere.promql.evaluation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.metrics.NativeHistogram;

/// How many samples each step of an evaluation looked at and read, counted as Prometheus counts its
/// `totalQueryableSamples` and `samplesRead`.
///
/// A sample is looked at by every step whose look-back or range it is in. A step reads what its look-back finds, and of
/// its range what is newer than the range of the step before; what is evaluated once for all steps is read by the
/// first.
public final class SampleCounts {

    /// Of a histogram without buckets, as Prometheus has it in memory.
    private static final int HISTOGRAM_BYTES = 168;

    @GuardedBy("this")
    private final long[] queryable;

    @GuardedBy("this")
    private final long[] read;

    /// Samples that every step has looked at and read and that are in neither array yet.
    @GuardedBy("this")
    private long ofEachStep;

    SampleCounts(int steps) {
        queryable = new long[steps];
        read = new long[steps];
    }

    /// Counts samples by the rows that each step looks at of each of some series.
    public synchronized void addRanges(int[] from, int[] to, int series) {
        for (int step = 0; step < queryable.length; step++) {
            queryable[step] += (long) series * (to[step] - from[step]);
        }
    }

    /// Counts samples by the rows that each step looks at and reads of each of some series.
    public synchronized void addReadRanges(int[] from, int[] to, int series) {
        int endBefore = 0;
        for (int step = 0; step < queryable.length; step++) {
            int begin = from[step];
            int end = to[step];
            queryable[step] += (long) series * (end - begin);
            read[step] += (long) series * (end - Math.max(begin, endBefore));
            endBefore = end;
        }
    }

    /// The first row of a step's range that the step before did not have.
    public static int firstRead(int[] from, int[] to, int step) {
        return step == 0 ? from[0] : Math.max(from[step], to[step - 1]);
    }

    /// Counts one sample of each of some series at the steps that have a row.
    public synchronized void addRows(int[] rows, int noRow, int series) {
        for (int step = 0; step < queryable.length; step++) {
            int samples = rows[step] == noRow ? 0 : series;
            queryable[step] += samples;
            read[step] += samples;
        }
    }

    /// Counts samples that every step looks at and reads, of each step as many.
    public synchronized void addToEach(long samples) {
        ofEachStep += samples;
    }

    /// Counts samples that a step looks at and reads.
    public synchronized void add(int step, long samples) {
        addQueryable(step, samples);
        addRead(step, samples);
    }

    public synchronized void addQueryable(int step, long samples) {
        queryable[step] += samples;
    }

    public synchronized void addRead(int step, long samples) {
        read[step] += samples;
    }

    /// Counts what was evaluated once for all steps.
    void addOnce(SampleCounts once) {
        SamplesByStep more = once.byStep();
        long samples = more.totalQueryable();
        synchronized (this) {
            for (int step = 0; step < queryable.length; step++) {
                queryable[step] += samples;
            }
            read[0] += more.totalRead();
        }
    }

    void add(SampleCounts others) {
        SamplesByStep more = others.byStep();
        synchronized (this) {
            for (int step = 0; step < queryable.length; step++) {
                queryable[step] += more.queryable()[step];
                read[step] += more.read()[step];
            }
        }
    }

    /// The counts, when all is counted: they are not copied.
    public synchronized SamplesByStep byStep() {
        for (int step = 0; step < queryable.length; step++) {
            queryable[step] += ofEachStep;
            read[step] += ofEachStep;
        }
        ofEachStep = 0;
        return new SamplesByStep(queryable, read);
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
