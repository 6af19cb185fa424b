package dev.belvedere.platform.log;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// The bytes of a frame and of a file header, as docs/format/ingest-log.md draws them.
public final class FrameCodec {

    public static final int FILE_HEADER_BYTES = 20;
    public static final int FRAME_HEADER_BYTES = 20;

    private static final int FRAME_MAGIC = 0x5EA3F7B1;
    private static final short VERSION = 1;

    private FrameCodec() {}

    /// Four ASCII characters as the little-endian integer that begins a file.
    public static int fileMagic(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }

    public static ByteBuffer fileHeader(int magic, int partition, long baseOffset) {
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(magic).putShort(VERSION).putShort((short) partition).putLong(baseOffset);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, header.position());
        return header.putInt((int) crc.getValue()).flip();
    }

    /// Refuses a file of a later release. A header that does not check is damage, which says nothing of versions.
    ///
    /// @throws OperationException `unsupported_version`
    static void requireKnownVersion(ByteBuffer header) {
        ByteBuffer in = header.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        CRC32C crc = new CRC32C();
        crc.update(in.duplicate().limit(FILE_HEADER_BYTES - 4));
        short version = in.getShort(4);
        if (in.getInt(FILE_HEADER_BYTES - 4) == (int) crc.getValue() && version > VERSION) {
            throw new OperationException(
                    "unsupported_version",
                    Fault.USER,
                    "a file of the data directory begins with " + magicText(in.getInt(0)) + " and has format version "
                            + version + ", this release reads up to " + VERSION + ": run the release that wrote it");
        }
    }

    private static String magicText(int magic) {
        byte[] text = {(byte) magic, (byte) (magic >> 8), (byte) (magic >> 16), (byte) (magic >> 24)};
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /// Writes header and payload into `into`, consuming the payload.
    public static void putFrame(ByteBuffer into, long offset, ByteBuffer payload) {
        ByteBuffer frame = into.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = payload.remaining();
        frame.putInt(FRAME_MAGIC).putInt(length).putLong(offset);
        frame.position(FRAME_HEADER_BYTES).put(payload);
        frame.putInt(16, checksum(frame, 0, length));
        into.position(into.position() + FRAME_HEADER_BYTES + length);
    }

    /// Whether a frame with an offset of at least `minOffset` begins at `at` and checks.
    ///
    /// @param buffer little-endian; all of it up to its limit may be looked at
    static boolean isFrameAt(ByteBuffer buffer, int at, long minOffset) {
        return isHeaderAt(buffer, at, minOffset)
                && buffer.limit() - at - FRAME_HEADER_BYTES >= payloadLength(buffer, at)
                && checksum(buffer, at, payloadLength(buffer, at)) == buffer.getInt(at + 16);
    }

    /// Whether the 20 bytes at `at` look like a frame's header; the payload may still lie beyond the limit.
    static boolean isHeaderAt(ByteBuffer buffer, int at, long minOffset) {
        if (buffer.limit() - at < FRAME_HEADER_BYTES || buffer.getInt(at) != FRAME_MAGIC) {
            return false;
        }
        int length = payloadLength(buffer, at);
        return length >= 1 && length <= IngestLog.MAX_PAYLOAD_BYTES && offset(buffer, at) >= minOffset;
    }

    static int payloadLength(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 4);
    }

    static long offset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 8);
    }

    private static int checksum(ByteBuffer buffer, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(at + 16).position(at + 4));
        crc.update(buffer.duplicate().limit(at + FRAME_HEADER_BYTES + length).position(at + FRAME_HEADER_BYTES));
        return (int) crc.getValue();
    }
}
