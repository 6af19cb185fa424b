package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;

/// Writes the samples of a histogram chunk behind its layout, with integer or float counts.
final class HistogramChunkWriter {

    private final BitWriter out;
    private final boolean isInteger;
    private final Count total = new Count();
    private final Count zero = new Count();
    private final XorValue sum = new XorValue();
    private Count[] positive = new Count[0];
    private Count[] negative = new Count[0];
    private int sampleCount;
    private long lastMillis;
    private long delta;

    /// A number of every histogram of the chunk, in either form.
    private final class Count {
        private final XorValue real = new XorValue();
        private long whole;
        private long delta;

        /// @param isSigned the number is the difference of two neighbouring buckets
        void writeFirst(double value, boolean isSigned) {
            whole = (long) value;
            real.set(value);
            if (!isInteger) {
                out.float64(value);
            } else if (isSigned) {
                VariableBits.writeSigned(out, whole);
            } else {
                VariableBits.writeUnsigned(out, whole);
            }
        }

        void writeNext(double value) {
            if (!isInteger) {
                real.write(out, value);
                return;
            }
            long newDelta = (long) value - whole;
            VariableBits.writeSigned(out, newDelta - delta);
            delta = newDelta;
            whole = (long) value;
        }

        /// As if the number went on as before.
        void skip() {
            if (isInteger) {
                VariableBits.writeSigned(out, 0);
            } else {
                real.write(out, 0);
            }
        }
    }

    HistogramChunkWriter(BitWriter out, boolean isInteger) {
        this.out = out;
        this.isInteger = isInteger;
    }

    /// @param positiveCounts absolute, one for each bucket of the layout
    void append(long timestampMillis, NativeHistogram histogram, double[] positiveCounts, double[] negativeCounts) {
        if (sampleCount == 0) {
            positive = counts(positiveCounts.length);
            negative = counts(negativeCounts.length);
            VariableBits.writeSigned(out, timestampMillis);
            total.writeFirst(histogram.count(), false);
            zero.writeFirst(histogram.zeroCount(), false);
            out.float64(histogram.sum());
            sum.set(histogram.sum());
            writeFirst(positive, positiveCounts);
            writeFirst(negative, negativeCounts);
        } else {
            writeTime(timestampMillis);
            total.writeNext(histogram.count());
            zero.writeNext(histogram.zeroCount());
            sum.write(out, histogram.sum());
            writeNext(positive, positiveCounts);
            writeNext(negative, negativeCounts);
        }
        lastMillis = timestampMillis;
        sampleCount++;
    }

    /// Adds a stale marker, behind which only others may follow.
    void appendStale(long timestampMillis, double staleSum) {
        if (sampleCount == 0) {
            append(timestampMillis, NativeHistogram.STALE, new double[0], new double[0]);
            return;
        }
        writeTime(timestampMillis);
        total.skip();
        zero.skip();
        sum.write(out, staleSum);
        lastMillis = timestampMillis;
        sampleCount++;
    }

    private void writeTime(long timestampMillis) {
        long newDelta = timestampMillis - lastMillis;
        VariableBits.writeSigned(out, newDelta - delta);
        delta = newDelta;
    }

    private Count[] counts(int size) {
        Count[] counts = new Count[size];
        for (int i = 0; i < size; i++) {
            counts[i] = new Count();
        }
        return counts;
    }

    private void writeFirst(Count[] counts, double[] values) {
        double before = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i].writeFirst(isInteger ? values[i] - before : values[i], true);
            before = values[i];
        }
    }

    private void writeNext(Count[] counts, double[] values) {
        double before = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i].writeNext(isInteger ? values[i] - before : values[i]);
            before = values[i];
        }
    }
}
