package dev.belvedere.wire.chunks;

import dev.belvedere.wire.WireFormatException;

/// Reads bits of an array, the highest bit of a byte first. Every read is checked against the end.
final class BitReader {

    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] bytes;
    private final int start;
    private final long endBit;
    private long at;

    BitReader(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.at = 8L * start;
        this.endBit = 8L * (start + length);
    }

    long remainingBits() {
        return endBit - at;
    }

    /// The next `count` bits, 0 to 64.
    long bits(int count) {
        if (count > endBit - at) {
            throw malformed("the chunk ends within a sample");
        }
        long value = 0;
        int left = count;
        while (left > 0) {
            int free = 8 - (int) (at & 7);
            int taken = Math.min(left, free);
            int part = bytes[(int) (at >>> 3)] >>> (free - taken) & (1 << taken) - 1;
            value = value << taken | part;
            at += taken;
            left -= taken;
        }
        return value;
    }

    boolean bit() {
        if (at == endBit) {
            throw malformed("the chunk ends within a sample");
        }
        boolean isSet = (bytes[(int) (at >>> 3)] >>> (7 - (int) (at & 7)) & 1) != 0;
        at++;
        return isSet;
    }

    double float64() {
        return Double.longBitsToDouble(bits(64));
    }

    /// Ones up to the first zero, at most `max`; the zero is read too.
    int ones(int max) {
        int count = 0;
        while (count < max && bit()) {
            count++;
        }
        return count;
    }

    long uvarint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            long b = bits(8);
            value |= (b & 0x7f) << 7 * i;
            if (b < 0x80) {
                return value;
            }
        }
        throw malformed("a varint has more than " + MAX_VARINT_BYTES + " bytes");
    }

    long varint() {
        long encoded = uvarint();
        return encoded >>> 1 ^ -(encoded & 1);
    }

    WireFormatException malformed(String problem) {
        return new WireFormatException((at >>> 3) - start, problem);
    }
}
