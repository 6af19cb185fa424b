package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import java.util.ArrayList;
import java.util.List;

/// Histograms that go into one chunk: with the same bounds, all gauges or none, and none after a reset. Their buckets
/// may differ; the chunk has those of all.
final class HistogramRun {

    private static final int MIN_SAMPLES = 10;

    /// Bucket counts of a chunk, so that large histograms make chunks of fewer samples.
    private static final int MAX_CELLS = 1 << 14;

    private static final int GAUGE = 0b1100_0000;
    private static final int RESET = 0b1000_0000;
    private static final double MAX_WHOLE = 1L << 53;

    private final List<NativeHistogram> histograms = new ArrayList<>();
    private final List<Long> timestamps = new ArrayList<>();
    private final HistogramLayout layout;
    private final boolean isGauge;
    private final boolean isAfterReset;

    /// Buckets of all histograms so far.
    private int[] positive = new int[0];

    private int[] negative = new int[0];

    /// Buckets of the last one.
    private int[] lastPositive = positive;

    private int[] lastNegative = negative;
    private boolean isWhole = true;

    /// @param isAfterReset the run before ended because this histogram follows a counter reset
    HistogramRun(NativeHistogram first, boolean isAfterReset) {
        this.layout = HistogramLayout.of(first);
        this.isGauge = first.resetHint() == ResetHint.GAUGE;
        this.isAfterReset = isAfterReset || first.resetHint() == ResetHint.RESET;
    }

    /// Whether the run is as long as a chunk shall be.
    boolean isFull() {
        int size = histograms.size();
        return size >= ChunkBuilder.TARGET_SAMPLES
                || size >= MIN_SAMPLES && size * (long) (positive.length + negative.length) >= MAX_CELLS;
    }

    /// Whether a histogram with other bounds, or of another sort, needs another chunk.
    boolean fits(NativeHistogram next) {
        boolean isAfterStale = histograms.getLast().isStale();
        return next.isStale()
                || !isAfterStale && layout.hasBoundsOf(next) && isGauge == (next.resetHint() == ResetHint.GAUGE);
    }

    /// Whether a counter reset lies between the last histogram and one that [#fits].
    boolean isResetBy(NativeHistogram next) {
        if (isGauge || next.isStale()) {
            return false;
        }
        NativeHistogram last = histograms.getLast();
        return next.resetHint() == ResetHint.RESET
                || next.count() < last.count()
                || next.zeroCount() < last.zeroCount()
                || BucketIndexes.hasReset(
                        last.positiveCounts(),
                        lastPositive,
                        next.positiveCounts(),
                        BucketIndexes.of(next.positiveSpans()))
                || BucketIndexes.hasReset(
                        last.negativeCounts(),
                        lastNegative,
                        next.negativeCounts(),
                        BucketIndexes.of(next.negativeSpans()));
    }

    void add(long timestampMillis, NativeHistogram histogram) {
        histograms.add(histogram);
        timestamps.add(timestampMillis);
        if (histogram.isStale()) {
            return;
        }
        lastPositive = BucketIndexes.of(histogram.positiveSpans());
        lastNegative = BucketIndexes.of(histogram.negativeSpans());
        positive = BucketIndexes.union(positive, lastPositive);
        negative = BucketIndexes.union(negative, lastNegative);
        isWhole = isWhole
                && isWhole(histogram.count())
                && isWhole(histogram.zeroCount())
                && isWhole(histogram.positiveCounts())
                && isWhole(histogram.negativeCounts());
    }

    private static boolean isWhole(double... counts) {
        for (double count : counts) {
            if (!(count >= 0 && count <= MAX_WHOLE && count == Math.rint(count))) {
                return false;
            }
        }
        return true;
    }

    EncodedChunk encode() {
        BitWriter out = new BitWriter(256);
        out.bits(0, 16);
        out.bits(isGauge ? GAUGE : isAfterReset ? RESET : 0, 8);
        layout.withSpans(BucketIndexes.spans(positive), BucketIndexes.spans(negative))
                .write(out);
        HistogramChunkWriter writer = new HistogramChunkWriter(out, isWhole);
        for (int i = 0; i < histograms.size(); i++) {
            NativeHistogram histogram = histograms.get(i);
            if (histogram.isStale()) {
                writer.appendStale(timestamps.get(i), histogram.sum());
                continue;
            }
            writer.append(
                    timestamps.get(i),
                    histogram,
                    BucketIndexes.moved(
                            histogram.positiveCounts(), BucketIndexes.of(histogram.positiveSpans()), positive),
                    BucketIndexes.moved(
                            histogram.negativeCounts(), BucketIndexes.of(histogram.negativeSpans()), negative));
        }
        return new EncodedChunk(
                isWhole ? ChunkEncoding.HISTOGRAMS : ChunkEncoding.FLOAT_HISTOGRAMS,
                timestamps.getFirst(),
                timestamps.getLast(),
                histograms.size(),
                out.finish(histograms.size()));
    }
}
