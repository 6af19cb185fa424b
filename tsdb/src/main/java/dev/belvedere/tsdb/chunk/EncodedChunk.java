package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ByteSource;
import org.jspecify.annotations.Nullable;

/// An encoded chunk in memory.
public final class EncodedChunk implements Chunk, ChunkBytes {

    /// A header is kept of a chunk that takes at least so many times its memory.
    private static final int MIN_HEADERS = 8;

    private final ColumnLayout layout;
    private final long minMillis;
    private final long maxMillis;
    private final byte[] bytes;

    /// Absent until a query opens the chunk: most read a few columns of many chunks, whose headers are much of that.
    /// Threads that race for it read the same.
    private @Nullable ChunkHeader header;

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

    /// Not to be changed.
    public byte[] bytes() {
        return bytes;
    }

    public int rows() {
        return new ByteSource(bytes).getIndex(ChunkEncoder.MAX_ROWS);
    }

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return new EncodedColumns(this, readHeader(), buffers);
    }

    private ChunkHeader readHeader() {
        ChunkHeader known = header;
        if (known != null) {
            return known;
        }
        ChunkHeader read = ChunkHeader.read(this);
        if ((long) read.sizeBytes() * MIN_HEADERS <= bytes.length) {
            header = read;
        }
        return read;
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
