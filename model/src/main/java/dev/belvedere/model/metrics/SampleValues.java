package dev.belvedere.model.metrics;

/// The NaNs that mean something. All other NaNs are one value: [#NORMAL_NAN].
///
/// Compare bits, never values: `NaN != NaN`, and arithmetic may rewrite a NaN's payload.
public final class SampleValues {

    /// The bits of an ordinary NaN sample, as Prometheus writes it.
    public static final long NORMAL_NAN_BITS = 0x7ff8000000000001L;

    /// The bits that end a series: written when a target or a series of it disappears.
    public static final long STALE_NAN_BITS = 0x7ff0000000000002L;

    /// The bits that fill a row in which a column has no sample. Never a sample: no decoder lets them in.
    public static final long ABSENT_BITS = 0x7ff0000000000b5eL;

    public static final double NORMAL_NAN = Double.longBitsToDouble(NORMAL_NAN_BITS);
    public static final double STALE_NAN = Double.longBitsToDouble(STALE_NAN_BITS);
    public static final double ABSENT = Double.longBitsToDouble(ABSENT_BITS);

    private SampleValues() {}

    public static boolean isStale(double value) {
        return Double.doubleToRawLongBits(value) == STALE_NAN_BITS;
    }

    public static boolean isAbsent(double value) {
        return Double.doubleToRawLongBits(value) == ABSENT_BITS;
    }

    /// What is kept of a value from outside: stale markers and numbers as they are, every other NaN as
    /// [#NORMAL_NAN].
    public static double canonical(double value) {
        return !Double.isNaN(value) || isStale(value) ? value : NORMAL_NAN;
    }
}
