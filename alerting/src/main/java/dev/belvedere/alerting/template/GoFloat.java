package dev.belvedere.alerting.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as Go's `strconv.FormatFloat` writes them.
public final class GoFloat {

    /// As many digits as are needed to read the same number back.
    public static final int SHORTEST = -1;

    private static final int SHORTEST_EXPONENT = 6;

    private GoFloat() {}

    /// @param digits without leading zeros, but `0` for zero
    /// @param point where the decimal point stands, counted from the first digit
    private record Decimal(String digits, int point) {}

    /// @param verb `e`, `f` or `g`; the upper-case ones write an `E`
    /// @param precision digits behind the point, for `g` significant digits; or [#SHORTEST]
    public static String format(double value, char verb, int precision) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        String text = switch (verb) {
            case 'e', 'E' -> exponent(decimal(magnitude, precision + 1, precision), precision);
            case 'f', 'F' -> plain(magnitude, precision);
            default -> general(magnitude, precision);
        };
        return sign + (verb == 'E' || verb == 'G' ? text.replace('e', 'E') : text);
    }

    /// `%v`.
    public static String shortest(double value) {
        return format(value, 'g', SHORTEST);
    }

    private static Decimal decimal(double magnitude, int significant, int precision) {
        if (magnitude == 0) {
            return new Decimal("0", 1);
        }
        BigDecimal exact = precision == SHORTEST
                ? new BigDecimal(Double.toString(magnitude))
                : new BigDecimal(magnitude).round(new MathContext(significant, RoundingMode.HALF_EVEN));
        return of(exact);
    }

    private static Decimal of(BigDecimal number) {
        String digits = number.unscaledValue().toString();
        int point = digits.length() - number.scale();
        int last = digits.length();
        while (last > 1 && digits.charAt(last - 1) == '0') {
            last--;
        }
        return new Decimal(digits.substring(0, last), point);
    }

    private static String plain(double magnitude, int precision) {
        BigDecimal number = precision == SHORTEST
                ? new BigDecimal(Double.toString(magnitude)).stripTrailingZeros()
                : new BigDecimal(magnitude).setScale(precision, RoundingMode.HALF_EVEN);
        return (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
    }

    private static String exponent(Decimal decimal, int precision) {
        StringBuilder text = new StringBuilder();
        String digits = decimal.digits();
        text.append(digits.charAt(0));
        int decimals = precision == SHORTEST ? digits.length() - 1 : precision;
        if (decimals > 0) {
            text.append('.');
            for (int i = 1; i <= decimals; i++) {
                text.append(i < digits.length() ? digits.charAt(i) : '0');
            }
        }
        int shown = digits.equals("0") ? 0 : decimal.point() - 1;
        text.append('e').append(shown < 0 ? '-' : '+');
        if (Math.abs(shown) < 10) {
            text.append('0');
        }
        return text.append(Math.abs(shown)).toString();
    }

    private static String general(double magnitude, int precision) {
        int significant = precision == 0 ? 1 : precision;
        Decimal decimal = decimal(magnitude, significant, precision);
        int count = decimal.digits().length();
        int threshold = significant > count && count >= decimal.point() ? count : significant;
        if (precision == SHORTEST) {
            threshold = SHORTEST_EXPONENT;
        }
        int exponent = decimal.point() - 1;
        if (magnitude != 0 && (exponent < -4 || exponent >= threshold)) {
            return exponent(decimal, count - 1);
        }
        BigDecimal number = new BigDecimal(decimal.digits()).scaleByPowerOfTen(decimal.point() - count);
        return (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
    }
}
