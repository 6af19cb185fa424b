package dev.belvedere.promql.syntax;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Floats as text in the forms that PromQL's printers and messages use.
public final class NumberText {

    private NumberText() {}

    /// The shortest digits that read back as the same value, never with an exponent: `0.000001`.
    public static String plain(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        String digits = new BigDecimal(Double.toString(value)).toPlainString();
        String text = digits.indexOf('.') >= 0 ? digits.replaceAll("\\.?0+$", "") : digits;
        return value == 0 ? (1 / value < 0 ? "-0" : "0") : text;
    }

    /// The shortest digits, with an exponent below 1e-4 and from 1e6 on: C's `%g` without its loss of
    /// digits.
    public static String general(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return plain(value);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        return exponent < -4 || exponent >= 6 ? scientific(decimal, exponent) : decimal.toPlainString();
    }

    /// As [#general], rounded to a number of significant digits.
    public static String general(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return plain(value);
        }
        BigDecimal decimal = new BigDecimal(value)
                .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        return exponent < -4 || exponent >= digits ? scientific(decimal, exponent) : decimal.toPlainString();
    }

    /// All digits before the point and six behind it, as C's `%f`.
    public static String fixed(double value) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? plain(value)
                : new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(BigDecimal decimal, int exponent) {
        String digits = decimal.unscaledValue().abs().toString();
        StringBuilder text = new StringBuilder();
        if (decimal.signum() < 0) {
            text.append('-');
        }
        text.append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        text.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        return (magnitude < 10 ? text.append('0') : text).append(magnitude).toString();
    }
}
