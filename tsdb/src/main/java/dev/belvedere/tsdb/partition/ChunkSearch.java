package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.Wanted;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.Deletion;
import dev.belvedere.tsdb.read.MaskedChunk;
import java.util.ArrayList;
import java.util.List;

/// Finds the chunks of one target after the other, where sources and what is hidden of them are the same for all.
/// Guarded by the partition.
///
/// @param sources blocks, by start offset
/// @param flushing by target number
/// @param expired what is hidden of all that is in no block
public record ChunkSearch(List<Source> sources, List<List<Chunk>> flushing, Head head, List<Deletion> expired) {

    /// A block, and what is hidden of it.
    record Source(Block block, List<Deletion> deletions) {}

    /// All chunks that may hold samples of some series of a target, older sources first.
    public List<Chunk> chunks(Target target, Wanted wanted) {
        List<Chunk> found = new ArrayList<>();
        for (int s = 0; s < sources.size(); s++) {
            Source source = sources.get(s);
            List<BlockChunk> ofTarget = source.block.chunksOf(target.number());
            for (int i = 0; i < ofTarget.size(); i++) {
                if (wanted.overlaps(ofTarget.get(i))) {
                    found.add(masked(ofTarget.get(i), source.deletions));
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
            for (BlockChunk chunk : source.block.chunksOf(target.number())) {
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
        if (target.number() < flushing.size()) {
            for (Chunk chunk : flushing.get(target.number())) {
                if (wanted.overlaps(chunk)) {
                    into.add(chunk);
                }
            }
        }
        // The newest sample may be hidden, and then the one before it counts.
        head.collect(target, expired.isEmpty() ? wanted : wanted.withAllSamples(), into);
        for (int i = begin; i < into.size() && !expired.isEmpty(); i++) {
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
