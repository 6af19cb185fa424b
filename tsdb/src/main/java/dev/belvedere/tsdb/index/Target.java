package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/// What is sampled together: the series that share `job` and `instance`.
///
/// Guarded by the owner of the index.
public final class Target {

    private final int number;
    private final int[] pairs;
    private final IntArrayList series = new IntArrayList(4);

    Target(int number, int[] pairs) {
        this.number = number;
        this.pairs = pairs;
    }

    public int number() {
        return number;
    }

    /// The pairs of the target's own labels, by name.
    public int[] pairs() {
        return pairs;
    }

    /// All series ever seen of it, in order of appearance.
    public IntArrayList series() {
        return series;
    }

    /// Whether a label belongs to the target and not to its series.
    public static boolean isTargetLabel(String name) {
        return name.equals("job") || name.equals("instance");
    }

    /// A hash of the target's labels among a series' labels that never changes between releases: it decides the
    /// partition.
    public static long stableHash(Labels labels) {
        long hash = mix(0x9E3779B97F4A7C15L, labels.get("instance"));
        return mix(hash, labels.get("job"));
    }

    private static long mix(long hash, String text) {
        long h = (hash ^ text.hashCode()) * 0xBF58476D1CE4E5B9L;
        return h ^ h >>> 31;
    }
}
