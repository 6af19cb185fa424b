package dev.belvedere.tsdb.frame;

import java.util.Arrays;

/// Which of [PendingSamples] a commit takes: ranges of their places, each a run or a part of one. Filled again and
/// again. Used by one thread.
public final class TakenSamples {

    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int ranges;
    private int count;

    public void clear() {
        ranges = 0;
        count = 0;
    }

    /// Takes the samples from one place to before another.
    public void add(int start, int end) {
        if (ranges == starts.length) {
            starts = Arrays.copyOf(starts, 2 * ranges);
            ends = Arrays.copyOf(ends, 2 * ranges);
        }
        starts[ranges] = start;
        ends[ranges++] = end;
        count += end - start;
    }

    /// Whether the last range ends before a place.
    public boolean endsAt(int end) {
        return ranges > 0 && ends[ranges - 1] == end;
    }

    /// Makes the last range reach to before a place.
    public void extend(int end) {
        count += end - ends[ranges - 1];
        ends[ranges - 1] = end;
    }

    public int ranges() {
        return ranges;
    }

    public int start(int range) {
        return starts[range];
    }

    public int end(int range) {
        return ends[range];
    }

    /// How many samples there are.
    public int count() {
        return count;
    }
}
