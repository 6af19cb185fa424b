package dev.belvedere.api.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes numbers as text, as Go's `strconv` writes them in Prometheus' answers: the shortest digits that read back
/// to the same double, plain between 1e-6 and 1e21, with an exponent outside.
///
/// Most samples are integers or decimals of a few digits: they are found by one multiplication and compared.
public final class DecimalText {

    static final int MAX_LONG_BYTES = 20;

    /// `-` and 21 digits, or 17 digits with point, sign and exponent; or what is written before it is known to be less:
    /// sign, 16 digits, point and 16 bytes.
    static final int MAX_DOUBLE_BYTES = 34;

    private static final double MAX_EXACT = 1L << 53;
    private static final int FAST_DECIMALS = 4;
    private static final double FAST_SCALE = 1e4;

    /// Below it doubles lie so close that a decimal of four places near one is the only one that it stands for.
    private static final double MAX_FAST = 1e11;

    /// `0.000000`
    private static final long ZEROS_BEHIND_POINT = 0x3030303030302E30L;

    private static final long[] LONG_POWERS = new long[19];

    /// The numbers of two digits, one after the other.
    private static final byte[] PAIRS = new byte[200];

    static {
        long power = 1;
        for (int i = 0; i < LONG_POWERS.length; i++) {
            LONG_POWERS[i] = power;
            power *= 10;
        }
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private DecimalText() {}

    /// @return the index behind what was written
    static int writeLong(byte[] into, int at, long value) {
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                return copy("-9223372036854775808", into, at);
            }
            into[at] = '-';
            return writeDigits(into, at + 1, -value, digits(-value));
        }
        return writeDigits(into, at, value, digits(value));
    }

    /// How many digits a number has that is not negative.
    static int digits(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        // 1233 / 4096 is a little more than the logarithm of 2.
        int digits = bits * 1233 >> 12;
        return digits < LONG_POWERS.length && value >= LONG_POWERS[digits] ? digits + 1 : Math.max(1, digits);
    }

    /// Writes the last `count` digits of a number, two at a time.
    private static int writeDigits(byte[] into, int at, long value, int count) {
        int i = at + count;
        long rest = value;
        while (i - at >= 2) {
            long next = rest / 100;
            int pair = (int) (rest - next * 100) << 1;
            into[--i] = PAIRS[pair + 1];
            into[--i] = PAIRS[pair];
            rest = next;
        }
        if (i > at) {
            into[at] = (byte) ('0' + rest % 10);
        }
        return at + count;
    }

    static int writeSeconds(byte[] into, int at, long millis) {
        long seconds = millis / 1000;
        int fraction = (int) Math.abs(millis % 1000);
        int end = at;
        if (millis < 0 && seconds == 0) {
            into[end++] = '-';
        }
        end = writeLong(into, end, seconds);
        if (fraction != 0) {
            into[end++] = '.';
            into[end++] = (byte) ('0' + fraction / 100);
            if (fraction % 100 != 0) {
                into[end++] = (byte) ('0' + fraction / 10 % 10);
            }
            if (fraction % 10 != 0) {
                into[end++] = (byte) ('0' + fraction % 10);
            }
        }
        return end;
    }

    static int writeDouble(byte[] into, int at, double value) {
        if (!Double.isFinite(value)) {
            return copy(Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf", into, at);
        }
        int end = at;
        if (Double.doubleToRawLongBits(value) < 0) {
            into[end++] = '-';
        }
        double magnitude = Math.abs(value);
        long whole = (long) magnitude;
        if (whole == magnitude && magnitude < MAX_EXACT) {
            return writeLong(into, end, whole);
        }
        double scaled = magnitude * FAST_SCALE;
        long digits = (long) scaled;
        if (digits == scaled && magnitude < MAX_FAST && digits / FAST_SCALE == magnitude) {
            return writeDecimal(into, end, digits);
        }
        return writeShortest(into, end, ShortestDecimal.digits(magnitude), ShortestDecimal.exponent(magnitude));
    }

    /// @param digits the number times 10,000; it is no integer
    private static int writeDecimal(byte[] into, int at, long digits) {
        long whole = digits / LONG_POWERS[FAST_DECIMALS];
        long fraction = digits - whole * LONG_POWERS[FAST_DECIMALS];
        int end = writeLong(into, at, whole);
        int count = FAST_DECIMALS;
        while (fraction % 10 == 0) {
            fraction /= 10;
            count--;
        }
        into[end++] = '.';
        return writeDigits(into, end, fraction, count);
    }

    /// Writes shortest digits, which may end in zeros, in Go's layout.
    private static int writeShortest(byte[] into, int at, long shortest, int exponent) {
        int digits = digits(shortest);
        int point = digits + exponent;
        if (point <= -6 || point > 21) {
            return scientific(into, at, shortest, digits, point - 1);
        }
        if (point <= 0) {
            ByteWords.put(into, at, ZEROS_BEHIND_POINT);
            int end = at + 2 - point;
            return end + DigitBlock.write(into, end, shortest, digits);
        }
        int count = DigitBlock.write(into, at, shortest, digits);
        if (count > point) {
            // What stands behind the point, 16 digits at most, moves up to make room for it.
            int begin = at + point;
            long next = ByteWords.get(into, begin);
            ByteWords.put(into, begin + 1 + Long.BYTES, ByteWords.get(into, begin + Long.BYTES));
            ByteWords.put(into, begin + 1, next);
            into[begin] = '.';
            return at + count + 1;
        }
        Arrays.fill(into, at + count, at + point, (byte) '0');
        return at + point;
    }

    private static int scientific(byte[] into, int at, long shortest, int digits, int exponent) {
        int count = DigitBlock.write(into, at + 1, shortest, digits);
        int end = at + 1 + count;
        into[at] = into[at + 1];
        if (count == 1) {
            end--;
        } else {
            into[at + 1] = '.';
        }
        into[end++] = 'e';
        into[end++] = (byte) (exponent < 0 ? '-' : '+');
        int shown = Math.abs(exponent);
        return writeDigits(into, end, shown, shown < 100 ? 2 : 3);
    }

    private static int copy(String ascii, byte[] into, int at) {
        for (int i = 0; i < ascii.length(); i++) {
            into[at + i] = (byte) ascii.charAt(i);
        }
        return at + ascii.length();
    }

    /// The text of one sample value, for headers and messages.
    public static String of(double value) {
        byte[] bytes = new byte[MAX_DOUBLE_BYTES];
        return new String(bytes, 0, writeDouble(bytes, 0, value), StandardCharsets.US_ASCII);
    }
}
