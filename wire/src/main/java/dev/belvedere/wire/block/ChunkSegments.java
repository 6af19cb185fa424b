package dev.belvedere.wire.block;

import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.chunks.ChunkEncoding;
import dev.belvedere.wire.chunks.ChunkReader;
import dev.belvedere.wire.chunks.ChunkSink;
import java.util.ArrayList;
import java.util.List;

/// Reads chunks out of a block's segment files.
public final class ChunkSegments {

    static final int MAGIC = 0x85bd40dd;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 8;

    private final List<BlockFile> files;
    private final List<FileWindow> windows = new ArrayList<>();

    /// @param files in the order of their names
    /// @throws BlockFormatException if one of them is no segment
    public ChunkSegments(List<BlockFile> files) {
        this.files = List.copyOf(files);
        for (BlockFile file : this.files) {
            FileWindow window = new FileWindow(file);
            if (file.size() < HEADER_BYTES) {
                throw new BlockFormatException(file.name(), file.size(), "too short for a segment of chunks");
            }
            if ((int) window.uint32() != MAGIC) {
                throw new BlockFormatException(file.name(), 0, "no segment of chunks begins like this");
            }
            int version = window.uint8();
            if (version != VERSION) {
                throw new BlockFormatException(
                        file.name(), 4, "segment version " + version + " is not read here, only " + VERSION);
            }
            windows.add(window);
        }
    }

    /// Hands the samples of a chunk to the sink.
    ///
    /// @param ref as the index has it
    /// @throws BlockFormatException if there is no such chunk or its bytes are not what they were
    public void read(long ref, ChunkSink sink) {
        int segment = (int) (ref >>> 32);
        if (segment < 0 || segment >= files.size()) {
            throw new BlockFormatException(
                    "chunks", 0, "the index refers to segment " + (segment + 1) + " of " + files.size());
        }
        FileWindow in = windows.get(segment).seek(ref & 0xffff_ffffL);
        long position = in.position();
        int length = in.count(in.remaining(), "the length of a chunk");
        in.verify(Math.addExact(length, 1), "a chunk");
        try {
            ChunkEncoding encoding = ChunkEncoding.of(in.uint8());
            int at = in.take(length);
            ChunkReader.read(encoding, in.buffer(), at, length, sink);
        } catch (WireFormatException e) {
            throw new BlockFormatException(files.get(segment).name(), position, e.getMessage());
        }
    }
}
