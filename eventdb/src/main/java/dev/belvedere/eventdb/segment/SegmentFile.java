package dev.belvedere.eventdb.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.storage.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntList;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/// An open segment: its footer in memory, its blocks read when asked for. Safe from any thread until closed.
public final class SegmentFile implements AutoCloseable {

    /// One read of this size mostly brings the whole footer.
    private static final int OPTIMISTIC_TAIL_BYTES = 64 * 1024;

    private static final int MAX_FOOTER_BYTES = 256 << 20;

    private final String key;
    private final SegmentReader reader;
    private final Footer footer;

    private SegmentFile(String key, SegmentReader reader, Footer footer) {
        this.key = key;
        this.reader = reader;
        this.footer = footer;
    }

    /// @throws OperationException `corrupt_segment`, `segment_missing`, `io_error`
    public static SegmentFile open(SegmentStore store, String key) {
        SegmentReader reader = store.open(key);
        try {
            return new SegmentFile(key, reader, readFooter(key, reader));
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static Footer readFooter(String key, SegmentReader reader) {
        try {
            int tailBytes = (int) Math.min(reader.size(), OPTIMISTIC_TAIL_BYTES);
            byte[] end = read(reader, reader.size() - tailBytes, tailBytes);
            BytesReader tail = new BytesReader(end, Math.max(0, tailBytes - SegmentWriter.TAIL_BYTES), tailBytes);
            long offset = tail.getLong();
            int length = tail.getInt();
            int plainLength = tail.getInt();
            int checksum = tail.getInt();
            int version = tail.getInt();
            if (tail.getInt() != SegmentWriter.MAGIC) {
                throw new MalformedBytesException("no segment magic at its end");
            }
            if (length < 0
                    || plainLength < 0
                    || plainLength > MAX_FOOTER_BYTES
                    || offset != reader.size() - SegmentWriter.TAIL_BYTES - length) {
                throw new MalformedBytesException("tail names a footer of " + length + " bytes at " + offset);
            }
            int wanted = length + SegmentWriter.TAIL_BYTES;
            byte[] bytes = wanted <= tailBytes ? end : read(reader, offset, wanted);
            int start = bytes.length - wanted;
            CRC32C crc = new CRC32C();
            crc.update(bytes, start, length + 16);
            if (version != SegmentWriter.FIRST_VERSION) {
                crc.update(bytes, bytes.length - 2 * Integer.BYTES, Integer.BYTES);
            }
            if ((int) crc.getValue() != checksum) {
                throw new MalformedBytesException("checksum of the footer does not match");
            }
            if (version > SegmentWriter.VERSION) {
                throw unsupported(key, version);
            }
            if (version < SegmentWriter.FIRST_VERSION) {
                throw new MalformedBytesException("format version " + version);
            }
            return Footer.decode(decompress(bytes, start, length, plainLength));
        } catch (MalformedBytesException e) {
            throw corrupt(key, "its footer", e);
        }
    }

    private static OperationException unsupported(String key, int version) {
        return new OperationException(
                "unsupported_segment",
                Fault.USER,
                "segment " + key + " has format version " + version + ", this release reads up to "
                        + SegmentWriter.VERSION + ": run the release that wrote it");
    }

    /// Makes sure that a segment is of no later version than is known; whether it is whole does not matter.
    ///
    /// @throws OperationException `unsupported_segment`
    public static void requireSupported(SegmentStore store, String key) {
        try (SegmentReader reader = store.open(key)) {
            byte[] version = read(reader, reader.size() - 2 * Integer.BYTES, Integer.BYTES);
            if (new BytesReader(version, 0, Integer.BYTES).getInt() > SegmentWriter.VERSION) {
                readFooter(key, reader);
            }
        } catch (MalformedBytesException e) {
            // It is damaged, which whoever reads it is told.
            return;
        } catch (OperationException e) {
            if (e.code().equals("unsupported_segment")) {
                throw e;
            }
        }
    }

    private static byte[] decompress(byte[] bytes, int start, int length, int plainLength) {
        byte[] plain = new byte[plainLength];
        try {
            if (Zstd.decompressByteArray(plain, 0, plainLength, bytes, start, length) != plainLength) {
                throw new MalformedBytesException("footer is shorter than announced");
            }
        } catch (ZstdException e) {
            throw new MalformedBytesException("zstd: " + e.getMessage());
        }
        return plain;
    }

    private static byte[] read(SegmentReader reader, long position, int length) {
        if (position < 0 || length < 0 || position + length > reader.size()) {
            throw new MalformedBytesException(length + " bytes at " + position + " of " + reader.size());
        }
        byte[] bytes = new byte[length];
        reader.read(position, ByteBuffer.wrap(bytes));
        return bytes;
    }

    OperationException corrupt(String part, MalformedBytesException cause) {
        return corrupt(key, part, cause);
    }

    private static OperationException corrupt(String key, String part, MalformedBytesException cause) {
        return new OperationException(
                "corrupt_segment",
                Fault.CORRUPT,
                "segment " + key + ": " + part + " is damaged (" + cause.getMessage()
                        + "). Restore the file from a backup; until then, ask for a range or stream outside it",
                cause);
    }

    public String key() {
        return key;
    }

    public Footer footer() {
        return footer;
    }

    /// Reads a block and hands its checked content to `decoder`.
    <T> T decode(long offset, int length, Decoder<T> decoder, Supplier<String> part) {
        try {
            byte[] bytes = read(reader, offset, length);
            int contentLength = length - Integer.BYTES;
            CRC32C crc = new CRC32C();
            crc.update(bytes, 0, Math.max(0, contentLength));
            BytesReader checksum = new BytesReader(bytes, Math.max(0, contentLength), length);
            if (checksum.getInt() != (int) crc.getValue()) {
                throw new MalformedBytesException("checksum of the block at " + offset + " does not match");
            }
            return decoder.decode(new BytesReader(bytes, 0, contentLength));
        } catch (MalformedBytesException e) {
            throw corrupt(key, part.get(), e);
        }
    }

    public GroupReader group(int index, QueryBudget budget) {
        return new GroupReader(this, index, budget);
    }

    /// The rows of a trace as row numbers of the segment, ascending.
    ///
    /// @param groups opens row groups, perhaps keeping them
    public IntList rowsOfTrace(TraceId id, IntFunction<GroupReader> groups, QueryBudget budget) {
        return IdTable.rows(this, id, groups, budget);
    }

    /// The index of the row group that holds a row.
    public int groupOf(int row) {
        int low = 0;
        int high = footer.groups().size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (footer.groups().get(middle).firstRow() <= row) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// Reads every block and checks it.
    ///
    /// @throws OperationException `corrupt_segment` for the first that is damaged
    public void verify() {
        QueryBudget budget = QueryBudget.unlimited();
        for (int i = 0; i < footer.groups().size(); i++) {
            group(i, budget).verify();
        }
        IdTable.verify(this, budget);
    }

    @Override
    public void close() {
        reader.close();
    }

    /// Turns the content of a block into what it says.
    interface Decoder<T> {
        T decode(BytesReader content);
    }
}
