package dev.belvedere.tsdb.block;

import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkBytes;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedColumns;
import dev.belvedere.tsdb.chunk.OpenChunk;

/// An encoded chunk in a block.
///
/// @param position where it begins in the block
public record BlockChunk(
        Block block, ColumnLayout layout, long minMillis, long maxMillis, long position, int headerLength, int length)
        implements Chunk, ChunkBytes {

    @Override
    public OpenChunk open() {
        return new EncodedColumns(this);
    }

    @Override
    public Range range(long from, int count) {
        return new Range(block.read(position + from, count).array(), 0);
    }

    @Override
    public boolean isChecked() {
        return true;
    }

    @Override
    public RuntimeException corrupt(String reason) {
        return BlockFormat.corrupt(block.record().key(), "chunk at " + position + ": " + reason);
    }
}
