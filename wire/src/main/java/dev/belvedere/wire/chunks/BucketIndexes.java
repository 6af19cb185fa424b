package dev.belvedere.wire.chunks;

import java.util.Arrays;

/// The indexes of one side's buckets, ascending, as lists instead of spans.
final class BucketIndexes {

    private BucketIndexes() {}

    static int[] of(int[] spans) {
        int[] indexes = new int[HistogramLayout.bucketCount(spans)];
        int at = 0;
        int next = 0;
        for (int i = 0; i < spans.length; i += 2) {
            next += spans[i];
            for (int k = 0; k < spans[i + 1]; k++) {
                indexes[at++] = next++;
            }
        }
        return indexes;
    }

    static int[] union(int[] a, int[] b) {
        int[] all = new int[a.length + b.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            boolean isFromA = j == b.length || i < a.length && a[i] <= b[j];
            int index = isFromA ? a[i] : b[j];
            i += i < a.length && a[i] == index ? 1 : 0;
            j += j < b.length && b[j] == index ? 1 : 0;
            all[size++] = index;
        }
        return Arrays.copyOf(all, size);
    }

    static int[] spans(int[] indexes) {
        int[] spans = new int[2 * indexes.length];
        int size = 0;
        int next = 0;
        for (int i = 0; i < indexes.length; i++) {
            if (i == 0 || indexes[i] != next) {
                spans[size++] = indexes[i] - next;
                spans[size++] = 0;
            }
            spans[size - 1]++;
            next = indexes[i] + 1;
        }
        return Arrays.copyOf(spans, size);
    }

    /// Counts at `from` moved to the places of `to`, which has all of them; 0 in the others.
    static double[] moved(double[] counts, int[] from, int[] to) {
        double[] moved = new double[to.length];
        int at = 0;
        for (int i = 0; i < from.length; i++) {
            while (to[at] != from[i]) {
                at++;
            }
            moved[at] = counts[i];
        }
        return moved;
    }

    /// Whether some bucket lost observations: it is smaller, or it is gone and had some.
    static boolean hasReset(double[] before, int[] beforeAt, double[] after, int[] afterAt) {
        int j = 0;
        for (int i = 0; i < before.length; i++) {
            while (j < afterAt.length && afterAt[j] < beforeAt[i]) {
                j++;
            }
            double now = j < afterAt.length && afterAt[j] == beforeAt[i] ? after[j] : 0;
            if (now < before[i]) {
                return true;
            }
        }
        return false;
    }
}
