package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/// Which native histograms follow each other without a reset, and their sums.
final class HistogramRuns {

    private HistogramRuns() {}

    /// Whether two have the same buckets, but for those that are empty in one.
    static boolean isAlike(NativeHistogram a, NativeHistogram b) {
        return a.schema() == b.schema()
                && a.zeroThreshold() == b.zeroThreshold()
                && Arrays.equals(a.customBounds(), b.customBounds())
                && (a.resetHint() == ResetHint.GAUGE) == (b.resetHint() == ResetHint.GAUGE);
    }

    /// Whether `next` may follow `before` in one window: alike, and no counter in it was reset. In doubt it may not.
    static boolean continues(NativeHistogram before, NativeHistogram next) {
        if (!isAlike(before, next)) {
            return false;
        }
        if (next.resetHint() == ResetHint.GAUGE) {
            return true;
        }
        return next.resetHint() != ResetHint.RESET
                && next.count() >= before.count()
                && next.zeroCount() >= before.zeroCount()
                && hasNotFallen(
                        new Side(before.positiveSpans(), before.positiveCounts()),
                        new Side(next.positiveSpans(), next.positiveCounts()))
                && hasNotFallen(
                        new Side(before.negativeSpans(), before.negativeCounts()),
                        new Side(next.negativeSpans(), next.negativeCounts()));
    }

    private static boolean hasNotFallen(Side before, Side next) {
        boolean hasNext = next.advance();
        while (before.advance()) {
            while (hasNext && next.index < before.index) {
                hasNext = next.advance();
            }
            double now = hasNext && next.index == before.index ? next.count : 0;
            if (!(now >= before.count)) {
                return false;
            }
        }
        return true;
    }

    /// The sum of two that are alike.
    static NativeHistogram add(NativeHistogram a, NativeHistogram b) {
        Union positive = new Union(
                new Side(a.positiveSpans(), a.positiveCounts()), new Side(b.positiveSpans(), b.positiveCounts()));
        Union negative = new Union(
                new Side(a.negativeSpans(), a.negativeCounts()), new Side(b.negativeSpans(), b.negativeCounts()));
        return new NativeHistogram(
                a.resetHint() == b.resetHint() ? a.resetHint() : ResetHint.UNKNOWN,
                a.schema(),
                a.zeroThreshold(),
                a.zeroCount() + b.zeroCount(),
                a.count() + b.count(),
                a.sum() + b.sum(),
                positive.spans.toIntArray(),
                positive.counts.toDoubleArray(),
                negative.spans.toIntArray(),
                negative.counts.toDoubleArray(),
                a.customBounds());
    }

    /// Goes over the buckets of one side.
    private static final class Side {

        private final int[] spans;
        private final double[] counts;
        private int span = -1;
        private int left;
        private int bucket = -1;
        int index = -1;
        double count;

        Side(int[] spans, double[] counts) {
            this.spans = spans;
            this.counts = counts;
        }

        boolean advance() {
            while (left == 0) {
                span++;
                if (2 * span >= spans.length) {
                    return false;
                }
                index = span == 0 ? spans[0] - 1 : index + spans[2 * span];
                left = spans[2 * span + 1];
            }
            left--;
            index++;
            count = counts[++bucket];
            return true;
        }
    }

    private static final class Union {

        final IntArrayList spans = new IntArrayList();
        final DoubleArrayList counts = new DoubleArrayList();
        private int last;

        Union(Side a, Side b) {
            boolean hasA = a.advance();
            boolean hasB = b.advance();
            while (hasA || hasB) {
                boolean isA = hasA && (!hasB || a.index <= b.index);
                boolean isB = hasB && (!hasA || b.index <= a.index);
                put(isA ? a.index : b.index, (isA ? a.count : 0) + (isB ? b.count : 0));
                hasA = isA ? a.advance() : hasA;
                hasB = isB ? b.advance() : hasB;
            }
        }

        private void put(int index, double count) {
            int size = spans.size();
            if (size > 0 && index == last + 1) {
                spans.set(size - 1, spans.getInt(size - 1) + 1);
            } else {
                spans.add(size == 0 ? index : index - last - 1);
                spans.add(1);
            }
            last = index;
            counts.add(count);
        }
    }
}
