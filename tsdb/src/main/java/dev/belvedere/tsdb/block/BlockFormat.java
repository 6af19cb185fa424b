package dev.belvedere.tsdb.block;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// Constants of docs/format/metrics-block.md.
final class BlockFormat {

    /// `BVMB`, little-endian.
    static final int MAGIC = 0x424d5642;

    static final int VERSION = 1;
    static final int HEADER_BYTES = 8;
    static final int FOOTER_BYTES = 28;
    static final int MAX_INDEX_BYTES = 1 << 30;

    private BlockFormat() {}

    static OperationException corrupt(String key, String reason) {
        return new OperationException(
                "corrupt_block",
                Fault.CORRUPT,
                "metrics block " + key + " is damaged (" + reason
                        + "): run `belvedere check blocks`, or restore it from a backup");
    }
}
