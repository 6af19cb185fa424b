package dev.belvedere.tsdb.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import java.util.ArrayDeque;
import java.util.Iterator;

/// The headers of a partition's chunks that queries have read, up to a number of bytes; of more, those that came first
/// go. Queries for a few series of many targets read little else.
///
/// A header is kept in its chunk: finding it costs nothing. Its lock is taken last.
public final class HeaderCache {

    static final int MAX_BYTES = 2 << 20;

    @GuardedBy("this")
    private final ArrayDeque<BlockChunk> chunks = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    synchronized void put(BlockChunk chunk, ChunkHeader header) {
        if (chunk.header() != null) {
            return;
        }
        chunk.setHeader(header);
        chunks.add(chunk);
        bytes += header.sizeBytes();
        while (bytes > MAX_BYTES) {
            forget(chunks.remove());
        }
    }

    /// Forgets the headers of a block that is closed.
    synchronized void forget(Block block) {
        for (Iterator<BlockChunk> each = chunks.iterator(); each.hasNext(); ) {
            BlockChunk chunk = each.next();
            if (chunk.block() == block) {
                each.remove();
                forget(chunk);
            }
        }
    }

    @GuardedBy("this")
    private void forget(BlockChunk chunk) {
        ChunkHeader header = chunk.header();
        if (header != null) {
            bytes -= header.sizeBytes();
            chunk.setHeader(null);
        }
    }
}
