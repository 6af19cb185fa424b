package dev.belvedere.model.metrics;

import java.util.Arrays;

/// One side of a native histogram in a coarser schema: each step joins pairs of neighbouring buckets, which loses
/// nothing but resolution.
public final class JoinedBuckets {

    /// An index shifted by this many bits is 0 or -1, as it is when shifted by more.
    private static final int MAX_STEPS = 31;

    private final int[] spans;
    private int spanValues;
    private final double[] counts;
    private int countValues;
    private int last;

    /// @param formerSpans pairs of offset and length
    /// @param steps by how much the schema falls
    /// @throws IllegalArgumentException if the spans do not name as many buckets as there are counts
    public JoinedBuckets(int[] formerSpans, double[] formerCounts, int steps) {
        requireFit(formerSpans, formerCounts.length);
        spans = new int[2 * formerCounts.length];
        counts = new double[formerCounts.length];
        int shift = Math.min(steps, MAX_STEPS);
        int index = 0;
        int at = 0;
        for (int span = 0; span < formerSpans.length; span += 2) {
            index += formerSpans[span];
            for (int i = 0; i < formerSpans[span + 1]; i++) {
                add((index - 1 >> shift) + 1, formerCounts[at++]);
                index++;
            }
        }
    }

    private static void requireFit(int[] spans, int counts) {
        long named = 0;
        for (int span = 1; span < spans.length; span += 2) {
            named = spans[span] < 0 ? Long.MIN_VALUE : named + spans[span];
        }
        if (spans.length % 2 != 0 || named != counts) {
            throw new IllegalArgumentException("spans name " + named + " buckets, but there are " + counts + " counts");
        }
    }

    private void add(int index, double count) {
        if (countValues > 0 && index == last) {
            counts[countValues - 1] += count;
            return;
        }
        if (countValues > 0 && index == last + 1) {
            spans[spanValues - 1]++;
        } else {
            spans[spanValues++] = countValues == 0 ? index : index - last - 1;
            spans[spanValues++] = 1;
        }
        counts[countValues++] = count;
        last = index;
    }

    public int[] spans() {
        return Arrays.copyOf(spans, spanValues);
    }

    public double[] counts() {
        return Arrays.copyOf(counts, countValues);
    }
}
