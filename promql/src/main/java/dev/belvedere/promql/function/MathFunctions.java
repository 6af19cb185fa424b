package dev.belvedere.promql.function;

import dev.belvedere.promql.syntax.Function;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions of one number.
final class MathFunctions {

    private static final double LN2 = Math.log(2);

    /// Beyond this e^-x is nothing beside e^x.
    private static final double LARGE = 21;

    private MathFunctions() {}

    /// @return null for a function of another kind
    static @Nullable DoubleUnaryOperator unary(Function function) {
        return switch (function) {
            case ABS -> Math::abs;
            case CEIL -> Math::ceil;
            case FLOOR -> Math::floor;
            case EXP -> Math::exp;
            case SQRT -> Math::sqrt;
            case LN -> Math::log;
            case LOG2 -> MathFunctions::log2;
            case LOG10 -> Math::log10;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case SINH -> MathFunctions::sinh;
            case COSH -> MathFunctions::cosh;
            case TANH -> Math::tanh;
            case ASINH -> MathFunctions::asinh;
            case ACOSH -> MathFunctions::acosh;
            case ATANH -> MathFunctions::atanh;
            case RAD -> value -> value * Math.PI / 180;
            case DEG -> value -> value * 180 / Math.PI;
            case SGN -> value -> value < 0 ? -1 : value > 0 ? 1 : value;
            default -> null;
        };
    }

    private static double log2(double value) {
        int exponent = Math.getExponent(value);
        boolean isPower = exponent >= Double.MIN_EXPONENT
                && exponent <= Double.MAX_EXPONENT
                && Math.scalb(1.0, exponent) == value;
        return isPower ? exponent : Math.log(value) / LN2;
    }

    /// Of what e^x cannot hold, though its half could, it is infinite as in Prometheus.
    private static double sinh(double x) {
        return Math.abs(x) > LARGE ? Math.copySign(cosh(x), x) : Math.sinh(x);
    }

    private static double cosh(double x) {
        return Math.abs(x) > LARGE ? 0.5 * Math.exp(Math.abs(x)) : Math.cosh(x);
    }

    private static double asinh(double value) {
        double size = Math.abs(value);
        if (Double.isInfinite(value) || value == 0) {
            return value;
        }
        double result =
                size > 1e8 ? Math.log(size) + LN2 : Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
        return Math.copySign(result, value);
    }

    private static double acosh(double value) {
        if (value < 1) {
            return Double.NaN;
        }
        double above = value - 1;
        return value > 1e8 ? Math.log(value) + LN2 : Math.log1p(above + Math.sqrt(2 * above + above * above));
    }

    private static double atanh(double value) {
        return 0.5 * Math.log1p(2 * value / (1 - value));
    }

    /// As `Math.max`, but an infinity wins over NaN.
    static double max(double a, double b) {
        return a == Double.POSITIVE_INFINITY || b == Double.POSITIVE_INFINITY
                ? Double.POSITIVE_INFINITY
                : Math.max(a, b);
    }

    /// As `Math.min`, but an infinity wins over NaN.
    static double min(double a, double b) {
        return a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY
                ? Double.NEGATIVE_INFINITY
                : Math.min(a, b);
    }
}
