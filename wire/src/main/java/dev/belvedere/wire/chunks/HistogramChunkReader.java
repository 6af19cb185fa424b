package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;

/// Reads a chunk of native histograms, with integer or float counts.
final class HistogramChunkReader {

    private static final int GAUGE = 0b11;

    private final BitReader in;
    private final boolean isInteger;
    private final boolean isGauge;

    /// A number of every histogram of the chunk, in either form.
    private final class Count {
        private final XorValue real = new XorValue();
        private long whole;
        private long delta;

        /// @param isSigned the number is the difference of two neighbouring buckets
        void readFirst(boolean isSigned) {
            if (isInteger) {
                whole = isSigned ? VariableBits.readSigned(in) : VariableBits.readUnsigned(in);
            } else {
                real.set(in.float64());
            }
        }

        void readNext() {
            if (isInteger) {
                delta += VariableBits.readSigned(in);
                whole += delta;
            } else {
                real.read(in);
            }
        }

        double value() {
            return isInteger ? whole : real.value();
        }
    }

    HistogramChunkReader(BitReader in, boolean isInteger) {
        this.in = in;
        this.isInteger = isInteger;
        this.isGauge = (int) in.bits(2) == GAUGE;
        in.bits(6);
    }

    void read(int count, ChunkSink sink) {
        if (count == 0) {
            return;
        }
        HistogramLayout layout = HistogramLayout.read(in);
        Count total = new Count();
        Count zero = new Count();
        XorValue sum = new XorValue();
        Count[] positive = counts(layout.positiveSpans());
        Count[] negative = counts(layout.negativeSpans());
        long timestampMillis = 0;
        long delta = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                timestampMillis = VariableBits.readSigned(in);
                total.readFirst(false);
                zero.readFirst(false);
                sum.set(in.float64());
                readFirst(positive);
                readFirst(negative);
            } else {
                delta += VariableBits.readSigned(in);
                timestampMillis += delta;
                total.readNext();
                zero.readNext();
                sum.read(in);
                // A stale marker has no buckets, and nothing but stale markers may follow it.
                if (!SampleValues.isStale(sum.value())) {
                    readNext(positive);
                    readNext(negative);
                }
            }
            sink.histogram(
                    timestampMillis,
                    SampleValues.isStale(sum.value())
                            ? NativeHistogram.STALE
                            : new NativeHistogram(
                                    hint(i),
                                    layout.schema(),
                                    layout.zeroThreshold(),
                                    zero.value(),
                                    total.value(),
                                    SampleValues.canonical(sum.value()),
                                    layout.positiveSpans(),
                                    absolute(positive),
                                    layout.negativeSpans(),
                                    absolute(negative),
                                    layout.customBounds()));
        }
    }

    private ResetHint hint(int sample) {
        return isGauge ? ResetHint.GAUGE : sample == 0 ? ResetHint.UNKNOWN : ResetHint.NOT_RESET;
    }

    private Count[] counts(int[] spans) {
        Count[] counts = new Count[HistogramLayout.bucketCount(spans)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new Count();
        }
        return counts;
    }

    private static void readFirst(Count[] counts) {
        for (Count count : counts) {
            count.readFirst(true);
        }
    }

    private static void readNext(Count[] counts) {
        for (Count count : counts) {
            count.readNext();
        }
    }

    private double[] absolute(Count[] counts) {
        double[] absolute = new double[counts.length];
        long whole = 0;
        for (int i = 0; i < counts.length; i++) {
            whole += counts[i].whole;
            absolute[i] = isInteger ? whole : counts[i].value();
        }
        return absolute;
    }
}
