package dev.belvedere.tsdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Bytes that grow. Fixed-width integers are little-endian.
public final class ByteSink {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    public ByteSink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// What was put, and what was put into another one behind it.
    public byte[] toBytes(ByteSink more) {
        byte[] all = Arrays.copyOf(bytes, Math.addExact(size, more.size));
        System.arraycopy(more.bytes, 0, all, size, more.size);
        return all;
    }

    /// What was put from `from` on.
    public byte[] toBytes(int from) {
        return Arrays.copyOfRange(bytes, from, size);
    }

    /// Forgets what was put from `newSize` on.
    public void truncate(int newSize) {
        size = newSize;
    }

    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length + (bytes.length >> 1)));
        }
    }

    public void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void putShort(int value) {
        putByte(value);
        putByte(value >>> 8);
    }

    public void putInt(int value) {
        putShort(value);
        putShort(value >>> 16);
    }

    public void putLong(long value) {
        ensure(8);
        LONGS.set(bytes, size, value);
        size += 8;
    }

    /// The low `count` bytes of a value; 0 to 8.
    public void putLowBytes(long value, int count) {
        ensure(8);
        LONGS.set(bytes, size, value);
        size += count;
    }

    public void putVarint(long value) {
        ensure(10);
        long rest = value;
        int at = size;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        size = at;
    }

    public void putZigzag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    public void putBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    public void putBytes(ByteSink source) {
        putBytes(source.bytes, 0, source.size);
    }

    public void putString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putVarint(utf8.length);
        putBytes(utf8, 0, utf8.length);
    }

    /// A double as the high bytes of its bits, whose number comes first.
    public void putDouble(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int length = significantBytes(bits);
        putByte(length);
        putLowBytes(length == 0 ? 0 : bits >>> 64 - 8 * length, length);
    }

    /// Doubles as the high bytes of their bits, whose numbers stand elsewhere, two to a byte, low half first.
    ///
    /// @param lengthsAt where the numbers of the first of all these doubles stand, in zero bytes reserved before
    /// @param before how many of them come before
    public void putDoubles(double[] values, int from, int count, int lengthsAt, int before) {
        ensure(8 * count + 8);
        int at = size;
        for (int i = 0; i < count; i++) {
            long bits = Double.doubleToRawLongBits(values[from + i]);
            int length = significantBytes(bits);
            bytes[lengthsAt + (before + i >> 1)] |= (byte) (length << 4 * (before + i & 1));
            // Of a zero no byte counts: what a shift by 64 makes of it does not matter.
            LONGS.set(bytes, at, bits >>> 64 - 8 * length);
            at += length;
        }
        size = at;
    }

    /// How many high bytes of the bits are left when zero bytes below them are left out.
    public static int significantBytes(long bits) {
        return 8 - (Long.numberOfTrailingZeros(bits) >>> 3);
    }

    /// Appends zero bytes and returns where they begin.
    public int reserve(int count) {
        ensure(count);
        Arrays.fill(bytes, size, size + count, (byte) 0);
        int at = size;
        size += count;
        return at;
    }

    /// Sets bits of a byte that was written before.
    public void orByte(int at, int value) {
        bytes[at] |= (byte) value;
    }

    /// Appends `count` values of `width` bits each, least significant first, and pads to a byte.
    void putBits(long[] values, int count, long base, int width) {
        ensure((int) ((long) count * width + 7 >>> 3) + 16);
        long pending = 0;
        int pendingBits = 0;
        int at = size;
        long mask = width == 64 ? -1L : (1L << width) - 1;
        for (int i = 0; i < count; i++) {
            long value = values[i] - base & mask;
            pending |= value << pendingBits;
            int total = pendingBits + width;
            if (total >= 64) {
                LONGS.set(bytes, at, pending);
                at += 8;
                pending = pendingBits == 0 ? 0 : value >>> 64 - pendingBits;
                total -= 64;
            }
            pendingBits = total;
        }
        LONGS.set(bytes, at, pending);
        size = at + (pendingBits + 7 >>> 3);
    }

    /// Appends the CRC32C of everything from `from` on.
    public void putChecksum(int from) {
        putInt(checksum(bytes, from, size - from));
    }

    public static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
