package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes native histograms of one series as columns of their parts ("Histogram columns" in
/// docs/format/metrics-block.md). Not safe for concurrent use.
final class HistogramColumnsEncoder {

    /// Fewer are written one by one.
    private static final int MIN_HISTOGRAMS = 4;

    /// Buckets of all histograms together; bounds what a reader allocates.
    static final int MAX_CELLS = 1 << 22;

    private final IntegerEncoder integers = new IntegerEncoder();
    private final ColumnEncoder floats = new ColumnEncoder();

    static boolean isWorthIt(List<NativeHistogram> all) {
        long cells = 0;
        for (NativeHistogram histogram : all) {
            cells += histogram.positiveCounts().length + histogram.negativeCounts().length;
        }
        return all.size() >= MIN_HISTOGRAMS && cells <= MAX_CELLS;
    }

    void encode(List<NativeHistogram> all, ByteSink out) {
        int count = all.size();
        Map<HistogramShape, Integer> shapes = new LinkedHashMap<>();
        long[] shapeOf = new long[count];
        long[] hints = new long[count];
        for (int i = 0; i < count; i++) {
            HistogramShape shape = HistogramShape.of(all.get(i));
            Integer known = shapes.putIfAbsent(shape, shapes.size());
            shapeOf[i] = known == null ? shapes.size() - 1 : known;
            hints[i] = HistogramCodec.hintNumber(all.get(i).resetHint());
        }
        List<HistogramShape> distinct = new ArrayList<>(shapes.keySet());
        out.putVarint(distinct.size());
        distinct.forEach(shape -> putShape(shape, out));
        integers.encode(shapeOf, count, out);
        integers.encode(hints, count, out);
        putParts(all, out);
        putBuckets(all, shapeOf, HistogramShape.columns(distinct), out);
    }

    private static void putShape(HistogramShape shape, ByteSink out) {
        out.putZigzag(shape.schema());
        out.putDouble(shape.zeroThreshold());
        HistogramCodec.putSpans(shape.positiveSpans(), out);
        HistogramCodec.putSpans(shape.negativeSpans(), out);
        out.putVarint(shape.customBounds().length);
        HistogramCodec.putDoubles(shape.customBounds(), out);
    }

    private void putParts(List<NativeHistogram> all, ByteSink out) {
        int count = all.size();
        double[] zeros = new double[count];
        double[] sums = new double[count];
        double[] counts = new double[count];
        double[] beyond = new double[count];
        boolean isSumOfBuckets = true;
        for (int i = 0; i < count; i++) {
            NativeHistogram histogram = all.get(i);
            zeros[i] = histogram.zeroCount();
            sums[i] = histogram.sum();
            counts[i] = histogram.count();
            double inBuckets = inBuckets(histogram);
            beyond[i] = histogram.count() - inBuckets;
            isSumOfBuckets &=
                    Double.doubleToRawLongBits(inBuckets + beyond[i]) == Double.doubleToRawLongBits(histogram.count());
        }
        put(zeros, count, out);
        put(sums, count, out);
        out.putByte(isSumOfBuckets ? 1 : 0);
        put(isSumOfBuckets ? beyond : counts, count, out);
    }

    /// What zero bucket and buckets count together, added in their order.
    static double inBuckets(NativeHistogram histogram) {
        double total = histogram.zeroCount();
        for (double count : histogram.positiveCounts()) {
            total += count;
        }
        for (double count : histogram.negativeCounts()) {
            total += count;
        }
        return total;
    }

    private void putBuckets(List<NativeHistogram> all, long[] shapeOf, int[][] columns, ByteSink out) {
        List<DoubleArrayList> values = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            int[] of = columns[(int) shapeOf[i]];
            double[] positive = all.get(i).positiveCounts();
            double[] negative = all.get(i).negativeCounts();
            for (int b = 0; b < of.length; b++) {
                while (values.size() <= of[b]) {
                    values.add(new DoubleArrayList());
                }
                values.get(of[b]).add(b < positive.length ? positive[b] : negative[b - positive.length]);
            }
        }
        for (DoubleArrayList each : values) {
            put(each.elements(), each.size(), out);
        }
    }

    private void put(double[] values, int count, ByteSink out) {
        floats.beginPage();
        floats.encode(new ColumnEncoder.Rows(values, 0, count, null, null), false, out);
    }
}
