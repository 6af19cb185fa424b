package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.NativeHistogram;

/// Takes the samples of a chunk in their order.
public interface ChunkSink {

    /// @param startMillis when the counter began; 0 where the chunk does not tell
    void sample(long timestampMillis, long startMillis, double value);

    void histogram(long timestampMillis, NativeHistogram histogram);
}
