package dev.belvedere.acceptance.promql;

import org.jspecify.annotations.Nullable;

/// One sample.
///
/// @param histogram if it is one; then the value means nothing
record Point(long timestampMillis, double value, @Nullable NativePoint histogram) {

    /// The NaN that says that a series has ended.
    static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

    static Point number(long timestampMillis, double value) {
        return new Point(timestampMillis, value, null);
    }
}
