package dev.belvedere.wire.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Numbers and text as the files of a block have them, appended to a growing array.
final class ByteGrower {

    private byte[] bytes = new byte[256];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    byte[] array() {
        return bytes;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    void uint8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void uint32(long value) {
        reserve(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void uint64(long value) {
        uint32(value >>> 32);
        uint32(value);
    }

    void uvarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            uint8((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        uint8((int) rest);
    }

    void varint(long value) {
        uvarint(value << 1 ^ value >> 63);
    }

    void raw(byte[] value, int length) {
        reserve(length);
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
    }

    void text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        uvarint(encoded.length);
        raw(encoded, encoded.length);
    }

    /// Appends the checksum of what was written from `start` on.
    void checksum(int start) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, start, size - start);
        uint32(checksum.getValue());
    }
}
