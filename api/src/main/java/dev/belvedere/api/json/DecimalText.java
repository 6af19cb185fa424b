package dev.belvedere.api.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes numbers as text, as Go's `strconv` writes them in Prometheus' answers: the shortest digits that read back
/// to the same double, plain between 1e-6 and 1e21, with an exponent outside.
///
/// Most samples are integers or decimals of a few digits: they are found by one multiplication and compared.
public final class DecimalText {

    static final int MAX_LONG_BYTES = 20;

    /// `-` and 21 digits, or 17 digits with point, sign and exponent.
    static final int MAX_DOUBLE_BYTES = 32;

    private static final double MAX_EXACT = 1L << 53;
    private static final int MAX_FAST_DECIMALS = 4;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4};
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

    private static int digits(long value) {
        int digits = 1;
        for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
            digits++;
        }
        return digits;
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
        if (magnitude < MAX_EXACT / LONG_POWERS[MAX_FAST_DECIMALS]) {
            for (int decimals = 0; decimals <= MAX_FAST_DECIMALS; decimals++) {
                double scaled = magnitude * POWERS[decimals];
                long digits = (long) scaled;
                if (digits == scaled && digits / POWERS[decimals] == magnitude) {
                    return writeDecimal(into, end, digits, decimals);
                }
            }
        }
        return ShortestDecimal.write(magnitude, into, end, DecimalText::writeShortest);
    }

    private static int writeDecimal(byte[] into, int at, long digits, int decimals) {
        long whole = digits / LONG_POWERS[decimals];
        long fraction = digits - whole * LONG_POWERS[decimals];
        int end = writeLong(into, at, whole);
        if (fraction == 0) {
            return end;
        }
        int count = decimals;
        while (fraction % 10 == 0) {
            fraction /= 10;
            count--;
        }
        into[end++] = '.';
        return writeDigits(into, end, fraction, count);
    }

    /// Writes shortest digits, which may end in zeros, in Go's layout.
    private static int writeShortest(byte[] into, int at, long shortest, int exponent) {
        long digits = shortest;
        int power = exponent;
        while (digits % 10 == 0) {
            digits /= 10;
            power++;
        }
        int count = digits(digits);
        int point = count + power;
        if (point <= -6 || point > 21) {
            return scientific(into, at, digits, count, point - 1);
        }
        if (point <= 0) {
            int end = copy("0.000000", into, at) - 6 - point;
            return writeDigits(into, end, digits, count);
        }
        if (power >= 0) {
            int end = writeDigits(into, at, digits, count);
            Arrays.fill(into, end, end + power, (byte) '0');
            return end + power;
        }
        long unit = LONG_POWERS[-power];
        long whole = digits / unit;
        int end = writeDigits(into, at, whole, point);
        into[end++] = '.';
        return writeDigits(into, end, digits - whole * unit, -power);
    }

    private static int scientific(byte[] into, int at, long digits, int count, int exponent) {
        int end = writeDigits(into, at + 1, digits, count);
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
