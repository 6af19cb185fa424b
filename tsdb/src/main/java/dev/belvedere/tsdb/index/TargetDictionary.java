package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/// Targets by number, and by the labels of their series.
///
/// Grows only; see [#retained]. Guarded by the owner of the index.
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
        targets[number] = new Target(number, targetPairs(labels, pairs));
        put(number, Target.stableHash(labels));
        last = number;
        return number;
    }

    private void put(int number, long stableHash) {
        long hash = stableHash;
        while (numbers.containsKey(hash)) {
            hash++;
        }
        numbers.put(hash, number);
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

    /// A dictionary with some of the targets, under their numbers, with those of their series that are left. This one
    /// stays as it is.
    ///
    /// @param newPairs the number of each pair in `pairs`
    TargetDictionary retained(BitSet used, int[] newPairs, PairDictionary pairs, IntPredicate isLeft) {
        TargetDictionary result = new TargetDictionary();
        result.count = used.length();
        result.targets = new Target[Math.max(16, result.count + (result.count >> 3))];
        for (int t = result.count - 1; t >= 0; t--) {
            if (!used.get(t)) {
                result.targets[t] = new Target(t, NO_PAIRS);
                result.free.add(t);
                continue;
            }
            Target target = new Target(t, renumbered(targets[t].pairs(), newPairs));
            IntArrayList series = targets[t].series();
            for (int i = 0; i < series.size(); i++) {
                if (isLeft.test(series.getInt(i))) {
                    target.series().add(series.getInt(i));
                }
            }
            result.targets[t] = target;
            result.put(t, stableHash(target, pairs));
        }
        return result;
    }

    private static int[] renumbered(int[] numbers, int[] newNumbers) {
        int[] renumbered = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            renumbered[i] = newNumbers[numbers[i]];
        }
        return renumbered;
    }

    private static long stableHash(Target target, PairDictionary pairs) {
        Labels.Builder labels = new Labels.Builder();
        for (int pair : target.pairs()) {
            labels.set(pairs.name(pair), pairs.value(pair));
        }
        return Target.stableHash(labels.build());
    }
}
