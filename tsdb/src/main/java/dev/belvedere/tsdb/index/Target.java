package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is sampled together: the series that share `job` and `instance`.
///
/// Guarded by the owner of the index.
public final class Target {

    /// Layouts that are remembered: blocks mostly have those of the block before.
    private static final int LAYOUTS = 4;

    private final int number;
    private final int[] pairs;
    private final long stableHash;

    /// The newest last.
    private final List<ColumnLayout> layouts = new ArrayList<>(1);

    private final IntArrayList series = new IntArrayList(4);

    Target(int number, int[] pairs, long stableHash) {
        this.number = number;
        this.pairs = pairs;
        this.stableHash = stableHash;
    }

    /// [#stableHash(Labels)] of its series.
    long stableHash() {
        return stableHash;
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

    /// A layout of some of the series: one that was asked for before, if it was one of the last.
    ///
    /// @param ofColumns the series of each column; not copied, never changed
    public ColumnLayout layout(int[] ofColumns) {
        for (ColumnLayout known : layouts) {
            if (Arrays.equals(known.series(), ofColumns)) {
                return known;
            }
        }
        if (layouts.size() == LAYOUTS) {
            layouts.removeFirst();
        }
        ColumnLayout layout = new ColumnLayout(ofColumns);
        layouts.add(layout);
        return layout;
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
