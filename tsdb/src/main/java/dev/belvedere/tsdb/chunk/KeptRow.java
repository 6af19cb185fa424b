package dev.belvedere.tsdb.chunk;

import java.util.concurrent.atomic.AtomicLongArray;

/// What was read before of one row of a chunk: the floats of some columns. Safe from any thread.
///
/// A column whose values are differences has to be added up to the row. Whoever asks for the newest sample of every
/// series asks for the same row again.
public final class KeptRow {

    /// A NaN that no column is known to have; where one has it, it counts as not read.
    private static final long UNKNOWN = 0x7ff4_2f8b_91d3_5ac7L;

    private final int row;

    /// Bits, so changed that what was not read is 0.
    private final AtomicLongArray values;

    public KeptRow(int row, int columns) {
        this.row = row;
        this.values = new AtomicLongArray(columns);
    }

    public int row() {
        return row;
    }

    public boolean has(int column) {
        return values.getOpaque(column) != 0;
    }

    /// The float of a column that [#has] one.
    public double value(int column) {
        return Double.longBitsToDouble(values.getOpaque(column) ^ UNKNOWN);
    }

    public void put(int column, double value) {
        values.setOpaque(column, Double.doubleToRawLongBits(value) ^ UNKNOWN);
    }

    /// What it takes in memory, about.
    public int sizeBytes() {
        return 64 + Long.BYTES * values.length();
    }
}
