package dev.belvedere.api.remotewrite;

import dev.belvedere.wire.remotewrite.SeriesLabels;
import java.util.Arrays;

/// Label pairs as bytes, each kept once and numbered. Not safe for concurrent writing; see [SeriesRefCache].
final class LabelPairs {

    private static final int INITIAL = 1024;

    private byte[] bytes = new byte[32 * INITIAL];
    private int byteCount;

    private int pairCount;
    private int[] starts = new int[INITIAL];
    private int[] nameLengths = new int[INITIAL];
    private int[] valueLengths = new int[INITIAL];

    /// Open addressing; holds a pair's number plus one.
    private int[] slots = new int[2 * INITIAL];

    int byteCount() {
        return byteCount;
    }

    boolean equals(int pair, SeriesLabels labels, int label) {
        return labels.equalsPair(label, pair, bytes, starts[pair], nameLengths[pair], valueLengths[pair]);
    }

    /// The number of a pair, which is added if it is new.
    int intern(SeriesLabels labels, int label) {
        int mask = slots.length - 1;
        int slot = hash(
                        labels.buffer(),
                        labels.nameStart(label),
                        labels.nameLength(label),
                        labels.valueStart(label),
                        labels.valueLength(label))
                & mask;
        while (slots[slot] != 0) {
            if (equals(slots[slot] - 1, labels, label)) {
                return slots[slot] - 1;
            }
            slot = slot + 1 & mask;
        }
        slots[slot] = pairCount + 1;
        return add(labels, label);
    }

    private int add(SeriesLabels labels, int label) {
        int nameLength = labels.nameLength(label);
        int valueLength = labels.valueLength(label);
        int length = labels.pairLength(label);
        if (byteCount + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, byteCount + length));
        }
        if (pairCount == starts.length) {
            int size = 2 * pairCount;
            starts = Arrays.copyOf(starts, size);
            nameLengths = Arrays.copyOf(nameLengths, size);
            valueLengths = Arrays.copyOf(valueLengths, size);
        }
        starts[pairCount] = byteCount;
        nameLengths[pairCount] = nameLength;
        valueLengths[pairCount] = valueLength;
        labels.writePair(label, bytes, byteCount);
        byteCount += length;
        pairCount++;
        if (2 * pairCount > slots.length) {
            rehash();
        }
        return pairCount - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int pair = 0; pair < pairCount; pair++) {
            int valueStart = starts[pair] + nameLengths[pair] + 2;
            int slot = hash(bytes, starts[pair], nameLengths[pair], valueStart, valueLengths[pair]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = pair + 1;
        }
    }

    private static int hash(byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        long h = nameLength;
        for (int i = 0; i < nameLength; i++) {
            h = (h ^ bytes[nameStart + i]) * 0x100000001b3L;
        }
        for (int i = 0; i < valueLength; i++) {
            h = (h ^ bytes[valueStart + i]) * 0x100000001b3L;
        }
        h = (h ^ h >>> 32) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }

    /// Copies a pair into another table and returns its number there.
    int copyTo(LabelPairs target, int pair, SeriesLabels view) {
        view.setPair(bytes, starts[pair], nameLengths[pair], valueLengths[pair]);
        return target.intern(view, 0);
    }
}
