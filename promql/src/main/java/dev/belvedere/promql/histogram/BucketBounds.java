package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;

/// Where buckets begin and end.
final class BucketBounds {

    /// For each schema from 0 up: 2^(i / 2^schema - 1) for each i below 2^schema, the fractions between
    /// two powers. They are what clients sort observations by, to the last bit: each schema takes over the
    /// bounds of the coarser one, and multiplies them once for those between; and the root of two is the
    /// float below the nearest one.
    private static final double[][] FRACTIONS = new double[NativeHistogram.MAX_SCHEMA + 1][];

    static {
        for (int schema = 0; schema <= NativeHistogram.MAX_SCHEMA; schema++) {
            int count = 1 << schema;
            FRACTIONS[schema] = new double[count];
            FRACTIONS[schema][0] = 0.5;
            double factor = schema == 1 ? Math.nextDown(Math.sqrt(2)) : Math.pow(2, 1.0 / count);
            for (int i = 1; i < count; i++) {
                FRACTIONS[schema][i] = i % 2 == 0 ? FRACTIONS[schema - 1][i / 2] : FRACTIONS[schema][i - 1] * factor;
            }
        }
    }

    private BucketBounds() {}

    /// The upper bound of an exponential bucket, in absolute terms. The last bucket of ordinary floats
    /// ends at the greatest of them; the one behind it holds the infinities.
    static double exponentialUpper(int index, int schema) {
        if (schema < 0) {
            long exponent = (long) index << -schema;
            return exponent == 1024 ? Double.MAX_VALUE : scaled(1, exponent);
        }
        double fraction = FRACTIONS[schema][index & ((1 << schema) - 1)];
        int exponent = (index >> schema) + 1;
        return fraction == 0.5 && exponent == 1025 ? Double.MAX_VALUE : scaled(fraction, exponent);
    }

    private static double scaled(double fraction, long exponent) {
        int bounded = (int) Math.max(-2200, Math.min(2200, exponent));
        return Math.scalb(fraction, bounded);
    }

    static double customUpper(int index, double[] bounds) {
        return index < 0 ? Double.NEGATIVE_INFINITY : index >= bounds.length ? Double.POSITIVE_INFINITY : bounds[index];
    }

    /// The index of the bucket of a coarser schema that holds a bucket.
    static int reducedIndex(int index, int schema, int targetSchema) {
        return ((index - 1) >> (schema - targetSchema)) + 1;
    }
}
