package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.Arrays;

/// The downsampled windows of one series, where the samples themselves are not read: what `rate`, `avg_over_time` and
/// their like need of them. Refilled for each series.
///
/// Rows that have floats are `rows` many. Histograms stand as a sequence of samples, the first and the last of each
/// row; between the two of one row there is no reset.
final class DownsampledWindows {

    private static final Aggregate[] NEEDED = {
        Aggregate.COUNT,
        Aggregate.SUM,
        Aggregate.FIRST,
        Aggregate.LAST,
        Aggregate.CORRECTION,
        Aggregate.FIRST_AGE,
        Aggregate.LAST_AGE
    };

    private final SampleColumn[] columns = new SampleColumn[Aggregate.values().length];

    int rows;
    long[] times = new long[0];
    double[] counts = new double[0];
    double[] sums = new double[0];
    double[] firsts = new double[0];
    double[] lasts = new double[0];
    double[] corrections = new double[0];
    long[] firstMillis = new long[0];
    long[] lastMillis = new long[0];

    int histogramRows;
    long[] histogramRowTimes = new long[0];
    double[] histogramCounts = new double[0];
    NativeHistogram[] histogramSums = new NativeHistogram[0];

    /// Where the samples of each row begin, and where the last ends.
    int[] histogramStarts = new int[1];

    long[] histogramTimes = new long[0];
    NativeHistogram[] histograms = new NativeHistogram[0];

    DownsampledWindows() {
        for (Aggregate aggregate : NEEDED) {
            columns[aggregate.ordinal()] = new SampleColumn();
        }
    }

    /// What a function over a range does with samples.
    static Folding.Use use(Function function, VectorSelector.Extension extension, boolean needsStarts) {
        if (extension != VectorSelector.Extension.NONE || needsStarts) {
            return Folding.Use.SAMPLES;
        }
        return switch (function) {
            case RATE, INCREASE, DELTA -> Folding.Use.INCREASE;
            case SUM_OVER_TIME -> Folding.Use.SUM;
            case AVG_OVER_TIME -> Folding.Use.AVERAGE;
            case COUNT_OVER_TIME -> Folding.Use.COUNT;
            case MIN_OVER_TIME -> Folding.Use.MIN;
            case MAX_OVER_TIME -> Folding.Use.MAX;
            case LAST_OVER_TIME, PRESENT_OVER_TIME, ABSENT_OVER_TIME -> Folding.Use.LAST_OF_RANGE;
            default -> Folding.Use.SAMPLES;
        };
    }

    /// Whether the windows of a group are handed out as such for a function, and not as samples.
    static boolean areFor(Function function, SeriesGroup group) {
        return group.resolutionMillis() > 0
                && switch (function) {
                    case RATE, INCREASE, DELTA, AVG_OVER_TIME, COUNT_OVER_TIME -> true;
                    default -> false;
                };
    }

    void read(SeriesGroup group, int series) {
        for (Aggregate aggregate : NEEDED) {
            group.read(series, aggregate, columns[aggregate.ordinal()]);
        }
        ensure(group.rowCount());
        rows = 0;
        histogramRows = 0;
        int samples = 0;
        SampleColumn count = columns[Aggregate.COUNT.ordinal()];
        for (int row = 0; row < group.rowCount(); row++) {
            if (!count.isAbsent(row)) {
                NativeHistogram sum = columns[Aggregate.SUM.ordinal()].histogram(row);
                if (sum == null) {
                    takeFloats(row, group.timestamps()[row]);
                } else {
                    samples = takeHistograms(row, group.timestamps()[row], sum, samples);
                }
            }
        }
        histogramStarts[histogramRows] = samples;
    }

    private double value(Aggregate aggregate, int row) {
        return columns[aggregate.ordinal()].values()[row];
    }

    private void takeFloats(int row, long millis) {
        times[rows] = millis;
        counts[rows] = value(Aggregate.COUNT, row);
        sums[rows] = value(Aggregate.SUM, row);
        firsts[rows] = value(Aggregate.FIRST, row);
        lasts[rows] = value(Aggregate.LAST, row);
        corrections[rows] = value(Aggregate.CORRECTION, row);
        firstMillis[rows] = firstMillis(row, millis);
        lastMillis[rows] = lastMillis(row, millis);
        rows++;
    }

    private long firstMillis(int row, long millis) {
        double age = value(Aggregate.FIRST_AGE, row);
        return SampleValues.isAbsent(age) ? millis : millis - (long) age;
    }

    private long lastMillis(int row, long millis) {
        double age = value(Aggregate.LAST_AGE, row);
        return SampleValues.isAbsent(age) ? millis : millis - (long) (age < 0 ? -1 - age : age);
    }

    private int takeHistograms(int row, long millis, NativeHistogram sum, int samples) {
        NativeHistogram first = columns[Aggregate.FIRST.ordinal()].histogram(row);
        NativeHistogram last = columns[Aggregate.LAST.ordinal()].histogram(row);
        if (first == null || last == null) {
            return samples;
        }
        histogramRowTimes[histogramRows] = millis;
        histogramCounts[histogramRows] = value(Aggregate.COUNT, row);
        histogramSums[histogramRows] = sum;
        histogramStarts[histogramRows++] = samples;
        int next = samples;
        histogramTimes[next] = firstMillis(row, millis);
        histograms[next++] = first;
        if (value(Aggregate.COUNT, row) > 1) {
            histogramTimes[next] = lastMillis(row, millis);
            histograms[next++] = last;
        }
        return next;
    }

    private void ensure(int count) {
        if (times.length < count) {
            times = new long[count];
            counts = new double[count];
            sums = new double[count];
            firsts = new double[count];
            lasts = new double[count];
            corrections = new double[count];
            firstMillis = new long[count];
            lastMillis = new long[count];
            histogramRowTimes = new long[count];
            histogramCounts = new double[count];
            histogramSums = new NativeHistogram[count];
            histogramStarts = new int[count + 1];
            histogramTimes = new long[2 * count];
            histograms = new NativeHistogram[2 * count];
        }
    }

    /// How many samples some rows stand for.
    double count(int from, int to) {
        double total = 0;
        for (int row = from; row < to; row++) {
            total += counts[row];
        }
        return total;
    }

    double histogramCount(int from, int to) {
        return Arrays.stream(histogramCounts, from, to).sum();
    }
}
