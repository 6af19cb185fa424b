package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;

/// A native histogram as bytes ("Histogram" in docs/format/metrics-frame.md).
public final class HistogramCodec {

    private static final ResetHint[] HINTS = {ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE};

    private HistogramCodec() {}

    public static void encode(NativeHistogram histogram, ByteSink out) {
        out.putByte(hintNumber(histogram.resetHint()));
        out.putZigzag(histogram.schema());
        out.putDouble(histogram.zeroThreshold());
        out.putDouble(histogram.zeroCount());
        out.putDouble(histogram.count());
        out.putDouble(histogram.sum());
        putSide(histogram.positiveSpans(), histogram.positiveCounts(), out);
        putSide(histogram.negativeSpans(), histogram.negativeCounts(), out);
        out.putVarint(histogram.customBounds().length);
        putDoubles(histogram.customBounds(), out);
    }

    static int hintNumber(ResetHint hint) {
        return switch (hint) {
            case UNKNOWN -> 0;
            case RESET -> 1;
            case NOT_RESET -> 2;
            case GAUGE -> 3;
        };
    }

    private static void putSide(int[] spans, double[] counts, ByteSink out) {
        putSpans(spans, out);
        putDoubles(counts, out);
    }

    static void putSpans(int[] spans, ByteSink out) {
        out.putVarint(spans.length / 2);
        for (int i = 0; i < spans.length; i += 2) {
            out.putZigzag(spans[i]);
            out.putVarint(spans[i + 1]);
        }
    }

    static void putDoubles(double[] values, ByteSink out) {
        for (double value : values) {
            out.putDouble(value);
        }
    }

    public static NativeHistogram decode(ByteSource in) {
        ResetHint hint = hint(in.getByte());
        int schema = (int) in.getZigzag();
        double zeroThreshold = in.getDouble();
        double zeroCount = in.getDouble();
        double count = in.getDouble();
        double sum = in.getDouble();
        int[] positiveSpans = spans(in);
        double[] positiveCounts = doubles(in, bucketCount(positiveSpans, in));
        int[] negativeSpans = spans(in);
        double[] negativeCounts = doubles(in, bucketCount(negativeSpans, in));
        double[] bounds = doubles(in, in.getCount(1));
        try {
            return new NativeHistogram(
                    hint,
                    schema,
                    zeroThreshold,
                    zeroCount,
                    count,
                    sum,
                    positiveSpans,
                    positiveCounts,
                    negativeSpans,
                    negativeCounts,
                    bounds);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("a histogram that cannot be: " + e.getMessage());
        }
    }

    static ResetHint hint(long number) {
        if (number < 0 || number >= HINTS.length) {
            throw new MalformedBytesException("a reset hint of " + number);
        }
        return HINTS[(int) number];
    }

    static int[] spans(ByteSource in) {
        int[] spans = new int[2 * in.getCount(2)];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i] = (int) in.getZigzag();
            spans[i + 1] = in.getIndex(Integer.MAX_VALUE);
        }
        return spans;
    }

    static int bucketCount(int[] spans, ByteSource in) {
        long count = 0;
        for (int i = 1; i < spans.length; i += 2) {
            count += spans[i];
        }
        if (count > in.remaining()) {
            throw new MalformedBytesException(count + " buckets in " + in.remaining() + " bytes");
        }
        return (int) count;
    }

    static double[] doubles(ByteSource in, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.getDouble();
        }
        return values;
    }
}
