package dev.belvedere.api.json;

/// Writes up to 17 digits at once: one, then eight and eight that are split side by side in the lanes of a `long`, with
/// three multiplications for eight digits and none that waits for a division before it.
final class DigitBlock {

    /// What [#write] may write over, whatever it returns.
    static final int BYTES = 17;

    private static final long EIGHT = 100_000_000;
    private static final long ZEROS = 0x3030303030303030L;

    private static final long[] POWERS = new long[BYTES + 1];

    static {
        long power = 1;
        for (int i = 0; i <= BYTES; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private DigitBlock() {}

    /// Writes the digits of a number without the zeros at its end.
    ///
    /// @param number not 0
    /// @param digits how many it has, from 1 to 17
    /// @return how many digits were written
    static int write(byte[] into, int at, long number, int digits) {
        long all = number * POWERS[BYTES - digits];
        // Both halves are split off at once, the last one first.
        long nine = all / EIGHT;
        long first = nine / EIGHT;
        long highDigits = eight(nine - first * EIGHT);
        long lowDigits = eight(all - nine * EIGHT);
        into[at] = (byte) ('0' + first);
        ByteWords.put(into, at + 1, highDigits | ZEROS);
        ByteWords.put(into, at + 1 + Long.BYTES, lowDigits | ZEROS);
        if (lowDigits != 0) {
            return BYTES - Long.numberOfLeadingZeros(lowDigits) / Byte.SIZE;
        }
        return BYTES - Long.BYTES - Long.numberOfLeadingZeros(highDigits) / Byte.SIZE;
    }

    /// The eight digits of a number, the first in the lowest byte.
    private static long eight(long number) {
        long thousands = number / 10_000;
        long fours = thousands | number - thousands * 10_000 << 32;
        long hundreds = fours * 10_486 >>> 20 & 0x0000007F_0000007FL;
        long twos = hundreds | fours - hundreds * 100 << 16;
        long tens = twos * 103 >>> 10 & 0x000F000F_000F000FL;
        return tens | twos - tens * 10 << 8;
    }
}
