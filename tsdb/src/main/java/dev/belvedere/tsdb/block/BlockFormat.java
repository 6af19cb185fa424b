package dev.belvedere.tsdb.block;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import java.util.zip.CRC32C;

/// Constants and ends of docs/format/metrics-block.md.
final class BlockFormat {

    /// `BVMB`, little-endian.
    static final int MAGIC = 0x424d5642;

    static final int VERSION = 2;

    /// The first version, whose header stands outside all checksums.
    static final int FIRST_VERSION = 1;

    static final int HEADER_BYTES = 8;
    static final int FOOTER_BYTES = 28;
    static final int MAX_INDEX_BYTES = 1 << 30;
    static final int MAX_COLUMNS_PER_SERIES = 64;

    /// Bytes of the footer that its checksum covers.
    static final int CHECKED_FOOTER_BYTES = 20;

    private BlockFormat() {}

    static byte[] header(int version, int columnsPerSeries) {
        ByteSink header = new ByteSink(HEADER_BYTES);
        header.putInt(MAGIC);
        header.putShort(version);
        header.putShort(columnsPerSeries);
        return header.toBytes();
    }

    static int checksum(byte[] header, byte[] footer) {
        CRC32C crc = new CRC32C();
        if (version(header) != FIRST_VERSION) {
            crc.update(header);
        }
        crc.update(footer, 0, CHECKED_FOOTER_BYTES);
        return (int) crc.getValue();
    }

    static int version(byte[] header) {
        return header[4] & 0xff | (header[5] & 0xff) << 8;
    }

    /// How many columns a chunk has for each series.
    static int columnsPerSeries(byte[] header) {
        return Math.max(1, header[6] & 0xff | (header[7] & 0xff) << 8);
    }

    /// Whether the parts of a header that no checksum covers are as they must be.
    static boolean isWhole(byte[] header) {
        return new ByteSource(header).getInt() == MAGIC
                && (version(header) != FIRST_VERSION || header[6] == 0 && header[7] == 0);
    }

    static OperationException corrupt(String key, String reason) {
        return new OperationException(
                "corrupt_block",
                Fault.CORRUPT,
                "metrics block " + key + " is damaged (" + reason
                        + "): stop the server and run `belvedere check blocks --repair`, or restore it from a backup");
    }

    static OperationException unsupported(String key, int version) {
        return new OperationException(
                "unsupported_block",
                Fault.USER,
                "metrics block " + key + " has format version " + version + ", this release reads up to " + VERSION
                        + ": run the release that wrote it");
    }
}
