package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ByteSource;

/// An encoded chunk in memory.
///
/// @param bytes what [ChunkEncoder] made; not copied
public record EncodedChunk(ColumnLayout layout, long minMillis, long maxMillis, byte[] bytes)
        implements Chunk, ChunkBytes {

    public int rows() {
        return new ByteSource(bytes).getIndex(ChunkEncoder.MAX_ROWS);
    }

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return new EncodedColumns(this, ChunkHeader.read(this), buffers);
    }

    @Override
    public Range range(long position, int length) {
        return new Range(bytes, (int) position);
    }

    /// Counts the header's bytes by reading it.
    @Override
    public int headerLength() {
        return ChunkHeader.length(new ByteSource(bytes));
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public boolean isChecked() {
        return false;
    }

    @Override
    public RuntimeException corrupt(String reason) {
        return new IllegalStateException("a chunk in memory is damaged: " + reason);
    }
}
