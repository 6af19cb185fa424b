package dev.belvedere.api.json;

import java.nio.charset.StandardCharsets;

/// Writes numbers as text, as Go's `strconv` writes them in Prometheus' answers: the shortest digits that read back
/// to the same double, plain between 1e-6 and 1e21, with an exponent outside.
///
/// Most samples are integers or decimals of a few digits: they are found by one multiplication and compared,
/// without going through a `String`.
public final class DecimalText {

    static final int MAX_LONG_BYTES = 20;

    /// `-` and 21 digits, or 17 digits with point, sign and exponent.
    static final int MAX_DOUBLE_BYTES = 32;

    private static final double MAX_EXACT = 1L << 53;
    private static final int MAX_FAST_DECIMALS = 6;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    private static final long[] LONG_POWERS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000};

    private DecimalText() {}

    /// @return the index behind what was written
    static int writeLong(byte[] into, int at, long value) {
        if (value == Long.MIN_VALUE) {
            return copy("-9223372036854775808", into, at);
        }
        int start = at;
        long rest = value;
        if (rest < 0) {
            into[start++] = '-';
            rest = -rest;
        }
        int end = start + digits(rest);
        int i = end;
        do {
            into[--i] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        return end;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
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
        double magnitude = Math.abs(value);
        if (magnitude < MAX_EXACT / 1e6) {
            for (int decimals = 0; decimals <= MAX_FAST_DECIMALS; decimals++) {
                double scaled = magnitude * POWERS[decimals];
                long digits = (long) scaled;
                if (digits == scaled && digits / POWERS[decimals] == magnitude) {
                    boolean isNegative = Double.doubleToRawLongBits(value) < 0;
                    // The product by a smaller power may have been rounded off the integer that it is.
                    int needed = decimals;
                    while (needed > 0 && digits % 10 == 0) {
                        digits /= 10;
                        needed--;
                    }
                    return writeDecimal(into, at, isNegative, digits, needed);
                }
            }
        }
        return relayout(Double.toString(value), magnitude, into, at);
    }

    private static int writeDecimal(byte[] into, int at, boolean isNegative, long digits, int decimals) {
        int end = at;
        if (isNegative) {
            into[end++] = '-';
        }
        end = writeLong(into, end, digits / LONG_POWERS[decimals]);
        if (decimals > 0) {
            into[end++] = '.';
            long fraction = digits % LONG_POWERS[decimals];
            for (int i = decimals - 1; i >= 0; i--) {
                into[end++] = (byte) ('0' + fraction / LONG_POWERS[i] % 10);
            }
        }
        return end;
    }

    /// Java's shortest digits in Go's layout.
    private static int relayout(String java, double magnitude, byte[] into, int at) {
        int end = at;
        int from = 0;
        if (java.charAt(0) == '-') {
            into[end++] = '-';
            from = 1;
        }
        int mark = java.indexOf('E');
        String mantissa = java.substring(from, mark < 0 ? java.length() : mark);
        int point = mantissa.indexOf('.');
        int exponent = (mark < 0 ? 0 : Integer.parseInt(java.substring(mark + 1))) + point;
        String all = mantissa.substring(0, point) + mantissa.substring(point + 1);
        int first = 0;
        while (first < all.length() - 1 && all.charAt(first) == '0') {
            first++;
        }
        int last = all.length();
        while (last > first + 1 && all.charAt(last - 1) == '0') {
            last--;
        }
        String digits = all.substring(first, last);
        exponent -= first;
        return magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)
                ? scientific(digits, exponent, into, end)
                : plain(digits, exponent, into, end);
    }

    /// @param exponent where the point stands, counted from the first digit
    private static int plain(String digits, int exponent, byte[] into, int at) {
        int end = at;
        if (exponent <= 0) {
            end = copy("0.", into, end);
            for (int i = exponent; i < 0; i++) {
                into[end++] = '0';
            }
            return copy(digits, into, end);
        }
        for (int i = 0; i < Math.max(exponent, digits.length()); i++) {
            if (i == exponent) {
                into[end++] = '.';
            }
            into[end++] = i < digits.length() ? (byte) digits.charAt(i) : (byte) '0';
        }
        return end;
    }

    private static int scientific(String digits, int exponent, byte[] into, int at) {
        int end = at;
        into[end++] = (byte) digits.charAt(0);
        if (digits.length() > 1) {
            into[end++] = '.';
            end = copy(digits.substring(1), into, end);
        }
        into[end++] = 'e';
        int shown = exponent - 1;
        into[end++] = (byte) (shown < 0 ? '-' : '+');
        if (Math.abs(shown) < 10) {
            into[end++] = '0';
        }
        return writeLong(into, end, Math.abs(shown));
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
