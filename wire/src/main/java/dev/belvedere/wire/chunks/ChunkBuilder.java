package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts the samples of one series into chunks as Prometheus does: of at most so many samples, floats apart from
/// histograms, and a new one where histograms change their bounds or a counter was reset. Reusable after [#finish].
///
/// Start times are left out: the encodings written here have no place for them.
public final class ChunkBuilder implements ChunkSink {

    /// Samples of a chunk; what Prometheus aims at.
    public static final int TARGET_SAMPLES = 120;

    private final Consumer<EncodedChunk> out;
    private @Nullable FloatChunkWriter floats;
    private @Nullable HistogramRun histograms;

    public ChunkBuilder(Consumer<EncodedChunk> out) {
        this.out = out;
    }

    @Override
    public void sample(long timestampMillis, long startMillis, double value) {
        FloatChunkWriter writer = floats;
        if (writer == null || writer.sampleCount() == TARGET_SAMPLES) {
            finish();
            writer = new FloatChunkWriter();
            floats = writer;
        }
        writer.append(timestampMillis, value);
    }

    @Override
    public void histogram(long timestampMillis, NativeHistogram histogram) {
        HistogramRun run = histograms;
        boolean isReset = run != null && run.fits(histogram) && run.isResetBy(histogram);
        if (run == null || run.isFull() || !run.fits(histogram) || isReset) {
            finish();
            run = new HistogramRun(histogram, isReset);
            histograms = run;
        }
        run.add(timestampMillis, histogram);
    }

    /// Gives out the last chunk.
    public void finish() {
        FloatChunkWriter writer = floats;
        if (writer != null) {
            out.accept(writer.finish());
            floats = null;
        }
        HistogramRun run = histograms;
        if (run != null) {
            out.accept(run.encode());
            histograms = null;
        }
    }
}
