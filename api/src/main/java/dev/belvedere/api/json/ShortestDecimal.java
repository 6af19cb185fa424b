package dev.belvedere.api.json;

import java.math.BigInteger;

/// The shortest decimal number that reads back as a given double: Raffaello Giulietti's "The Schubfach way to render
/// doubles" (2020), whose names for its quantities are used here.
///
/// A double is `c` times 2 to the `q`. All reals that round to it lie in an interval; of the multiples of 10 to the
/// `k` there, where `k` is the largest that cannot miss it, the one that also ends in 0 is taken if there is one, else
/// the closest. Cost: six multiplications.
final class ShortestDecimal {

    private static final int MIN_Q = -1074;
    private static final long MIN_NORMAL_C = 1L << 52;

    /// Of doubles that are fewer of the smallest than this one digit would be chosen badly: they are taken as ten times
    /// as large.
    private static final long FEW = 3;

    private static final long LOW_63 = Long.MAX_VALUE;
    private static final int MIN_K = -324;
    private static final int MAX_K = 292;

    /// 10 to the `-k` as integers of 126 bits, rounded up, in two halves of 63 bits each.
    private static final long[] POWERS = new long[2 * (MAX_K - MIN_K + 1)];

    static {
        BigInteger power = BigInteger.ONE;
        for (int n = 0; n <= -MIN_K; n++) {
            int length = power.bitLength();
            put(-n, length <= 126 ? power.shiftLeft(126 - length) : power.shiftRight(length - 126));
            if (n > 0 && n <= MAX_K) {
                put(n, BigInteger.ONE.shiftLeft(125 + length).divide(power));
            }
            power = power.multiply(BigInteger.TEN);
        }
    }

    private ShortestDecimal() {}

    private static void put(int k, BigInteger floor) {
        BigInteger g = floor.add(BigInteger.ONE);
        POWERS[2 * (k - MIN_K)] = g.shiftRight(63).longValue();
        POWERS[2 * (k - MIN_K) + 1] = g.longValue() & LOW_63;
    }

    /// The digits of the shortest decimal, which may end in zeros: the number is these times 10 to the [#exponent].
    ///
    /// @param magnitude positive and finite
    static long digits(double magnitude) {
        long bits = Double.doubleToRawLongBits(magnitude);
        long fraction = bits & MIN_NORMAL_C - 1;
        int biased = (int) (bits >>> 52);
        if (biased != 0) {
            return digits(biased + MIN_Q - 1, MIN_NORMAL_C | fraction);
        }
        return digits(MIN_Q, fraction < FEW ? 10 * fraction : fraction);
    }

    /// @param magnitude positive and finite
    static int exponent(double magnitude) {
        long bits = Double.doubleToRawLongBits(magnitude);
        long fraction = bits & MIN_NORMAL_C - 1;
        int biased = (int) (bits >>> 52);
        if (biased != 0) {
            return k(biased + MIN_Q - 1, MIN_NORMAL_C | fraction);
        }
        return k(MIN_Q, fraction) - (fraction < FEW ? 1 : 0);
    }

    private static boolean isRegular(int q, long c) {
        return c != MIN_NORMAL_C || q == MIN_Q;
    }

    private static int k(int q, long c) {
        return isRegular(q, c) ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    }

    /// Which of the candidates is taken is as good as random, so nothing branches on it: each of the names that begin
    /// with `is` is the sign of a difference, -1 for yes and 0 for no.
    private static long digits(int q, long c) {
        long odd = c & 1;
        int k = k(q, c);
        int h = q + floorLog2Pow10(-k) + 2;
        long g1 = POWERS[2 * (k - MIN_K)];
        long g0 = POWERS[2 * (k - MIN_K) + 1];
        long middle = c << 2;
        long left = isRegular(q, c) ? middle - 2 : middle - 1;
        long vb = roundedToOdd(g1, g0, middle << h);
        long vbl = roundedToOdd(g1, g0, left << h) + odd;
        long vbr = roundedToOdd(g1, g0, middle + 2 << h) - odd;
        long s = vb >> 2;
        long low = s / 10 * 10;
        long isLowOut = (low << 2) - vbl >> 63;
        long isHighOut = vbr - (low + 10 << 2) >> 63;
        long isOneOfTens = (isLowOut ^ isHighOut) & 99 - s >> 63;
        long isFloorOut = (s << 2) - vbl >> 63;
        long isCeilingOut = vbr - (s + 1 << 2) >> 63;
        long isOneOfOnes = isFloorOut ^ isCeilingOut;
        // Of two as close, the even one.
        long isCeilingCloser = (s << 2) + 2 - vb - (s & 1) >> 63;
        long isCeilingTaken = isOneOfOnes & isFloorOut | ~isOneOfOnes & isCeilingCloser;
        return isOneOfTens & low + (isLowOut & 10) | ~isOneOfTens & s - isCeilingTaken;
    }

    /// The product of `g` and `cp` over 2 to the 127, rounded to odd.
    private static long roundedToOdd(long g1, long g0, long cp) {
        long x1 = Math.multiplyHigh(g0, cp);
        long y0 = g1 * cp;
        long y1 = Math.multiplyHigh(g1, cp);
        long z = (y0 >>> 1) + x1;
        long w = y1 + (z >>> 63);
        return w | (z & LOW_63) + LOW_63 >>> 63;
    }

    private static int floorLog10Pow2(int e) {
        return (int) (e * 661_971_961_083L >> 41);
    }

    private static int floorLog10ThreeQuartersPow2(int e) {
        return (int) (e * 661_971_961_083L - 274_743_187_321L >> 41);
    }

    private static int floorLog2Pow10(int e) {
        return (int) (e * 913_124_641_741L >> 38);
    }
}
