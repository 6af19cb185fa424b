package dev.belvedere.wire.exposition;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads decimal numbers out of bytes, each rounded to the nearest double exactly as `Double.parseDouble` does, but
/// without making a string of the usual ones.
///
/// Up to 2^53 and 10^±22 one multiplication or division is exact. Other numbers of up to 19 digits take the
/// 128-bit product of Eisel and Lemire (D. Lemire: Number Parsing at a Gigabyte per Second, 2021). What is left
/// goes to the JDK.
final class DecimalReader {

    private static final int MAX_DIGITS = 19;
    private static final int MAX_EXACT_EXPONENT = 22;
    private static final long MAX_EXACT_MANTISSA = 1L << 53;

    /// Powers of five that the table holds; beyond, the JDK is asked.
    private static final int MIN_POWER = -60;

    private static final int MAX_POWER = 60;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /// The first 128 bits of each power of five, high half then low half; those of negative powers rounded up.
    private static final long[] POWERS_OF_FIVE = powersOfFive();

    private int end;

    /// Where the last number ended, exclusive.
    int end() {
        return end;
    }

    /// Reads the number that starts at `from` and ends before a space, tab, newline or `limit`.
    ///
    /// @throws NumberFormatException if there is none; [#end] is then the end of what stands there
    double read(byte[] bytes, int from, int limit) {
        int i = from;
        boolean isNegative = false;
        if (i < limit && (bytes[i] == '-' || bytes[i] == '+')) {
            isNegative = bytes[i] == '-';
            i++;
        }
        int start = i;
        long mantissa = 0;
        while (i < limit && isDigit(bytes[i])) {
            mantissa = mantissa * 10 + (bytes[i] - '0');
            i++;
        }
        int digits = i - start;
        int exponent = 0;
        if (i < limit && bytes[i] == '.') {
            int fraction = ++i;
            while (i < limit && isDigit(bytes[i])) {
                mantissa = mantissa * 10 + (bytes[i] - '0');
                i++;
            }
            exponent = fraction - i;
            digits += i - fraction;
        }
        if (digits > MAX_DIGITS) {
            digits -= leadingZeros(bytes, start, i);
        }
        if (i < limit && (bytes[i] == 'e' || bytes[i] == 'E')) {
            int at = i + 1;
            boolean isExponentNegative = at < limit && bytes[at] == '-';
            if (at < limit && (bytes[at] == '-' || bytes[at] == '+')) {
                at++;
            }
            int power = 0;
            int first = at;
            while (at < limit && isDigit(bytes[at]) && at - first < 4) {
                power = power * 10 + (bytes[at] - '0');
                at++;
            }
            exponent += isExponentNegative ? -power : power;
            i = at > first ? at : i;
        }
        boolean isWhole = i == limit || bytes[i] == '\n' || bytes[i] == ' ' || bytes[i] == '\t';
        if (isWhole && digits > 0 && digits <= MAX_DIGITS) {
            double value = convert(mantissa, exponent);
            if (value >= 0) {
                end = i;
                return isNegative ? -value : value;
            }
        }
        return readSlowly(bytes, from, limit);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int leadingZeros(byte[] bytes, int from, int to) {
        int zeros = 0;
        for (int i = from; i < to && (bytes[i] == '0' || bytes[i] == '.'); i++) {
            zeros += bytes[i] == '0' ? 1 : 0;
        }
        return zeros;
    }

    /// @param mantissa unsigned
    /// @return NaN if the JDK must be asked
    private static double convert(long mantissa, int exponent) {
        if (mantissa >= 0 && mantissa <= MAX_EXACT_MANTISSA) {
            if (exponent == 0) {
                return mantissa;
            }
            if (exponent > 0 && exponent <= MAX_EXACT_EXPONENT) {
                return mantissa * POWERS_OF_TEN[exponent];
            }
            if (exponent < 0 && exponent >= -MAX_EXACT_EXPONENT) {
                return mantissa / POWERS_OF_TEN[-exponent];
            }
            if (mantissa == 0) {
                return 0;
            }
        }
        return exponent < MIN_POWER || exponent > MAX_POWER ? Double.NaN : byProduct(mantissa, exponent);
    }

    private static double byProduct(long unsignedMantissa, int exponent) {
        int zeros = Long.numberOfLeadingZeros(unsignedMantissa);
        long w = unsignedMantissa << zeros;
        int row = 2 * (exponent - MIN_POWER);
        long high = Math.unsignedMultiplyHigh(w, POWERS_OF_FIVE[row]);
        long low = w * POWERS_OF_FIVE[row];
        if ((high & 0x1FF) == 0x1FF) {
            long carry = Math.unsignedMultiplyHigh(w, POWERS_OF_FIVE[row + 1]);
            low += carry;
            if (Long.compareUnsigned(carry, low) > 0) {
                high++;
            }
        }
        int upperBit = (int) (high >>> 63);
        int shift = upperBit + 64 - 52 - 3;
        long bits = high >>> shift;
        int power = (217_706 * exponent >> 16) + 63 + upperBit - zeros + 1023;
        boolean isHalfway = Long.compareUnsigned(low, 1) <= 0 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1;
        if (isHalfway && bits << shift == high) {
            bits &= ~1L;
        }
        bits = bits + (bits & 1) >>> 1;
        if (bits >= 1L << 53) {
            bits = 1L << 52;
            power++;
        }
        return power <= 0 || power >= 0x7FF
                ? Double.NaN
                : Double.longBitsToDouble((long) power << 52 | bits & (1L << 52) - 1);
    }

    private double readSlowly(byte[] bytes, int from, int limit) {
        end = from;
        while (end < limit && bytes[end] != '\n' && bytes[end] != ' ' && bytes[end] != '\t') {
            end++;
        }
        String text = new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        switch (text.toLowerCase(Locale.ROOT)) {
            case "nan", "+nan", "-nan" -> {
                return Double.NaN;
            }
            case "inf", "+inf", "infinity", "+infinity" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf", "-infinity" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                return parseDecimal(text);
            }
        }
    }

    private static double parseDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                throw new NumberFormatException("not a number: \"" + text + "\"");
            }
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new NumberFormatException("out of range: \"" + text + "\"");
        }
        return value;
    }

    private static long[] powersOfFive() {
        long[] table = new long[2 * (MAX_POWER - MIN_POWER + 1)];
        for (int exponent = MIN_POWER; exponent <= MAX_POWER; exponent++) {
            BigInteger power = BigInteger.valueOf(5).pow(Math.abs(exponent));
            BigInteger bits;
            if (exponent >= 0) {
                bits = power;
            } else {
                int length = power.subtract(BigInteger.ONE).bitLength();
                bits = BigInteger.ONE
                        .shiftLeft(exponent >= -27 ? length + 127 : 2 * length + 128)
                        .divide(power)
                        .add(BigInteger.ONE);
            }
            int excess = bits.bitLength() - 128;
            bits = excess > 0 ? bits.shiftRight(excess) : bits.shiftLeft(-excess);
            table[2 * (exponent - MIN_POWER)] = bits.shiftRight(64).longValue();
            table[2 * (exponent - MIN_POWER) + 1] = bits.longValue();
        }
        return table;
    }
}
