package dev.belvedere.eventdb.codec;

import dev.belvedere.model.events.Utf8Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads what [BytesWriter] wrote, believing nothing: every read checks its bounds and throws
/// [MalformedBytesException] beyond them. Used by one thread.
public final class BytesReader {

    private final byte[] bytes;
    private final ByteBuffer view;
    private final int end;
    private int at;

    public BytesReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public BytesReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.at = start;
        this.end = end;
    }

    private void require(long count) {
        if (count < 0 || count > end - at) {
            throw new MalformedBytesException(count + " bytes wanted at " + at + ", " + (end - at) + " are there");
        }
    }

    public int getByte() {
        require(1);
        return bytes[at++] & 0xff;
    }

    public int getInt() {
        require(4);
        at += 4;
        return view.getInt(at - 4);
    }

    public long getLong() {
        require(8);
        at += 8;
        return view.getLong(at - 8);
    }

    public long getVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = getByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedBytesException("varint longer than 10 bytes before " + at);
    }

    public long getZigzag() {
        long value = getVarint();
        return value >>> 1 ^ -(value & 1);
    }

    /// A varint that counts things of which each takes at least `minBytes`: bounded by what is left, so that it may
    /// size an array.
    public int getCount(int minBytes) {
        long count = getVarint();
        if (count < 0 || count > (end - at) / Math.max(1, minBytes)) {
            throw new MalformedBytesException("count of " + count + " at " + at + " is more than fits");
        }
        return (int) count;
    }

    /// A varint below `bound`.
    public int getIndex(int bound) {
        long index = getVarint();
        if (index < 0 || index >= bound) {
            throw new MalformedBytesException("index " + index + " of " + bound + " before " + at);
        }
        return (int) index;
    }

    public byte[] getBytes() {
        int length = getCount(1);
        byte[] value = new byte[length];
        System.arraycopy(bytes, at, value, 0, length);
        at += length;
        return value;
    }

    public String getText() {
        int length = getCount(1);
        at += length;
        return Utf8Text.decode(bytes, at - length, length);
    }

    /// A reader of the next `length` bytes, which this one steps over.
    public BytesReader slice(long length) {
        require(length);
        at += (int) length;
        return new BytesReader(bytes, at - (int) length, at);
    }

    public void skip(long count) {
        require(count);
        at += (int) count;
    }

    public int position() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    public byte[] array() {
        return bytes;
    }
}
