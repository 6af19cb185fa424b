package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.Wanted;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.Deletion;
import dev.belvedere.tsdb.read.MaskedChunk;
import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import java.util.ArrayList;
import java.util.List;

/// Finds the chunks of one target after the other, where sources and what is hidden of them are the same for all.
/// Guarded by the partition.
///
/// @param sources blocks, by start offset
/// @param flushing by target number
/// @param expired what is hidden of all that is in no block
public record ChunkSearch(List<Source> sources, List<List<Chunk>> flushing, Head head, List<Deletion> expired) {

    /// The chunks of a block by target number, and what is hidden of it.
    record Source(Int2ObjectMap<List<BlockChunk>> chunks, List<Deletion> deletions) {

        List<BlockChunk> ofTarget(Target target) {
            List<BlockChunk> found = chunks.get(target.number());
            return found == null ? List.of() : found;
        }
    }

    /// All chunks that may hold samples of some series of a target, older sources first.
    public List<Chunk> chunks(Target target, Wanted wanted) {
        List<Chunk> found = new ArrayList<>();
        for (int s = 0; s < sources.size(); s++) {
            Source source = sources.get(s);
            List<BlockChunk> ofTarget = source.ofTarget(target);
            for (int i = 0; i < ofTarget.size(); i++) {
                BlockChunk chunk = ofTarget.get(i);
                if (wanted.overlaps(chunk.minMillis(), chunk.maxMillis())) {
                    found.add(masked(chunk, source.deletions));
                }
            }
        }
        addUnflushed(target, wanted, found);
        return found;
    }

    /// All encoded chunks of a target, older sources first.
    List<Chunk> encodedChunks(Target target) {
        List<Chunk> found = new ArrayList<>();
        for (Source source : sources) {
            for (BlockChunk chunk : source.ofTarget(target)) {
                found.add(masked(chunk, source.deletions));
            }
        }
        int begin = found.size();
        if (target.number() < flushing.size()) {
            found.addAll(flushing.get(target.number()));
        }
        head.collectSealed(target, found);
        for (int i = begin; i < found.size() && !expired.isEmpty(); i++) {
            found.set(i, masked(found.get(i), expired));
        }
        return found;
    }

    private void addUnflushed(Target target, Wanted wanted, List<Chunk> into) {
        int begin = into.size();
        boolean isAnyHidden = !expired.isEmpty();
        if (target.number() < flushing.size()) {
            wanted.collect(flushing.get(target.number()), into);
        }
        // The newest sample may be hidden, and then the one before it counts.
        head.collect(target, isAnyHidden ? wanted.withAllSamples() : wanted, into);
        for (int i = begin; isAnyHidden && i < into.size(); i++) {
            into.set(i, masked(into.get(i), expired));
        }
    }

    /// The chunk without what is hidden of it.
    public static Chunk masked(Chunk chunk, List<Deletion> deletions) {
        if (deletions.isEmpty()) {
            return chunk;
        }
        List<Deletion> touching = new ArrayList<>(0);
        for (Deletion deletion : deletions) {
            if (deletion.touches(chunk)) {
                touching.add(deletion);
            }
        }
        return touching.isEmpty() ? chunk : new MaskedChunk(chunk, touching);
    }
}
