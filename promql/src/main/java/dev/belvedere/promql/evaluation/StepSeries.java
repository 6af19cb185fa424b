package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One series of an instant vector, evaluated at every step: a column of floats and, only where there
/// are any, a column of histograms.
///
/// In step `i` the series has a float (`values[i]`), a histogram (`values[i]` is absent and
/// `histogram(i)` is not null) or nothing.
public final class StepSeries {

    /// Objects, headers and the arrays of the labels, whose texts are the store's.
    private static final int SERIES_BYTES = 160;

    private Labels labels = Labels.EMPTY;
    private boolean isNameDropped;
    private final double[] values;
    private @Nullable NativeHistogram @Nullable [] histograms;

    public StepSeries(int steps) {
        values = noFloats(steps);
    }

    public StepSeries(Labels labels, boolean isNameDropped, int steps) {
        this(labels, isNameDropped, noFloats(steps));
    }

    /// @param values not copied
    public StepSeries(Labels labels, boolean isNameDropped, double[] values) {
        this.values = values;
        this.labels = labels;
        this.isNameDropped = isNameDropped;
    }

    public Labels labels() {
        return labels;
    }

    public void setLabels(Labels labels) {
        this.labels = labels;
    }

    /// Whether the metric's name and type are to be dropped at the very end.
    public boolean isNameDropped() {
        return isNameDropped;
    }

    public void setNameDropped(boolean isNameDropped) {
        this.isNameDropped = isNameDropped;
    }

    /// The floats of all steps, for kernels that read and write them in loops.
    public double[] values() {
        return values;
    }

    public static double[] noFloats(int steps) {
        double[] values = new double[steps];
        Arrays.fill(values, SampleValues.ABSENT);
        return values;
    }

    /// What a series of floats takes of the memory, with labels that are its own.
    public static long sizeBytes(int steps) {
        return SERIES_BYTES + (long) Double.BYTES * steps;
    }

    /// What the series takes of the memory, about.
    public long sizeBytes() {
        long bytes = sizeBytes(values.length);
        for (int step = 0; histograms != null && step < values.length; step++) {
            NativeHistogram histogram = histograms[step];
            bytes += Integer.BYTES + (histogram == null ? 0 : histogram.sizeBytes());
        }
        return bytes;
    }

    public int steps() {
        return values.length;
    }

    /// Forgets all samples.
    public void clear() {
        Arrays.fill(values, SampleValues.ABSENT);
        histograms = null;
    }

    public boolean hasFloat(int step) {
        return !SampleValues.isAbsent(values[step]);
    }

    public boolean isPresent(int step) {
        return hasFloat(step) || histogram(step) != null;
    }

    public boolean hasHistograms() {
        return histograms != null;
    }

    @Nullable
    public NativeHistogram histogram(int step) {
        return histograms == null ? null : histograms[step];
    }

    public void setHistogram(int step, NativeHistogram histogram) {
        if (histograms == null) {
            histograms = new NativeHistogram[values.length];
        }
        histograms[step] = histogram;
        values[step] = SampleValues.ABSENT;
    }

    void setFloat(int step, double value) {
        values[step] = value;
        if (histograms != null) {
            histograms[step] = null;
        }
    }

    /// Takes over a sample of another series.
    public void copyStep(StepSeries other, int step) {
        NativeHistogram histogram = other.histogram(step);
        if (histogram == null) {
            setFloat(step, other.values[step]);
        } else {
            setHistogram(step, histogram);
        }
    }

    public boolean isEmpty() {
        for (int step = 0; step < values.length; step++) {
            if (isPresent(step)) {
                return false;
            }
        }
        return true;
    }

    public int floatCount() {
        int count = 0;
        for (double value : values) {
            count += SampleValues.isAbsent(value) ? 0 : 1;
        }
        return count;
    }

    public int histogramCount() {
        int count = 0;
        for (int step = 0; histograms != null && step < values.length; step++) {
            count += histograms[step] == null ? 0 : 1;
        }
        return count;
    }
}
