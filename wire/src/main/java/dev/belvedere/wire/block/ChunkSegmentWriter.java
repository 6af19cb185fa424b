package dev.belvedere.wire.block;

import dev.belvedere.wire.chunks.EncodedChunk;
import java.util.function.IntFunction;

/// Writes chunks into segment files, beginning a new one when the last is full.
public final class ChunkSegmentWriter {

    /// What Prometheus allows a segment.
    private static final long MAX_SEGMENT_BYTES = 512L << 20;

    private final IntFunction<BlockOutput> files;
    private final long maxSegmentBytes;
    private final ByteGrower bytes = new ByteGrower();
    private BlockOutput out = (written, length) -> {};
    private int segment;
    private long position;

    /// @param files opens the output of segment 1, 2, ...; the one before is complete then
    public ChunkSegmentWriter(IntFunction<BlockOutput> files) {
        this(files, MAX_SEGMENT_BYTES);
    }

    ChunkSegmentWriter(IntFunction<BlockOutput> files, long maxSegmentBytes) {
        this.files = files;
        this.maxSegmentBytes = maxSegmentBytes;
        begin();
    }

    private void begin() {
        out = files.apply(++segment);
        bytes.clear();
        bytes.uint32(ChunkSegments.MAGIC);
        bytes.uint8(ChunkSegments.VERSION);
        bytes.uint8(0);
        bytes.uint8(0);
        bytes.uint8(0);
        flush();
    }

    private void flush() {
        out.write(bytes.array(), bytes.size());
        position += bytes.size();
    }

    /// @return where the chunk lies, for the index
    public long write(EncodedChunk chunk) {
        bytes.clear();
        bytes.uvarint(chunk.data().length);
        int start = bytes.size();
        bytes.uint8(chunk.encoding().number());
        bytes.raw(chunk.data(), chunk.data().length);
        bytes.checksum(start);
        if (position + bytes.size() > maxSegmentBytes) {
            byte[] kept = bytes.toByteArray();
            position = 0;
            begin();
            bytes.clear();
            bytes.raw(kept, kept.length);
        }
        long ref = (long) (segment - 1) << 32 | position;
        flush();
        return ref;
    }
}
