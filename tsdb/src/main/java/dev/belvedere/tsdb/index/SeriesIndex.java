package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/// The series of one tenant in one partition, by number.
///
/// A series is a target and a *definition*: its labels without the target's. Targets of one exporter share their
/// definitions, so that a thousandth target costs 20 to 30 bytes a series. No object per series.
///
/// Grows only. Guarded by the partition.
public final class SeriesIndex {

    private static final int NONE = -1;
    private static final IntArrayList NO_DEFINITIONS = new IntArrayList(0);

    private final PairDictionary pairs = new PairDictionary();

    private int targetCount;
    private Target[] targets = new Target[16];

    /// By the stable hash of the target's labels; of two with the same hash the second stands under the next.
    private final Long2IntOpenHashMap targetNumbers = new Long2IntOpenHashMap();

    /// Metric name, as a pair's number, to the definitions that have it; -1 for those without a name.
    private final Int2ObjectOpenHashMap<IntArrayList> definitionsByName = new Int2ObjectOpenHashMap<>();

    private final Int2IntOpenHashMap metricSeries = new Int2IntOpenHashMap();

    private int definitionCount;
    private int[] definitionStart = new int[65];
    private int[] definitionPairs = new int[512];
    private int[] definitionUses = new int[64];
    private int[] definitionFirstSeries = new int[64];

    /// Open addressing; a definition's number plus 1, 0 where free.
    private int[] definitionSlots = new int[128];

    private int seriesCount;
    private int[] seriesTarget = new int[64];
    private int[] seriesDefinition = new int[64];
    private int[] seriesNext = new int[64];

    /// Open addressing by target and definition; a series' number plus 1, 0 where free.
    private int[] seriesSlots = new int[128];

    private int lastTarget = NONE;
    private int[] scratch = new int[16];

    public SeriesIndex() {
        targetNumbers.defaultReturnValue(NONE);
    }

    public PairDictionary pairs() {
        return pairs;
    }

    public int seriesCount() {
        return seriesCount;
    }

    public int definitionCount() {
        return definitionCount;
    }

    public int targetCount() {
        return targetCount;
    }

    public Target target(int number) {
        return targets[number];
    }

    public Target targetOf(int series) {
        return targets[seriesTarget[series]];
    }

    int targetNumberOf(int series) {
        return seriesTarget[series];
    }

    public int definitionOf(int series) {
        return seriesDefinition[series];
    }

    /// How many series have a definition.
    public int usesOf(int definition) {
        return definitionUses[definition];
    }

    /// The newest series of a definition, or -1; [#nextOfDefinition] leads to the others.
    public int firstOfDefinition(int definition) {
        return definitionFirstSeries[definition];
    }

    public int nextOfDefinition(int series) {
        return seriesNext[series];
    }

    public int pairCountOf(int definition) {
        return definitionStart[definition + 1] - definitionStart[definition];
    }

    public int pairOf(int definition, int index) {
        return definitionPairs[definitionStart[definition] + index];
    }

    /// The definitions of a metric, by its name as a pair's number or -1 for those without one.
    public IntArrayList definitionsOf(int namePair) {
        return definitionsByName.getOrDefault(namePair, NO_DEFINITIONS);
    }

    /// The metric name of a definition, `""` for one without.
    public String nameOf(int definition) {
        int pair = namePair(definition);
        return pair == NONE ? "" : pairs.value(pair);
    }

    /// How many series the target among some labels has.
    public int seriesOfTarget(Labels labels) {
        int target = findTarget(labels);
        return target == NONE ? 0 : targets[target].series().size();
    }

    /// How many series a metric has.
    public int seriesOfMetric(String name) {
        return metricSeries.get(pairs.find(Labels.METRIC_NAME, name));
    }

    /// The index as it is now, for reading without its guard.
    public IndexView view() {
        return new IndexView(new IndexView.Arrays(
                pairs.names(),
                pairs.pairNames(),
                pairs.pairValues(),
                definitionStart,
                definitionPairs,
                targets,
                seriesTarget,
                seriesDefinition));
    }

    /// The number of a series, or -1. Makes no garbage.
    public int find(Labels labels) {
        int target = findTarget(labels);
        if (target == NONE) {
            return NONE;
        }
        ensureScratch(labels.size());
        int count = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (!Target.isTargetLabel(labels.name(i))) {
                int pair = pairs.find(labels.name(i), labels.value(i));
                if (pair < 0) {
                    return NONE;
                }
                scratch[count++] = pair;
            }
        }
        int definition = findDefinition(scratch, count);
        return definition == NONE ? NONE : findSeries(target, definition);
    }

    /// The number of a series, which is made where it is new.
    public int intern(Labels labels) {
        int target = internTarget(labels);
        ensureScratch(labels.size());
        int count = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (!Target.isTargetLabel(labels.name(i))) {
                scratch[count++] = pairs.intern(labels.name(i), labels.value(i));
            }
        }
        return internSeries(target, internDefinition(scratch, count));
    }

    private void ensureScratch(int size) {
        if (scratch.length < size) {
            scratch = new int[2 * size];
        }
    }

    private int findTarget(Labels labels) {
        if (lastTarget != NONE && isTargetOf(targets[lastTarget], labels)) {
            return lastTarget;
        }
        long hash = Target.stableHash(labels);
        int found = targetNumbers.get(hash);
        while (found != NONE && !isTargetOf(targets[found], labels)) {
            found = targetNumbers.get(++hash);
        }
        if (found != NONE) {
            lastTarget = found;
        }
        return found;
    }

    /// The number of the target among a series' labels, which is made where it is new.
    public int internTarget(Labels labels) {
        int found = findTarget(labels);
        if (found != NONE) {
            return found;
        }
        long hash = Target.stableHash(labels);
        while (targetNumbers.containsKey(hash)) {
            hash++;
        }
        if (targetCount == targets.length) {
            targets = Arrays.copyOf(targets, 2 * targetCount);
        }
        int number = targetCount++;
        targetNumbers.put(hash, number);
        targets[number] = new Target(number, targetPairs(labels));
        lastTarget = number;
        return number;
    }

    private int[] targetPairs(Labels labels) {
        int count = 0;
        int[] own = new int[2];
        for (int i = 0; i < labels.size(); i++) {
            if (Target.isTargetLabel(labels.name(i))) {
                own[count++] = pairs.intern(labels.name(i), labels.value(i));
            }
        }
        return Arrays.copyOf(own, count);
    }

    private boolean isTargetOf(Target target, Labels labels) {
        for (int pair : target.pairs()) {
            if (!labels.get(pairs.name(pair)).equals(pairs.value(pair))) {
                return false;
            }
        }
        return target.pairs().length == (labels.has("job") ? 1 : 0) + (labels.has("instance") ? 1 : 0);
    }

    private static int hash(int[] from, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = (hash ^ from[i]) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        return hash;
    }

    private int findDefinition(int[] wanted, int count) {
        int mask = definitionSlots.length - 1;
        int slot = hash(wanted, 0, count) & mask;
        for (; definitionSlots[slot] != 0; slot = slot + 1 & mask) {
            int definition = definitionSlots[slot] - 1;
            int start = definitionStart[definition];
            if (Arrays.equals(definitionPairs, start, definitionStart[definition + 1], wanted, 0, count)) {
                return definition;
            }
        }
        return NONE;
    }

    /// The number of a definition, which is made where it is new.
    ///
    /// @param wanted its pairs by name, without the target's; only the first `count`
    public int internDefinition(int[] wanted, int count) {
        int found = findDefinition(wanted, count);
        if (found != NONE) {
            return found;
        }
        int start = definitionStart[definitionCount];
        if (definitionCount == definitionUses.length) {
            int larger = definitionCount + (definitionCount >> 1);
            definitionStart = Arrays.copyOf(definitionStart, larger + 1);
            definitionUses = Arrays.copyOf(definitionUses, larger);
            definitionFirstSeries = Arrays.copyOf(definitionFirstSeries, larger);
        }
        if (start + count > definitionPairs.length) {
            definitionPairs = Arrays.copyOf(definitionPairs, Math.max(start + count, start + (start >> 1)));
        }
        System.arraycopy(wanted, 0, definitionPairs, start, count);
        int definition = definitionCount++;
        definitionStart[definitionCount] = start + count;
        definitionFirstSeries[definition] = NONE;
        definitionsByName
                .computeIfAbsent(namePair(definition), key -> new IntArrayList(2))
                .add(definition);
        if (definitionCount * 3L > definitionSlots.length * 2L) {
            definitionSlots = new int[definitionSlots.length * 2];
            for (int i = 0; i < definitionCount; i++) {
                putDefinitionSlot(i);
            }
        } else {
            putDefinitionSlot(definition);
        }
        return definition;
    }

    private int namePair(int definition) {
        for (int i = definitionStart[definition]; i < definitionStart[definition + 1]; i++) {
            if (pairs.name(definitionPairs[i]).equals(Labels.METRIC_NAME)) {
                return definitionPairs[i];
            }
        }
        return NONE;
    }

    private void putDefinitionSlot(int definition) {
        int mask = definitionSlots.length - 1;
        int slot = hash(definitionPairs, definitionStart[definition], definitionStart[definition + 1]) & mask;
        while (definitionSlots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        definitionSlots[slot] = definition + 1;
    }

    private static int hash(int target, int definition) {
        int hash = (target * 0x85EBCA6B ^ definition) * 0x9E3779B1;
        return hash ^ hash >>> 15;
    }

    /// The number of the series of a target and a definition, or -1.
    int findSeries(int target, int definition) {
        int mask = seriesSlots.length - 1;
        for (int slot = hash(target, definition) & mask; seriesSlots[slot] != 0; slot = slot + 1 & mask) {
            int series = seriesSlots[slot] - 1;
            if (seriesDefinition[series] == definition && seriesTarget[series] == target) {
                return series;
            }
        }
        return NONE;
    }

    /// The number of the series of a target and a definition, which is made where it is new.
    public int internSeries(int target, int definition) {
        int found = findSeries(target, definition);
        if (found != NONE) {
            return found;
        }
        if (seriesCount == seriesTarget.length) {
            int larger = seriesCount + (seriesCount >> 1);
            seriesTarget = Arrays.copyOf(seriesTarget, larger);
            seriesDefinition = Arrays.copyOf(seriesDefinition, larger);
            seriesNext = Arrays.copyOf(seriesNext, larger);
        }
        int series = seriesCount++;
        seriesTarget[series] = target;
        seriesDefinition[series] = definition;
        seriesNext[series] = definitionFirstSeries[definition];
        definitionFirstSeries[definition] = series;
        definitionUses[definition]++;
        metricSeries.addTo(namePair(definition), 1);
        targets[target].series().add(series);
        if (seriesCount * 3L > seriesSlots.length * 2L) {
            seriesSlots = new int[seriesSlots.length * 2];
            for (int i = 0; i < seriesCount; i++) {
                putSeriesSlot(i);
            }
        } else {
            putSeriesSlot(series);
        }
        return series;
    }

    private void putSeriesSlot(int series) {
        int mask = seriesSlots.length - 1;
        int slot = hash(seriesTarget[series], seriesDefinition[series]) & mask;
        while (seriesSlots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        seriesSlots[slot] = series + 1;
    }
}
