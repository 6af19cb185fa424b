package dev.belvedere.tsdb.rollup;

import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.read.Deletion;
import dev.belvedere.tsdb.read.MaskedChunk;
import java.util.ArrayList;
import java.util.List;

/// A chunk of samples or of windows, with what is hidden of it.
///
/// @param isDownsampled whether its rows are windows
/// @param deletions by row time
public record Source(Chunk chunk, boolean isDownsampled, List<Deletion> deletions) {

    public static Source samples(Chunk chunk) {
        return new Source(chunk, false, List.of());
    }

    /// One aggregate of it.
    Chunk of(Aggregate aggregate) {
        return isDownsampled
                ? masked(new AggregateChunk(chunk, true, aggregate))
                : new AggregateChunk(masked(chunk), false, aggregate);
    }

    /// Its samples, or the last of each of its windows. Stale markers of samples are among them.
    Chunk samplesOrLast() {
        return isDownsampled ? of(Aggregate.LAST) : masked(chunk);
    }

    private Chunk masked(Chunk whole) {
        List<Deletion> touching = new ArrayList<>(0);
        for (Deletion deletion : deletions) {
            if (deletion.touches(whole)) {
                touching.add(deletion);
            }
        }
        return touching.isEmpty() ? whole : new MaskedChunk(whole, touching);
    }
}
