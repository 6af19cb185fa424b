package dev.belvedere.wire.chunks;

import java.util.Arrays;

/// Appends bits to a growing array, the highest bit of a byte first.
final class BitWriter {

    private byte[] bytes;
    private int size;

    /// Bits of the last byte that are still free.
    private int free;

    BitWriter(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    /// Writes the lowest `count` bits of a value, 0 to 64.
    void bits(long value, int count) {
        int left = count;
        while (left > 0) {
            if (free == 0) {
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * size);
                }
                size++;
                free = 8;
            }
            int taken = Math.min(left, free);
            int part = (int) (value >>> (left - taken)) & (1 << taken) - 1;
            bytes[size - 1] |= (byte) (part << (free - taken));
            free -= taken;
            left -= taken;
        }
    }

    void bit(boolean isSet) {
        bits(isSet ? 1 : 0, 1);
    }

    void float64(double value) {
        bits(Double.doubleToRawLongBits(value), 64);
    }

    /// An unsigned LEB128 number, not aligned to bytes.
    void uvarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bits(rest & 0x7f | 0x80, 8);
            rest >>>= 7;
        }
        bits(rest, 8);
    }

    void varint(long value) {
        uvarint(value << 1 ^ value >> 63);
    }

    int sizeBytes() {
        return size;
    }

    /// @param sampleCount put into the first two bytes, which were written as a place for it
    byte[] finish(int sampleCount) {
        byte[] chunk = Arrays.copyOf(bytes, size);
        chunk[0] = (byte) (sampleCount >>> 8);
        chunk[1] = (byte) sampleCount;
        return chunk;
    }
}
