package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.JoinedChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The encoded chunks of a group, in the order of sealing. Small ones that follow each other are joined.
///
/// Guarded by the partition.
final class SealedChunks {

    /// So many chunks of open rows become one.
    private static final int JOINED_CHUNKS = 4;

    private List<Chunk> chunks = new ArrayList<>(1);
    private long bytes;

    List<Chunk> chunks() {
        return chunks;
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /// Bytes of all chunks.
    long sizeBytes() {
        return bytes;
    }

    /// The layout of the last chunk where it has these series, so that the next can be joined with it, or a new one.
    ///
    /// @param series by column; not to be changed any more
    ColumnLayout layoutOf(int[] series) {
        if (!chunks.isEmpty()) {
            ColumnLayout before = chunks.getLast().layout();
            if (Arrays.equals(before.series(), series)) {
                return before;
            }
        }
        return new ColumnLayout(series);
    }

    /// Adds a chunk, and rewrites the last small ones as one where that needs no merging.
    void add(EncodedChunk chunk, ChunkEncoder encoder) {
        chunks.add(chunk);
        bytes += chunk.length();
        int size = chunks.size();
        if (!isJoinDue(size)) {
            return;
        }
        List<Chunk> last = chunks.subList(size - JOINED_CHUNKS, size);
        Chunk first = last.getFirst();
        byte[] joined = encoder.encode(new JoinedChunks(last), first.layout().columns());
        EncodedChunk whole = new EncodedChunk(
                first.layout(), first.minMillis(), last.getLast().maxMillis(), joined);
        for (Chunk small : last) {
            bytes -= ((EncodedChunk) small).length();
        }
        last.clear();
        chunks.add(whole);
        bytes += whole.length();
    }

    private boolean isJoinDue(int size) {
        if (size < JOINED_CHUNKS) {
            return false;
        }
        Chunk before = chunks.get(size - 1);
        if (isJoined(before)) {
            return false;
        }
        for (int i = size - 2; i >= size - JOINED_CHUNKS; i--) {
            Chunk chunk = chunks.get(i);
            if (chunk.layout() != before.layout() || chunk.maxMillis() >= before.minMillis() || isJoined(chunk)) {
                return false;
            }
            before = chunk;
        }
        return true;
    }

    private static boolean isJoined(Chunk chunk) {
        return ((EncodedChunk) chunk).rows() > OpenRows.ROWS;
    }

    /// Hands over all chunks.
    List<Chunk> takeAll() {
        List<Chunk> taken = chunks;
        chunks = new ArrayList<>(1);
        bytes = 0;
        return taken;
    }
}
