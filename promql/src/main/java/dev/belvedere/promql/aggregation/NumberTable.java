package dev.belvedere.promql.aggregation;

import org.jspecify.annotations.Nullable;

/// A map from numbers that makes no objects of them. Grows only.
final class NumberTable<V> {

    private long[] keys = new long[16];
    private @Nullable Object[] values = new Object[16];
    private int size;

    private static int slot(long key, int mask) {
        long hash = key * 0x9E3779B97F4A7C15L;
        return (int) (hash ^ hash >>> 32) & mask;
    }

    /// Null where there is none.
    @SuppressWarnings("unchecked")
    @Nullable
    V get(long key) {
        int mask = keys.length - 1;
        for (int i = slot(key, mask); values[i] != null; i = i + 1 & mask) {
            if (keys[i] == key) {
                return (V) values[i];
            }
        }
        return null;
    }

    /// @param key one that is not there yet
    void put(long key, V value) {
        if (2 * size >= keys.length) {
            grow();
        }
        size++;
        set(key, value);
    }

    private void set(long key, Object value) {
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (values[i] != null) {
            i = i + 1 & mask;
        }
        keys[i] = key;
        values[i] = value;
    }

    private void grow() {
        long[] before = keys;
        @Nullable Object[] valuesBefore = values;
        keys = new long[2 * before.length];
        values = new Object[keys.length];
        for (int i = 0; i < before.length; i++) {
            Object value = valuesBefore[i];
            if (value != null) {
                set(before[i], value);
            }
        }
    }
}
