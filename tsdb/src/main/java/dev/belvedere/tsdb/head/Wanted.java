package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.chunk.Chunk;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;

/// What a reader wants of one target.
///
/// @param series some of the target
/// @param toMillis inclusive
/// @param isNewestEnough whether the newest sample of each series in the range suffices
public record Wanted(IntArrayList series, long fromMillis, long toMillis, boolean isNewestEnough) {

    /// All samples of some series in a range.
    public static Wanted samples(IntArrayList series, long fromMillis, long toMillis) {
        return new Wanted(series, fromMillis, toMillis, false);
    }

    public Wanted withAllSamples() {
        return samples(series, fromMillis, toMillis);
    }

    public boolean overlaps(Chunk chunk) {
        return chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis;
    }

    /// Adds those chunks that overlap.
    void collect(List<Chunk> chunks, List<Chunk> into) {
        for (Chunk chunk : chunks) {
            collect(chunk, into);
        }
    }

    /// Adds a chunk if it overlaps.
    void collect(Chunk chunk, List<Chunk> into) {
        if (overlaps(chunk)) {
            into.add(chunk);
        }
    }
}
