package dev.belvedere.promql.cache;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.evaluation.SamplesByStep;
import dev.belvedere.promql.plan.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The results of a query at a row of steps. Immutable.
///
/// @param series sorted by labels, none empty
/// @param samples counts of when each step was worked out
record Extent(Steps steps, List<MatrixSeries> series, SamplesByStep samples) {

    /// The part at some of the steps, whose first and last are steps of this extent.
    Extent slice(Steps part) {
        if (part.equals(steps)) {
            return this;
        }
        List<MatrixSeries> cut = new ArrayList<>(series.size());
        for (MatrixSeries one : series) {
            MatrixSeries inside = slice(one, part.startMillis(), part.endMillis());
            if (inside.sampleCount() > 0) {
                cut.add(inside);
            }
        }
        int from = (int) ((part.startMillis() - steps.startMillis()) / steps.stepMillis());
        return new Extent(part, cut, samples.slice(from, from + (int) part.count()));
    }

    private static MatrixSeries slice(MatrixSeries one, long fromMillis, long toMillis) {
        int from = firstAtOrAfter(one.timestamps(), fromMillis);
        int to = firstAtOrAfter(one.timestamps(), toMillis + 1);
        int histogramFrom = firstAtOrAfter(one.histogramTimestamps(), fromMillis);
        int histogramTo = firstAtOrAfter(one.histogramTimestamps(), toMillis + 1);
        return new MatrixSeries(
                one.labels(),
                Arrays.copyOfRange(one.timestamps(), from, to),
                Arrays.copyOfRange(one.values(), from, to),
                Arrays.copyOfRange(one.histogramTimestamps(), histogramFrom, histogramTo),
                Arrays.copyOfRange(one.histograms(), histogramFrom, histogramTo));
    }

    private static int firstAtOrAfter(long[] times, long millis) {
        int found = Arrays.binarySearch(times, millis);
        return found >= 0 ? found : -found - 1;
    }

    /// Puts extents that follow each other together.
    static Extent joined(List<Extent> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Map<Labels, List<MatrixSeries>> byLabels = new TreeMap<>();
        for (Extent part : parts) {
            part.series.forEach(one -> byLabels.computeIfAbsent(one.labels(), l -> new ArrayList<>())
                    .add(one));
        }
        List<MatrixSeries> series = new ArrayList<>(byLabels.size());
        byLabels.forEach((labels, pieces) -> series.add(joined(labels, pieces)));
        SamplesByStep samples =
                SamplesByStep.joined(parts.stream().map(Extent::samples).toList());
        Steps first = parts.getFirst().steps;
        Steps last = parts.getLast().steps;
        return new Extent(new Steps(first.startMillis(), last.endMillis(), first.stepMillis()), series, samples);
    }

    private static MatrixSeries joined(Labels labels, List<MatrixSeries> pieces) {
        if (pieces.size() == 1) {
            return pieces.getFirst();
        }
        int floats = 0;
        int histograms = 0;
        for (MatrixSeries piece : pieces) {
            floats += piece.timestamps().length;
            histograms += piece.histogramTimestamps().length;
        }
        MatrixSeries all = new MatrixSeries(
                labels, new long[floats], new double[floats], new long[histograms], new NativeHistogram[histograms]);
        int at = 0;
        int histogramAt = 0;
        for (MatrixSeries piece : pieces) {
            int length = piece.timestamps().length;
            System.arraycopy(piece.timestamps(), 0, all.timestamps(), at, length);
            System.arraycopy(piece.values(), 0, all.values(), at, length);
            at += length;
            int more = piece.histogramTimestamps().length;
            System.arraycopy(piece.histogramTimestamps(), 0, all.histogramTimestamps(), histogramAt, more);
            System.arraycopy(piece.histograms(), 0, all.histograms(), histogramAt, more);
            histogramAt += more;
        }
        return all;
    }

    /// Bytes on the heap, roughly.
    long sizeBytes() {
        return sizeBytes(series) + 2L * Long.BYTES * samples.steps();
    }

    static long sizeBytes(List<MatrixSeries> series) {
        long bytes = 200;
        for (MatrixSeries one : series) {
            bytes += one.sizeBytes();
            long[] labelBytes = new long[1];
            one.labels().forEach((name, value) -> labelBytes[0] += 16 + value.length());
            bytes += labelBytes[0];
        }
        return bytes;
    }
}
