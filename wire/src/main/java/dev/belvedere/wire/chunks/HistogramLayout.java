package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;
import java.util.Arrays;

/// What all histograms of a chunk have in common: which buckets there are.
///
/// @param positiveSpans as in [NativeHistogram]
record HistogramLayout(
        int schema, double zeroThreshold, int[] positiveSpans, int[] negativeSpans, double[] customBounds) {

    private static final int EXACT_THRESHOLD = 255;
    private static final int EXPONENT_BIAS = 243;
    private static final int MIN_EXPONENT = -242;
    private static final int MAX_EXPONENT = 11;

    /// Bounds are kept as so many thousandths, if they are such, up to what four bytes hold.
    private static final double THOUSAND = 1000;

    private static final double MAX_THOUSANDTHS = 33_554_430;

    static HistogramLayout of(NativeHistogram histogram) {
        return new HistogramLayout(
                histogram.schema(),
                histogram.zeroThreshold(),
                histogram.positiveSpans(),
                histogram.negativeSpans(),
                histogram.customBounds());
    }

    HistogramLayout withSpans(int[] positive, int[] negative) {
        return new HistogramLayout(schema, zeroThreshold, positive, negative, customBounds);
    }

    /// Whether the other has the same bounds, of whatever buckets.
    boolean hasBoundsOf(NativeHistogram other) {
        return schema == other.schema()
                && zeroThreshold == other.zeroThreshold()
                && Arrays.equals(customBounds, other.customBounds());
    }

    void write(BitWriter out) {
        writeThreshold(out);
        VariableBits.writeSigned(out, schema);
        writeSpans(out, positiveSpans);
        writeSpans(out, negativeSpans);
        if (schema == NativeHistogram.CUSTOM_BUCKETS) {
            VariableBits.writeUnsigned(out, customBounds.length);
            for (double bound : customBounds) {
                writeBound(out, bound);
            }
        }
    }

    /// One byte for 0 and for powers of two, which is what thresholds mostly are.
    private void writeThreshold(BitWriter out) {
        if (zeroThreshold == 0) {
            out.bits(0, 8);
            return;
        }
        int exponent = Math.getExponent(zeroThreshold) + 1;
        boolean isPowerOfTwo = zeroThreshold == Math.scalb(0.5, exponent);
        if (isPowerOfTwo && exponent >= MIN_EXPONENT && exponent <= MAX_EXPONENT) {
            out.bits(exponent + EXPONENT_BIAS, 8);
        } else {
            out.bits(EXACT_THRESHOLD, 8);
            out.float64(zeroThreshold);
        }
    }

    private static double readThreshold(BitReader in) {
        int coded = (int) in.bits(8);
        return switch (coded) {
            case 0 -> 0;
            case EXACT_THRESHOLD -> in.float64();
            default -> Math.scalb(0.5, coded - EXPONENT_BIAS);
        };
    }

    private static void writeSpans(BitWriter out, int[] spans) {
        VariableBits.writeUnsigned(out, spans.length / 2);
        for (int i = 0; i < spans.length; i += 2) {
            VariableBits.writeUnsigned(out, spans[i + 1]);
            VariableBits.writeSigned(out, spans[i]);
        }
    }

    private static int[] readSpans(BitReader in) {
        // A span takes at least two bits and a bucket at least one, so that nobody can claim more than is there.
        long count = VariableBits.readUnsigned(in);
        if (count < 0 || count > in.remainingBits() / 2) {
            throw in.malformed("a histogram chunk says it has " + Long.toUnsignedString(count) + " spans");
        }
        int[] spans = new int[2 * (int) count];
        long buckets = 0;
        for (int i = 0; i < spans.length; i += 2) {
            long length = VariableBits.readUnsigned(in);
            long offset = VariableBits.readSigned(in);
            buckets += length;
            if (length < 0 || buckets > in.remainingBits() || offset != (int) offset || i > 0 && offset < 0) {
                throw in.malformed("span " + i / 2 + " of a histogram chunk has the offset " + offset
                        + " and the length " + Long.toUnsignedString(length));
            }
            spans[i] = (int) offset;
            spans[i + 1] = (int) length;
        }
        return spans;
    }

    private static void writeBound(BitWriter out, double bound) {
        double thousandths = Math.rint(bound * THOUSAND);
        boolean isExact = thousandths / THOUSAND == bound && bound * THOUSAND >= 0;
        if (isExact && thousandths <= MAX_THOUSANDTHS) {
            VariableBits.writeUnsigned(out, (long) thousandths + 1);
        } else {
            out.bit(false);
            out.float64(bound);
        }
    }

    private static double readBound(BitReader in) {
        long coded = VariableBits.readUnsigned(in);
        return coded == 0 ? in.float64() : (coded - 1) / THOUSAND;
    }

    static HistogramLayout read(BitReader in) {
        double threshold = readThreshold(in);
        long schema = VariableBits.readSigned(in);
        boolean isCustom = schema == NativeHistogram.CUSTOM_BUCKETS;
        if (!isCustom && (schema < NativeHistogram.MIN_SCHEMA || schema > NativeHistogram.MAX_SCHEMA)) {
            throw in.malformed("histogram schema " + schema + " is not known here");
        }
        int[] positive = readSpans(in);
        int[] negative = readSpans(in);
        if (isCustom && negative.length > 0) {
            throw in.malformed("a histogram with custom bounds has negative buckets");
        }
        return new HistogramLayout(
                (int) schema, threshold, positive, negative, isCustom ? readBounds(in) : new double[0]);
    }

    private static double[] readBounds(BitReader in) {
        long count = VariableBits.readUnsigned(in);
        if (count < 0 || count > in.remainingBits()) {
            throw in.malformed("a histogram chunk says it has " + Long.toUnsignedString(count) + " custom bounds");
        }
        double[] bounds = new double[(int) count];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = readBound(in);
        }
        return bounds;
    }

    static int bucketCount(int[] spans) {
        int count = 0;
        for (int i = 1; i < spans.length; i += 2) {
            count += spans[i];
        }
        return count;
    }
}
