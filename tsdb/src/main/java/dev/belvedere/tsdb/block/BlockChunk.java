package dev.belvedere.tsdb.block;

import dev.belvedere.model.OperationException;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkBytes;
import dev.belvedere.tsdb.chunk.ChunkView;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedColumns;
import dev.belvedere.tsdb.chunk.LostRows;
import dev.belvedere.tsdb.chunk.OpenChunk;

/// An encoded chunk in a block.
///
/// @param position where it begins in the block
public record BlockChunk(
        Block block, ColumnLayout layout, long minMillis, long maxMillis, long position, int headerLength, int length)
        implements Chunk, ChunkBytes {

    /// Opens it for readers that go on without what is damaged (docs/retention.md, "Damaged blocks").
    @Override
    public OpenChunk open() {
        try {
            return new EncodedColumns(this);
        } catch (OperationException e) {
            if (!isSkipped(e)) {
                throw e;
            }
            return new LostRows(minMillis);
        }
    }

    /// The chunk for those who must not go on without anything of it.
    public Chunk whole() {
        return new Whole(this);
    }

    /// Reads all of it and compares checksums, without taking the samples apart.
    ///
    /// @throws OperationException `corrupt_block`, `corrupt_segment`, `io_error`
    public void check() {
        new EncodedColumns(new Whole(this)).checkPages();
    }

    @Override
    public boolean isSkipped(OperationException failure) {
        return block.noteDamage(this, failure) && block.columnsPerSeries() == 1;
    }

    private record Whole(BlockChunk base) implements ChunkView, ChunkBytes {

        @Override
        public OpenChunk open() {
            try {
                return new EncodedColumns(this);
            } catch (OperationException e) {
                base.block.noteDamage(base, e);
                throw e;
            }
        }

        @Override
        public boolean isSkipped(OperationException failure) {
            base.block.noteDamage(base, failure);
            return false;
        }

        @Override
        public Range range(long from, int count) {
            return base.range(from, count);
        }

        @Override
        public int headerLength() {
            return base.headerLength;
        }

        @Override
        public int length() {
            return base.length;
        }

        @Override
        public boolean isChecked() {
            return true;
        }

        @Override
        public RuntimeException corrupt(String reason) {
            return base.corrupt(reason);
        }
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
