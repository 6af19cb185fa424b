package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What native histograms of one series have in common while their buckets stay the same.
record HistogramShape(
        int schema, double zeroThreshold, int[] positiveSpans, int[] negativeSpans, double[] customBounds) {

    static HistogramShape of(NativeHistogram histogram) {
        return new HistogramShape(
                histogram.schema(),
                histogram.zeroThreshold(),
                histogram.positiveSpans(),
                histogram.negativeSpans(),
                histogram.customBounds());
    }

    /// A bucket that keeps its column while others come and go.
    private record Bucket(int schema, boolean isPositive, int index) {}

    /// For each shape the columns of its buckets, positive ones first. A bucket's column is that of the first shape
    /// that has it; columns are numbered as they come.
    static int[][] columns(List<HistogramShape> shapes) {
        Map<Bucket, Integer> numbers = new HashMap<>();
        int[][] columns = new int[shapes.size()][];
        for (int s = 0; s < columns.length; s++) {
            HistogramShape shape = shapes.get(s);
            int positive = count(shape.positiveSpans);
            int[] of = new int[positive + count(shape.negativeSpans)];
            put(shape.schema, shape.positiveSpans, true, new Numbering(of, 0, numbers));
            put(shape.schema, shape.negativeSpans, false, new Numbering(of, positive, numbers));
            columns[s] = of;
        }
        return columns;
    }

    private record Numbering(int[] into, int from, Map<Bucket, Integer> numbers) {

        void put(int at, Bucket bucket) {
            Integer number = numbers.putIfAbsent(bucket, numbers.size());
            into[from + at] = number == null ? numbers.size() - 1 : number;
        }
    }

    private static void put(int schema, int[] spans, boolean isPositive, Numbering numbering) {
        int index = 0;
        int at = 0;
        for (int i = 0; i < spans.length; i += 2) {
            index += spans[i];
            for (int b = 0; b < spans[i + 1]; b++) {
                numbering.put(at++, new Bucket(schema, isPositive, index++));
            }
        }
    }

    static int count(int[] spans) {
        int count = 0;
        for (int i = 1; i < spans.length; i += 2) {
            count += spans[i];
        }
        return count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HistogramShape that
                && schema == that.schema
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(that.zeroThreshold)
                && Arrays.equals(positiveSpans, that.positiveSpans)
                && Arrays.equals(negativeSpans, that.negativeSpans)
                && Arrays.equals(customBounds, that.customBounds);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * schema + Arrays.hashCode(positiveSpans)) + Arrays.hashCode(negativeSpans);
    }
}
