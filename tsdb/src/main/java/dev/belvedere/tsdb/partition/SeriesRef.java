package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.index.SeriesIndex;

/// Refs of series, as appenders hand them out: from the highest bit 0, the generation of the series' number, 16 bits of
/// the partition, 32 bits of the number there.
public final class SeriesRef {

    private static final int PARTITION_SHIFT = 32;
    private static final int GENERATION_SHIFT = 63 - SeriesIndex.GENERATION_BITS;

    private SeriesRef() {}

    static long of(int partition, int generation, int series) {
        return (long) generation << GENERATION_SHIFT | (long) partition << PARTITION_SHIFT | series;
    }

    /// Negative or beyond all partitions if the ref is none.
    public static int partition(long ref) {
        return ref < 0 ? -1 : (int) (ref >> PARTITION_SHIFT) & 0xFFFF;
    }

    public static int series(long ref) {
        return (int) ref;
    }

    static int generation(long ref) {
        return (int) (ref >>> GENERATION_SHIFT);
    }

    /// Whether the series that a ref was given out for still has its number.
    public static boolean isCurrent(long ref, SeriesIndex index) {
        return areCurrent(ref, 1, index);
    }

    /// The same of several refs, each by one more than the one before.
    static boolean areCurrent(long first, int count, SeriesIndex index) {
        return index.areOfGeneration(series(first), count, generation(first));
    }
}
