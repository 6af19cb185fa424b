package dev.belvedere.eventdb.column;

import java.util.Arrays;

/// Numbers the distinct values of a bytes column in order of appearance. Used by one thread.
final class SliceIndex {

    private final BytesColumn column;
    private int[] slots = new int[64];
    private int[] first = new int[32];
    private int[] hashes = new int[32];
    private int size;

    SliceIndex(BytesColumn column) {
        this.column = column;
        Arrays.fill(slots, -1);
    }

    /// The number of the value at `index` among the distinct ones.
    int number(int index) {
        int start = column.starts()[index];
        int end = column.ends()[index];
        int hash = hash(column.bytes(), start, end);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] >= 0) {
            int number = slots[slot];
            int other = first[number];
            if (hashes[number] == hash
                    && Arrays.equals(
                            column.bytes(), start, end, column.bytes(), column.starts()[other], column.ends()[other])) {
                return number;
            }
            slot = slot + 1 & mask;
        }
        if (size == first.length) {
            first = Arrays.copyOf(first, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        first[size] = index;
        hashes[size] = hash;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        int mask = slots.length - 1;
        for (int number = 0; number < size; number++) {
            int slot = hashes[number] & mask;
            while (slots[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = number;
        }
    }

    private static int hash(byte[] bytes, int start, int end) {
        int h = 1;
        for (int i = start; i < end; i++) {
            h = 31 * h + bytes[i];
        }
        h *= 0x9E3779B9;
        return h ^ h >>> 15;
    }

    int size() {
        return size;
    }

    /// Where the numbered value stands first.
    int firstIndex(int number) {
        return first[number];
    }
}
