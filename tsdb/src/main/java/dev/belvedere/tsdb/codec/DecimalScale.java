package dev.belvedere.tsdb.codec;

/// Doubles that someone wrote as decimal numbers, turned into the integers behind them.
///
/// `v = integer / 10^scale` holds bit for bit: an integer below 2^53 and a power of ten up to 10^13 are exact
/// doubles, and the division rounds once, as reading the decimal text did.
final class DecimalScale {

    static final int MAX = 13;

    /// A value's integer is its IEEE 754 bits.
    static final int BITS = 15;

    private static final double MAX_INTEGER = 1L << 53;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13};

    private DecimalScale() {}

    static double power(int scale) {
        return POWERS[scale];
    }

    static boolean isExact(double value, int scale) {
        double integer = Math.rint(value * POWERS[scale]);
        return isExact(value, integer, integer / POWERS[scale]);
    }

    /// Whether an integer is a value: -0.0 is none, whose sign no integer carries.
    static boolean isWhole(double value, long integer) {
        double restored = integer;
        // Not of the integer: the least long has no absolute value.
        return Math.abs(restored) < MAX_INTEGER
                && Double.doubleToRawLongBits(restored) == Double.doubleToRawLongBits(value);
    }

    /// Whether an integer carries a value, which is `restored` from it.
    static boolean isExact(double value, double integer, double restored) {
        // Adding 0.0 turns -0.0 into 0.0: the integer cannot carry the sign.
        return Math.abs(integer) < MAX_INTEGER
                && Double.doubleToRawLongBits(restored + 0.0) == Double.doubleToRawLongBits(value);
    }
}
