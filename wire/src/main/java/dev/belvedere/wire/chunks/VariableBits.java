package dev.belvedere.wire.chunks;

/// Integers in as few bits as their size class needs: so many ones and a zero tell the class, the value follows.
final class VariableBits {

    /// Bits of the values of each class; class 0 is the number 0 without any, the last has no zero after its ones.
    private static final int[] WIDTHS = {0, 3, 6, 9, 12, 18, 25, 56, 64};

    private static final int LAST = WIDTHS.length - 1;

    private VariableBits() {}

    static void writeSigned(BitWriter out, long value) {
        int size = 0;
        while (size < LAST && !fitsSigned(value, WIDTHS[size])) {
            size++;
        }
        write(out, value, size);
    }

    /// Whether a value lies in the range of so many bits, which is one more up than down.
    static boolean fitsSigned(long value, int bits) {
        return bits == 0 ? value == 0 : value >= -(1L << bits - 1) + 1 && value <= 1L << bits - 1;
    }

    static void writeUnsigned(BitWriter out, long value) {
        int size = 0;
        while (size < LAST && value >>> WIDTHS[size] != 0) {
            size++;
        }
        write(out, value, size);
    }

    private static void write(BitWriter out, long value, int size) {
        out.bits(size == LAST ? 0xff : (1L << size + 1) - 2, Math.min(size + 1, LAST));
        out.bits(value, WIDTHS[size]);
    }

    static long readSigned(BitReader in) {
        int width = WIDTHS[in.ones(LAST)];
        return signed(in.bits(width), width);
    }

    /// Undoes the wrapping of a negative number into so many bits.
    static long signed(long bits, int width) {
        return width > 0 && width < 64 && bits > 1L << width - 1 ? bits - (1L << width) : bits;
    }

    static long readUnsigned(BitReader in) {
        return in.bits(WIDTHS[in.ones(LAST)]);
    }
}
