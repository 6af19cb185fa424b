package dev.belvedere.tsdb.partition;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import java.nio.ByteBuffer;
import java.util.List;

/// Puts damaged blocks aside, where no reader and no removal of leftovers finds them.
///
/// A copy is made before the catalog forgets the block, and the block is deleted last: a crash in between leaves both,
/// and the next start goes on.
public final class Quarantine {

    public static final String PREFIX = "quarantine/";

    /// Of a record that tells which block is missing, for as long as its bytes are kept.
    public static final String KIND = "quarantine";

    private static final int COPY_BYTES = 1 << 20;

    private final Catalog catalog;
    private final SegmentStore segments;

    public Quarantine(Catalog catalog, SegmentStore segments) {
        this.catalog = catalog;
        this.segments = segments;
    }

    /// Whether a failure to read a block means that its bytes are damaged, and not that they cannot be had.
    public static boolean isDamage(OperationException e) {
        return e.code().equals("corrupt_block") || e.code().equals("corrupt_segment");
    }

    /// Takes a block out of the store. That it is missing stays known.
    ///
    /// @return what stands for it
    public SegmentRecord putAside(SegmentRecord damaged) {
        SegmentRecord told = new SegmentRecord(
                PREFIX + damaged.key(),
                damaged.topic(),
                damaged.partition(),
                damaged.tenant(),
                KIND,
                damaged.level(),
                damaged.minMillis(),
                damaged.maxMillis(),
                damaged.startOffset(),
                damaged.endOffset(),
                damaged.sizeBytes(),
                damaged.properties());
        putAside(damaged, List.of(told));
        return told;
    }

    /// Takes a block out of the catalog and keeps its bytes.
    ///
    /// @param replacements what stands for it
    /// @return the key under which its bytes are kept
    public String putAside(SegmentRecord damaged, List<SegmentRecord> replacements) {
        String kept = PREFIX + damaged.key();
        try (SegmentReader reader = segments.open(damaged.key())) {
            segments.put(kept, sink -> {
                for (long at = 0; at < reader.size(); at += COPY_BYTES) {
                    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(COPY_BYTES, reader.size() - at));
                    reader.read(at, buffer);
                    sink.write(buffer.flip());
                }
            });
        }
        catalog.commit(CatalogEdit.replace(List.of(damaged.key()), replacements));
        segments.delete(damaged.key());
        return kept;
    }
}
