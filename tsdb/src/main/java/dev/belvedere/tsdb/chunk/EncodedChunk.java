package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ByteSource;

/// An encoded chunk in memory.
public final class EncodedChunk implements Chunk, ChunkBytes {

    private final ColumnLayout layout;
    private final long minMillis;
    private final long maxMillis;
    private final byte[] bytes;

    /// @param bytes what [ChunkEncoder] made; not copied
    public EncodedChunk(ColumnLayout layout, long minMillis, long maxMillis, byte[] bytes) {
        this.layout = layout;
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
        this.bytes = bytes;
    }

    @Override
    public ColumnLayout layout() {
        return layout;
    }

    @Override
    public long minMillis() {
        return minMillis;
    }

    @Override
    public long maxMillis() {
        return maxMillis;
    }

    public int rows() {
        return new ByteSource(bytes).getIndex(ChunkEncoder.MAX_ROWS);
    }

    public byte[] bytes() {
        return bytes;
    }

    @Override
    public OpenChunk open() {
        return new EncodedColumns(this);
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
