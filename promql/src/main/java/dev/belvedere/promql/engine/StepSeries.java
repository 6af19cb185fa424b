package dev.belvedere.promql.engine;

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
final class StepSeries {

    /// Objects, headers and the arrays of the labels, whose texts are the store's.
    private static final int SERIES_BYTES = 160;

    private Labels labels = Labels.EMPTY;
    private boolean isNameDropped;
    private final double[] values;
    private @Nullable NativeHistogram @Nullable [] histograms;

    StepSeries(int steps) {
        values = noFloats(steps);
    }

    StepSeries(Labels labels, boolean isNameDropped, int steps) {
        this(labels, isNameDropped, noFloats(steps));
    }

    /// @param values not copied
    StepSeries(Labels labels, boolean isNameDropped, double[] values) {
        this.values = values;
        this.labels = labels;
        this.isNameDropped = isNameDropped;
    }

    Labels labels() {
        return labels;
    }

    void setLabels(Labels labels) {
        this.labels = labels;
    }

    /// Whether the metric's name and type are to be dropped at the very end.
    boolean isNameDropped() {
        return isNameDropped;
    }

    void setNameDropped(boolean isNameDropped) {
        this.isNameDropped = isNameDropped;
    }

    /// The floats of all steps, for kernels that read and write them in loops.
    double[] values() {
        return values;
    }

    static double[] noFloats(int steps) {
        double[] values = new double[steps];
        Arrays.fill(values, SampleValues.ABSENT);
        return values;
    }

    /// What a series of floats takes of the memory, with labels that are its own.
    static long sizeBytes(int steps) {
        return SERIES_BYTES + (long) Double.BYTES * steps;
    }

    /// What the series takes of the memory, about.
    long sizeBytes() {
        long bytes = sizeBytes(values.length);
        for (int step = 0; histograms != null && step < values.length; step++) {
            NativeHistogram histogram = histograms[step];
            bytes += Integer.BYTES + (histogram == null ? 0 : histogram.sizeBytes());
        }
        return bytes;
    }

    int steps() {
        return values.length;
    }

    /// Forgets all samples.
    void clear() {
        Arrays.fill(values, SampleValues.ABSENT);
        histograms = null;
    }

    boolean hasFloat(int step) {
        return !SampleValues.isAbsent(values[step]);
    }

    boolean isPresent(int step) {
        return hasFloat(step) || histogram(step) != null;
    }

    boolean hasHistograms() {
        return histograms != null;
    }

    @Nullable
    NativeHistogram histogram(int step) {
        return histograms == null ? null : histograms[step];
    }

    void setHistogram(int step, NativeHistogram histogram) {
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
    void copyStep(StepSeries other, int step) {
        NativeHistogram histogram = other.histogram(step);
        if (histogram == null) {
            setFloat(step, other.values[step]);
        } else {
            setHistogram(step, histogram);
        }
    }

    boolean isEmpty() {
        for (int step = 0; step < values.length; step++) {
            if (isPresent(step)) {
                return false;
            }
        }
        return true;
    }

    int floatCount() {
        int count = 0;
        for (double value : values) {
            count += SampleValues.isAbsent(value) ? 0 : 1;
        }
        return count;
    }

    int histogramCount() {
        int count = 0;
        for (int step = 0; histograms != null && step < values.length; step++) {
            count += histograms[step] == null ? 0 : 1;
        }
        return count;
    }
}
