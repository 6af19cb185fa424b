package dev.belvedere.wire.block;

import dev.belvedere.model.TimeRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// Which samples of which series of a block were deleted, by the refs of its index.
public final class Tombstones {

    /// A block without deletions.
    public static final Tombstones NONE = new Tombstones(Map.of());

    private static final int MAGIC = 0x0130ba30;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 5;

    private final Map<Long, List<TimeRange>> deleted;

    private Tombstones(Map<Long, List<TimeRange>> deleted) {
        this.deleted = deleted;
    }

    /// @throws BlockFormatException if the file does not hold tombstones
    public static Tombstones read(BlockFile file) {
        FileWindow in = new FileWindow(file);
        if (file.size() < HEADER_BYTES + 4 || file.size() > Integer.MAX_VALUE) {
            throw new BlockFormatException(file.name(), file.size(), "no tombstones are so short or long");
        }
        if ((int) in.uint32() != MAGIC) {
            throw new BlockFormatException(file.name(), 0, "no tombstones begin like this");
        }
        int version = in.uint8();
        if (version != VERSION) {
            throw new BlockFormatException(file.name(), 4, "version " + version + " is not read here, only " + VERSION);
        }
        int length = (int) (file.size() - HEADER_BYTES - 4);
        in.verify(length, "the tombstones");
        in.limit(length);
        Map<Long, List<TimeRange>> deleted = new HashMap<>();
        while (in.remaining() > 0) {
            long ref = in.uvarint();
            long min = in.varint();
            long max = in.varint();
            if (max < min) {
                throw in.malformed("a deletion ends at " + max + ", before its start at " + min);
            }
            deleted.computeIfAbsent(ref, key -> new ArrayList<>(1)).add(new TimeRange(min, max));
        }
        return new Tombstones(deleted);
    }

    /// The deleted ranges of a series.
    public List<TimeRange> of(long seriesRef) {
        return deleted.getOrDefault(seriesRef, List.of());
    }

    /// The content of a file without deletions.
    public static byte[] emptyFile() {
        long checksum = new CRC32C().getValue();
        ByteGrower out = new ByteGrower();
        out.uint32(MAGIC);
        out.uint8(VERSION);
        out.uint32(checksum);
        return out.toByteArray();
    }
}
