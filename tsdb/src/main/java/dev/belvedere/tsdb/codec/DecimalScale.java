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
        // Adding 0.0 turns -0.0 into 0.0: the integer cannot carry the sign.
        return Math.abs(integer) < MAX_INTEGER
                && Double.doubleToRawLongBits(integer / POWERS[scale] + 0.0) == Double.doubleToRawLongBits(value);
    }

    static long integer(double value, int scale) {
        return (long) Math.rint(value * POWERS[scale]);
    }

    /// The lowest scale that expresses all but a few of the values, or [#BITS].
    static int choose(double[] values, int count) {
        int scale = 0;
        int strays = 0;
        int strayLimit = count / 16;
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (!isExact(value, scale)) {
                int higher = scale + 1;
                while (higher <= MAX && !isExact(value, higher)) {
                    higher++;
                }
                if (higher <= MAX) {
                    scale = higher;
                } else if (!isSpecial(value) && ++strays > strayLimit) {
                    return BITS;
                }
            }
        }
        return isMostlyExact(values, count, scale, strayLimit) ? scale : BITS;
    }

    /// Values that no scale expresses, however decimal their neighbours are.
    private static boolean isSpecial(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) || value == 0;
    }

    private static boolean isMostlyExact(double[] values, int count, int scale, int strayLimit) {
        int strays = 0;
        int specials = 0;
        for (int i = 0; i < count; i++) {
            if (!isExact(values[i], scale)) {
                if (isSpecial(values[i])) {
                    specials++;
                } else {
                    strays++;
                }
            }
        }
        return strays <= strayLimit && specials <= count / 2;
    }
}
