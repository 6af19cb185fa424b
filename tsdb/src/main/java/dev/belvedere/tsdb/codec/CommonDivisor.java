package dev.belvedere.tsdb.codec;

/// The greatest common divisor of the distances of integers from the first of them, and the quotients by it.
///
/// Divisions of 64 bits would be most of what encoding costs. Where a divisor is kept, as nearly always, whether it
/// divides a distance is told by multiplying with the inverse of its odd part modulo `2^64`: the product is the
/// quotient if that is at most `(2^64 - 1) / odd part`, and greater if there is a rest. A multiplication and a
/// comparison a value. Not safe for concurrent use.
final class CommonDivisor {

    private long divisor;
    private int shift;
    private long inverse;
    private long maxQuotient;

    /// Looks for the divisor of so many values.
    void find(long[] values, int count) {
        divisor = 0;
        for (int i = 1; i < count; i++) {
            long distance = values[i] - values[0];
            if (((values[i] ^ values[0]) & (values[i] ^ distance)) < 0 || distance == Long.MIN_VALUE) {
                useOne();
                return;
            }
            long magnitude = Math.abs(distance);
            if (magnitude != 0 && !divides(magnitude)) {
                long common = gcd(magnitude, divisor);
                if (common == 1) {
                    useOne();
                    return;
                }
                use(common);
            }
        }
    }

    /// Whether all values are equal, so that every number divides their distances.
    boolean isOfEqual() {
        return divisor == 0;
    }

    /// 1 if there is none but that.
    long value() {
        return divisor;
    }

    /// A multiple of the divisor, divided by it.
    long quotient(long multiple) {
        return (multiple >> shift) * inverse;
    }

    private boolean divides(long magnitude) {
        return divisor != 0
                && (magnitude & (1L << shift) - 1) == 0
                && Long.compareUnsigned((magnitude >>> shift) * inverse, maxQuotient) <= 0;
    }

    private void useOne() {
        divisor = 1;
        shift = 0;
        inverse = 1;
    }

    private void use(long newDivisor) {
        divisor = newDivisor;
        shift = Long.numberOfTrailingZeros(newDivisor);
        long odd = newDivisor >>> shift;
        // Right in the low 5 bits; each step of Newton's doubles them.
        inverse = odd * 3 ^ 2;
        for (int bits = 5; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        maxQuotient = Long.divideUnsigned(-1L, odd);
    }

    /// Of numbers above 0, or 0 for the second. Divisions of 32 bits where both are small.
    private static long gcd(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long rest = (x | y) >>> 31 == 0 ? (int) x % (int) y : x % y;
            x = y;
            y = rest;
        }
        return x;
    }
}
