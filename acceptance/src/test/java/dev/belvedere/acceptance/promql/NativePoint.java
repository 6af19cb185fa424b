package dev.belvedere.acceptance.promql;

import java.util.SortedMap;
import java.util.TreeMap;

/// A native histogram as a sample.
///
/// @param schema -53 for custom bounds
/// @param isFloat whether counts travel as floats; otherwise they are whole numbers
/// @param hint what is said about a counter reset: 0 nothing, 1 reset, 2 none, 3 this is a gauge
/// @param positive counts by bucket index
record NativePoint(
        int schema,
        boolean isFloat,
        int hint,
        double sum,
        double count,
        double zeroThreshold,
        double zeroCount,
        SortedMap<Integer, Double> positive,
        SortedMap<Integer, Double> negative,
        double[] bounds) {

    static final int CUSTOM_SCHEMA = -53;

    /// The stale marker of a histogram series.
    static final NativePoint STALE =
            new NativePoint(0, false, 0, Point.STALE, 0, 0, 0, new TreeMap<>(), new TreeMap<>(), new double[0]);

    NativePoint {
        positive = new TreeMap<>(positive);
        negative = new TreeMap<>(negative);
        bounds = bounds.clone();
    }
}
