package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/// Targets by number, and by the labels of their series.
///
/// Grows only. Guarded by the owner of the index.
final class TargetDictionary {

    private static final int NONE = -1;
    private static final int[] NO_PAIRS = {};

    private int count;
    private Target[] targets = new Target[16];

    /// Numbers below `count` that no target has, the lowest last. Behind them stand targets without series.
    private final IntArrayList free = new IntArrayList();

    /// By the stable hash of the target's labels; of two with the same hash the second stands under the next.
    private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();

    private int last = NONE;

    TargetDictionary() {
        numbers.defaultReturnValue(NONE);
    }

    int count() {
        return count;
    }

    Target get(int number) {
        return targets[number];
    }

    /// By number. What is there stays, more may come.
    Target[] all() {
        return targets;
    }

    /// The number of the target among a series' labels, or -1.
    int find(Labels labels, PairDictionary pairs) {
        if (last != NONE && isTargetOf(targets[last], labels, pairs)) {
            return last;
        }
        long hash = Target.stableHash(labels);
        int found = numbers.get(hash);
        while (found != NONE && !isTargetOf(targets[found], labels, pairs)) {
            found = numbers.get(++hash);
        }
        if (found != NONE) {
            last = found;
        }
        return found;
    }

    /// The number of the target among a series' labels, which is made where it is new.
    int intern(Labels labels, PairDictionary pairs) {
        int found = find(labels, pairs);
        if (found != NONE) {
            return found;
        }
        if (count == targets.length) {
            targets = Arrays.copyOf(targets, 2 * count);
        }
        int number = free.isEmpty() ? count++ : free.popInt();
        enter(new Target(number, targetPairs(labels, pairs), Target.stableHash(labels)));
        last = number;
        return number;
    }

    private void enter(Target target) {
        targets[target.number()] = target;
        long hash = target.stableHash();
        while (numbers.containsKey(hash)) {
            hash++;
        }
        numbers.put(hash, target.number());
    }

    private static int[] targetPairs(Labels labels, PairDictionary pairs) {
        int count = 0;
        int[] own = new int[2];
        for (int i = 0; i < labels.size(); i++) {
            if (Target.isTargetLabel(labels.name(i))) {
                own[count++] = pairs.intern(labels.name(i), labels.value(i));
            }
        }
        return Arrays.copyOf(own, count);
    }

    private static boolean isTargetOf(Target target, Labels labels, PairDictionary pairs) {
        for (int pair : target.pairs()) {
            if (!labels.get(pairs.name(pair)).equals(pairs.value(pair))) {
                return false;
            }
        }
        return target.pairs().length == (labels.has("job") ? 1 : 0) + (labels.has("instance") ? 1 : 0);
    }

    /// Whether there is a target with a number, while numbers are given by [#put].
    boolean has(int number) {
        return number < count && targets[number] != null;
    }

    /// Gives a target its number, between which and those that come before there may be gaps.
    void put(int number, int[] pairs, long stableHash) {
        if (number >= targets.length) {
            targets = Arrays.copyOf(targets, number + (number >> 3) + 1);
        }
        count = Math.max(count, number + 1);
        enter(new Target(number, pairs, stableHash));
    }

    /// What [#put] has left out is free, and has a target without series until it is taken.
    void fillGaps() {
        for (int t = count - 1; t >= 0; t--) {
            if (targets[t] == null) {
                targets[t] = new Target(t, NO_PAIRS, 0);
                free.add(t);
            }
        }
    }
}
