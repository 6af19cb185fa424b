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

    /// Receives digits and exponent: the number is `digits` times 10 to the `exponent`.
    interface Sink {
        int accept(byte[] into, int at, long digits, int exponent);
    }

    /// @param magnitude positive and finite
    /// @return what the sink returns
    static int write(double magnitude, byte[] into, int at, Sink sink) {
        long bits = Double.doubleToRawLongBits(magnitude);
        long fraction = bits & MIN_NORMAL_C - 1;
        int biased = (int) (bits >>> 52);
        if (biased != 0) {
            return write(biased + MIN_Q - 1, MIN_NORMAL_C | fraction, 0, into, at, sink);
        }
        // Of the two smallest doubles one digit would be chosen badly: they are taken as ten times as large.
        return fraction < 3
                ? write(MIN_Q, 10 * fraction, -1, into, at, sink)
                : write(MIN_Q, fraction, 0, into, at, sink);
    }

    private static int write(int q, long c, int shift, byte[] into, int at, Sink sink) {
        int odd = (int) c & 1;
        boolean isRegular = c != MIN_NORMAL_C || q == MIN_Q;
        long middle = c << 2;
        long left = isRegular ? middle - 2 : middle - 1;
        long right = middle + 2;
        int k = isRegular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
        int h = q + floorLog2Pow10(-k) + 2;
        long g1 = POWERS[2 * (k - MIN_K)];
        long g0 = POWERS[2 * (k - MIN_K) + 1];
        long vb = roundedToOdd(g1, g0, middle << h);
        long vbl = roundedToOdd(g1, g0, left << h);
        long vbr = roundedToOdd(g1, g0, right << h);
        long s = vb >> 2;
        if (s >= 100) {
            long low = s / 10 * 10;
            long high = low + 10;
            boolean isLowIn = vbl + odd <= low << 2;
            boolean isHighIn = (high << 2) + odd <= vbr;
            if (isLowIn != isHighIn) {
                return sink.accept(into, at, isLowIn ? low : high, k);
            }
        }
        long t = s + 1;
        boolean isLowIn = vbl + odd <= s << 2;
        boolean isHighIn = (t << 2) + odd <= vbr;
        boolean isLowTaken = isLowIn;
        if (isLowIn == isHighIn) {
            long order = vb - (s + t << 1);
            isLowTaken = order < 0 || order == 0 && (s & 1) == 0;
        }
        return sink.accept(into, at, isLowTaken ? s : t, k + shift);
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
