package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.SampleColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads what [HistogramColumnsEncoder] wrote. Not safe for concurrent use.
final class HistogramColumnsDecoder {

    private final IntegerDecoder integers = new IntegerDecoder();
    private final ColumnDecoder floats = new ColumnDecoder();
    private final SampleColumn column = new SampleColumn();

    void decode(ByteSource in, NativeHistogram[] into, int count) {
        List<HistogramShape> shapes = new ArrayList<>();
        int shapeCount = in.getIndex(count);
        long cells = 0;
        for (int s = 0; s < shapeCount; s++) {
            HistogramShape shape = shape(in);
            cells += HistogramShape.count(shape.positiveSpans()) + HistogramShape.count(shape.negativeSpans());
            requireFew(cells);
            shapes.add(shape);
        }
        int[] shapeOf = indexes(in, count, shapeCount);
        long[] hints = new long[count];
        integers.decode(in, hints, count);
        double[] zeros = numbers(in, count);
        double[] sums = numbers(in, count);
        boolean isSumOfBuckets = in.getByte() == 1;
        double[] counts = numbers(in, count);
        int[][] columns = HistogramShape.columns(shapes);
        double[][] buckets = buckets(in, shapeOf, columns);
        int[] next = new int[buckets.length];
        for (int i = 0; i < count; i++) {
            HistogramShape shape = shapes.get(shapeOf[i]);
            int[] of = columns[shapeOf[i]];
            double[] positive = new double[HistogramShape.count(shape.positiveSpans())];
            double[] negative = new double[of.length - positive.length];
            double total = zeros[i];
            for (int b = 0; b < of.length; b++) {
                double value = buckets[of[b]][next[of[b]]++];
                total += value;
                if (b < positive.length) {
                    positive[b] = value;
                } else {
                    negative[b - positive.length] = value;
                }
            }
            double all = isSumOfBuckets ? total + counts[i] : counts[i];
            into[i] = histogram(shape, hints[i], new Parts(zeros[i], all, sums[i], positive, negative));
        }
    }

    private record Parts(double zeroCount, double count, double sum, double[] positive, double[] negative) {}

    private static NativeHistogram histogram(HistogramShape shape, long hint, Parts parts) {
        try {
            return new NativeHistogram(
                    HistogramCodec.hint(hint),
                    shape.schema(),
                    shape.zeroThreshold(),
                    parts.zeroCount(),
                    parts.count(),
                    parts.sum(),
                    shape.positiveSpans(),
                    parts.positive(),
                    shape.negativeSpans(),
                    parts.negative(),
                    shape.customBounds());
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("a histogram that cannot be: " + e.getMessage());
        }
    }

    private static HistogramShape shape(ByteSource in) {
        int schema = (int) in.getZigzag();
        double zeroThreshold = in.getDouble();
        int[] positiveSpans = HistogramCodec.spans(in);
        int[] negativeSpans = HistogramCodec.spans(in);
        // Every bucket has a column, which takes a byte at least.
        HistogramCodec.bucketCount(positiveSpans, in);
        HistogramCodec.bucketCount(negativeSpans, in);
        return new HistogramShape(
                schema, zeroThreshold, positiveSpans, negativeSpans, HistogramCodec.doubles(in, in.getCount(1)));
    }

    private int[] indexes(ByteSource in, int count, int bound) {
        long[] read = new long[count];
        integers.decode(in, read, count);
        int[] indexes = new int[count];
        for (int i = 0; i < count; i++) {
            if (read[i] < 0 || read[i] >= bound) {
                throw new MalformedBytesException("a shape of " + read[i] + " among " + bound);
            }
            indexes[i] = (int) read[i];
        }
        return indexes;
    }

    private double[] numbers(ByteSource in, int count) {
        if (in.remaining() > 0 && (in.byteAt(in.position()) & ColumnEncoder.HAS_HISTOGRAMS) != 0) {
            throw new MalformedBytesException("a part of a histogram has histograms");
        }
        column.reset(count);
        floats.decode(in, count, column, 0);
        return Arrays.copyOf(column.values(), count);
    }

    private double[][] buckets(ByteSource in, int[] shapeOf, int[][] columns) {
        int distinct = 0;
        for (int[] of : columns) {
            for (int column : of) {
                distinct = Math.max(distinct, column + 1);
            }
        }
        int[] lengths = new int[distinct];
        long cells = 0;
        for (int shape : shapeOf) {
            cells += columns[shape].length;
            requireFew(cells);
            for (int column : columns[shape]) {
                lengths[column]++;
            }
        }
        double[][] buckets = new double[distinct][];
        for (int c = 0; c < distinct; c++) {
            buckets[c] = numbers(in, lengths[c]);
        }
        return buckets;
    }

    private static void requireFew(long cells) {
        if (cells > HistogramColumnsEncoder.MAX_CELLS) {
            throw new MalformedBytesException(
                    "histograms with more than " + HistogramColumnsEncoder.MAX_CELLS + " buckets together");
        }
    }
}
