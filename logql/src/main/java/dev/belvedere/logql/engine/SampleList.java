package dev.belvedere.logql.engine;

import java.util.Arrays;

/// Time and value of the lines of one series, in time order. Grows; used by one thread.
final class SampleList {

    private long[] nanos = new long[16];
    private double[] values = new double[16];
    private int size;

    void add(long timestampNanos, double value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        nanos[size] = timestampNanos;
        values[size] = value;
        size++;
    }

    int size() {
        return size;
    }

    long nanos(int index) {
        return nanos[index];
    }

    double value(int index) {
        return values[index];
    }

    double[] copy(int from, int to) {
        return Arrays.copyOfRange(values, from, to);
    }
}
