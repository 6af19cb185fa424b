package dev.belvedere.eventdb.codec;

import dev.belvedere.model.events.Utf8Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes that grow as they are written. Used by one thread.
public final class BytesWriter {

    private byte[] bytes;
    private ByteBuffer view;
    private int size;

    public BytesWriter() {
        this(256);
    }

    public BytesWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
        view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            int wanted = Math.addExact(size, more);
            bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 64, 2L * bytes.length)));
            view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    public void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void putInt(int value) {
        ensure(4);
        view.putInt(size, value);
        size += 4;
    }

    public void putLong(long value) {
        ensure(8);
        view.putLong(size, value);
        size += 8;
    }

    public void putVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    public void putZigzag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    public void putRaw(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    public void putRaw(byte[] source) {
        putRaw(source, 0, source.length);
    }

    public void putBytes(byte[] source) {
        putVarint(source.length);
        putRaw(source);
    }

    public void putText(String text) {
        putBytes(Utf8Text.encode(text));
    }

    /// Overwrites four bytes written before.
    public void setInt(int at, int value) {
        view.putInt(at, value);
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /// The array behind; the first [#size] bytes count. Valid until the next write.
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }
}
