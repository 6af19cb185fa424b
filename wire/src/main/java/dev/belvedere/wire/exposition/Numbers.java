package dev.belvedere.wire.exposition;

import java.util.Locale;

/// How numbers inside label values are written, so that `1`, `1.0` and `1e0` name the same bucket.
final class Numbers {

    private Numbers() {}

    /// The value as OpenMetrics writes it; anything that is no number stays as it is.
    static String normalized(String value) {
        double number = parse(value);
        return Double.isNaN(number) ? value : format(number);
    }

    /// NaN for anything that is no number.
    static double parse(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "+inf", "inf", "+infinity", "infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> isEndOfNumber(value) ? parseFinite(value) : Double.NaN;
        };
    }

    /// Java's numbers may have a blank or a type behind them.
    private static boolean isEndOfNumber(String value) {
        char last = value.isEmpty() ? ' ' : value.charAt(value.length() - 1);
        return last == '.' || last >= '0' && last <= '9';
    }

    private static double parseFinite(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /// `0.005`, `1.0`, `1e+06`, `+Inf`: the shortest digits, with an exponent below 1e-4 and from 1e6 on, as Go's
    /// `%g` has it, and never without a point or an exponent.
    static String format(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        String digits = Double.toString(Math.abs(value));
        int mark = digits.indexOf('E');
        int power = mark < 0 ? 0 : Integer.parseInt(digits.substring(mark + 1));
        String mantissa = mark < 0 ? digits : digits.substring(0, mark);
        int point = mantissa.indexOf('.') + power;
        String all = mantissa.replace(".", "");
        int zeros = 0;
        while (zeros < all.length() - 1 && all.charAt(zeros) == '0') {
            zeros++;
        }
        all = all.substring(zeros);
        int end = all.length();
        while (end > 1 && all.charAt(end - 1) == '0') {
            end--;
        }
        String sign = value < 0 ? "-" : "";
        return sign + (value == 0 ? "0.0" : placed(all.substring(0, end), point - zeros));
    }

    /// @param digits without leading and trailing zeros
    /// @param point how many of them stand before the decimal point; may be negative or beyond the last
    private static String placed(String digits, int point) {
        int exponent = point - 1;
        if (exponent < -4 || exponent >= 6) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
            return digits.charAt(0) + fraction + (exponent < 0 ? "e-" : "e+") + power;
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        return point >= digits.length()
                ? digits + "0".repeat(point - digits.length()) + ".0"
                : digits.substring(0, point) + "." + digits.substring(point);
    }
}
