package dev.belvedere.tsdb.block;

import dev.belvedere.model.OperationException;
import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkBytes;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.EncodedColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What becomes of some chunks of a target that follow each other in time, when a block is written of them.
///
/// Merging costs ten times what copying does. A chunk that is long enough and alone in its time gains nothing by it,
/// so what heads bring is merged once, and not by each compaction again.
sealed interface ChunkRun {

    /// More chunks of a target in a head are left to compaction: its series have times of their own, and what
    /// merging costs grows with chunks times series.
    int MAX_MERGED_OF_HEAD = 128;

    /// One that is copied.
    record Copied(Chunk chunk, ChunkBytes bytes) implements ChunkRun {

        /// The chunk's bytes, with their checksums compared.
        ///
        /// @throws OperationException `corrupt_block`, `corrupt_segment`, `io_error`
        EncodedPart part() {
            try {
                new EncodedColumns(bytes).checkPages();
                return new EncodedPart(
                        chunk.layout().series(),
                        chunk.minMillis(),
                        chunk.maxMillis(),
                        bytes.range(0, bytes.length()).bytes(),
                        bytes.headerLength());
            } catch (OperationException e) {
                bytes.isSkipped(e);
                throw e;
            }
        }
    }

    /// Chunks that are merged, older sources before newer ones.
    record Merged(List<Chunk> chunks) implements ChunkRun {}

    /// Splits the chunks of a target that reach into a time range, in the order of their times.
    ///
    /// @param chunks older sources before newer ones
    /// @param toMillis inclusive
    /// @param minCopiedRows how long a chunk has to be to be copied; of a head, the only chunk of a target
    ///     and each of more than [#MAX_MERGED_OF_HEAD] are copied however short
    static List<ChunkRun> split(List<Chunk> chunks, long fromMillis, long toMillis, int minCopiedRows) {
        List<Chunk> byTime = new ArrayList<>(chunks);
        byTime.removeIf(chunk -> chunk.minMillis() > toMillis || chunk.maxMillis() < fromMillis);
        byTime.sort(Comparator.comparingLong(Chunk::minMillis));
        boolean isHeadCopied = byTime.size() == 1 || byTime.size() > MAX_MERGED_OF_HEAD;
        List<ChunkRun> runs = new ArrayList<>();
        Set<Chunk> pending = Collections.newSetFromMap(new IdentityHashMap<>());
        long reachedMillis = Long.MIN_VALUE;
        for (int i = 0; i < byTime.size(); i++) {
            Chunk chunk = byTime.get(i);
            boolean isAlone = (i == 0 || chunk.minMillis() > reachedMillis)
                    && (i == byTime.size() - 1 || byTime.get(i + 1).minMillis() > chunk.maxMillis());
            boolean isWithin = chunk.minMillis() >= fromMillis && chunk.maxMillis() <= toMillis;
            boolean isCopied = chunk instanceof EncodedChunk && isHeadCopied
                    || isAlone && chunk.open().rows() >= minCopiedRows;
            if (isWithin && isCopied && chunk instanceof ChunkBytes bytes) {
                addMerged(chunks, pending, runs);
                runs.add(new Copied(chunk, bytes));
            } else {
                pending.add(chunk);
            }
            reachedMillis = Math.max(reachedMillis, chunk.maxMillis());
        }
        addMerged(chunks, pending, runs);
        return runs;
    }

    private static void addMerged(List<Chunk> chunks, Set<Chunk> pending, List<ChunkRun> into) {
        if (!pending.isEmpty()) {
            into.add(new Merged(chunks.stream().filter(pending::contains).toList()));
            pending.clear();
        }
    }
}
