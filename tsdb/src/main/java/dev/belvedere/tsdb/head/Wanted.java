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

    public boolean overlaps(long minMillis, long maxMillis) {
        return minMillis <= toMillis && maxMillis >= fromMillis;
    }

    /// Adds those chunks that overlap.
    public void collect(List<Chunk> chunks, List<Chunk> into) {
        for (int i = 0; i < chunks.size(); i++) {
            collect(chunks.get(i), into);
        }
    }

    /// Adds a chunk if it overlaps.
    void collect(Chunk chunk, List<Chunk> into) {
        if (overlaps(chunk.minMillis(), chunk.maxMillis())) {
            into.add(chunk);
        }
    }
}
