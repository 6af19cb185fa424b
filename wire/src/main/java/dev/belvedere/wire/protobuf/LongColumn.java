package dev.belvedere.wire.protobuf;

import dev.belvedere.wire.WireFormatException;
import java.util.Arrays;

/// A growing array of longs, up to a limit; the bits of doubles where a field holds doubles.
public final class LongColumn {

    /// No repeated field of our protocols has nearly as many values.
    private static final int MAX_SIZE = 1 << 16;

    private long[] values = new long[16];
    private int size;

    public void clear() {
        size = 0;
    }

    public void add(long value) {
        if (size == values.length) {
            if (size >= MAX_SIZE) {
                throw new WireFormatException(0, "a repeated field of more than " + MAX_SIZE + " values");
            }
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    public int size() {
        return size;
    }

    public long get(int index) {
        return values[index];
    }

    /// A value of an unsigned field.
    public double unsigned(int index) {
        return unsigned(values[index]);
    }

    public static double unsigned(long value) {
        return value >= 0 ? value : 0x1p64 + value;
    }

    public double[] toDoubles() {
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
            doubles[i] = Double.longBitsToDouble(values[i]);
        }
        return doubles;
    }
}
