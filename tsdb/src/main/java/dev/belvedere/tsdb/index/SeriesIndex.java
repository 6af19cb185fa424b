package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.BitSet;

/// The series of one tenant in one partition, by number.
///
/// A series is a target and a *definition*: its labels without the target's. Targets of one exporter share their
/// definitions, so that a thousandth target costs 20 to 30 bytes a series. No object per series.
///
/// Grows until [#forget] makes all arrays anew: series and targets keep their numbers, and the numbers of those
/// forgotten are given out again; definitions and pairs get other numbers, which hold within one [#version] only.
/// Guarded by the partition.
public final class SeriesIndex {

    /// Generations are told apart by so many bits.
    public static final int GENERATION_BITS = 15;

    private static final int NONE = -1;
    private static final IntArrayList NO_DEFINITIONS = new IntArrayList(0);

    /// The generation of a number that no series has.
    private static final char FREE = Character.MAX_VALUE;

    private static final int LAST_GENERATION = (1 << GENERATION_BITS) - 1;

    private PairDictionary pairs = new PairDictionary();

    private TargetDictionary targets = new TargetDictionary();

    /// Metric name, as a pair's number, to the definitions that have it; -1 for those without a name.
    private Int2ObjectOpenHashMap<IntArrayList> definitionsByName = new Int2ObjectOpenHashMap<>();

    private Int2IntOpenHashMap metricSeries = new Int2IntOpenHashMap();

    private int definitionCount;
    private int[] definitionStart = new int[65];
    private int[] definitionPairs = new int[512];
    private int[] definitionUses = new int[64];
    private int[] definitionFirstSeries = new int[64];

    /// Open addressing; a definition's number plus 1, 0 where free.
    private int[] definitionSlots = new int[128];

    /// Numbers given out; those in `freeSeries` have no series.
    private int seriesBound;

    /// Free numbers, the lowest last.
    private final IntArrayList freeSeries = new IntArrayList();

    private char[] seriesGeneration = new char[64];
    private int[] seriesTarget = new int[64];
    private int[] seriesDefinition = new int[64];
    private int[] seriesNext = new int[64];

    private int generation;
    private long version;

    /// Open addressing by target and definition; a series' number plus 1, 0 where free.
    private int[] seriesSlots = new int[128];

    private int[] scratch = new int[16];

    public PairDictionary pairs() {
        return pairs;
    }

    public int seriesCount() {
        return seriesBound - freeSeries.size();
    }

    /// All numbers of series are below.
    public int seriesBound() {
        return seriesBound;
    }

    /// Changes with every series that comes or is forgotten.
    public long version() {
        return version;
    }

    /// Whether a number has a series at present.
    public boolean hasSeries(int series) {
        return seriesGeneration[series] != FREE;
    }

    /// Tells the series that has a number now from those that had it before.
    public int generationOf(int series) {
        return seriesGeneration[series];
    }

    /// Whether consecutive numbers all have series of one generation.
    public boolean areOfGeneration(int first, int count, int expected) {
        if (first < 0 || count > seriesBound - first) {
            return false;
        }
        for (int series = first; series < first + count; series++) {
            if (seriesGeneration[series] != expected) {
                return false;
            }
        }
        return true;
    }

    public int definitionCount() {
        return definitionCount;
    }

    public int targetCount() {
        return targets.count();
    }

    public Target target(int number) {
        return targets.get(number);
    }

    public Target targetOf(int series) {
        return targets.get(seriesTarget[series]);
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
        int target = targets.find(labels, pairs);
        return target == NONE ? 0 : targets.get(target).series().size();
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
                targets.all(),
                seriesTarget,
                seriesDefinition));
    }

    /// The number of a series, or -1. Makes no garbage.
    public int find(Labels labels) {
        int target = targets.find(labels, pairs);
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

    /// The number of the target among a series' labels, which is made where it is new.
    public int internTarget(Labels labels) {
        return targets.intern(labels, pairs);
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
        return found == NONE ? addDefinition(wanted, count) : found;
    }

    private int addDefinition(int[] wanted, int count) {
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
        int series = freeSeries.isEmpty() ? newNumber() : freeSeries.popInt();
        version++;
        seriesGeneration[series] = (char) generation;
        seriesTarget[series] = target;
        seriesDefinition[series] = definition;
        targets.get(target).series().add(series);
        enterInDefinition(series);
        metricSeries.addTo(namePair(definition), 1);
        if (seriesCount() * 3L > seriesSlots.length * 2L) {
            seriesSlots = new int[seriesSlots.length * 2];
            for (int i = 0; i < seriesBound; i++) {
                if (hasSeries(i)) {
                    putSeriesSlot(i);
                }
            }
        } else {
            putSeriesSlot(series);
        }
        return series;
    }

    private int newNumber() {
        if (seriesBound == seriesTarget.length) {
            int larger = seriesBound + (seriesBound >> 1);
            seriesGeneration = Arrays.copyOf(seriesGeneration, larger);
            seriesTarget = Arrays.copyOf(seriesTarget, larger);
            seriesDefinition = Arrays.copyOf(seriesDefinition, larger);
            seriesNext = Arrays.copyOf(seriesNext, larger);
        }
        return seriesBound++;
    }

    /// Enters a series with its definition.
    private void enterInDefinition(int series) {
        int definition = seriesDefinition[series];
        seriesNext[series] = definitionFirstSeries[definition];
        definitionFirstSeries[definition] = series;
        definitionUses[definition]++;
    }

    private void putSeriesSlot(int series) {
        int mask = seriesSlots.length - 1;
        int slot = hash(seriesTarget[series], seriesDefinition[series]) & mask;
        while (seriesSlots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        seriesSlots[slot] = series + 1;
    }

    /// Forgets series. Views from before go on as if nothing had happened.
    public void forget(BitSet dead) {
        version++;
        generation = generation == LAST_GENERATION ? 0 : generation + 1;
        retainSeries(dead);
        BitSet usedTargets = new BitSet(targets.count());
        BitSet usedDefinitions = new BitSet(definitionCount);
        for (int s = 0; s < seriesBound; s++) {
            if (hasSeries(s)) {
                usedTargets.set(seriesTarget[s]);
                usedDefinitions.set(seriesDefinition[s]);
            }
        }
        int[] newPairs = retainPairs(usedTargets, usedDefinitions);
        targets = targets.retained(usedTargets, newPairs, pairs, this::isLeft);
        retainDefinitions(usedDefinitions, newPairs);
        enterSeries();
    }

    private void retainSeries(BitSet dead) {
        int bound = seriesBound;
        while (bound > 0 && (dead.get(bound - 1) || !hasSeries(bound - 1))) {
            bound--;
        }
        int capacity = Math.max(64, bound + (bound >> 3));
        seriesGeneration = copy(seriesGeneration, bound, capacity);
        seriesTarget = Arrays.copyOf(Arrays.copyOf(seriesTarget, bound), capacity);
        seriesDefinition = Arrays.copyOf(Arrays.copyOf(seriesDefinition, bound), capacity);
        seriesBound = bound;
        freeSeries.clear();
        for (int s = bound - 1; s >= 0; s--) {
            if (dead.get(s) || !hasSeries(s)) {
                seriesGeneration[s] = FREE;
                freeSeries.add(s);
            }
        }
        freeSeries.trim();
    }

    private static char[] copy(char[] from, int count, int capacity) {
        char[] copied = new char[capacity];
        System.arraycopy(from, 0, copied, 0, count);
        return copied;
    }

    private boolean isLeft(int series) {
        return series < seriesBound && hasSeries(series);
    }

    /// @return the new number of each pair that is left
    private int[] retainPairs(BitSet usedTargets, BitSet usedDefinitions) {
        BitSet used = new BitSet(pairs.size());
        for (int t = usedTargets.nextSetBit(0); t >= 0; t = usedTargets.nextSetBit(t + 1)) {
            for (int pair : targets.get(t).pairs()) {
                used.set(pair);
            }
        }
        for (int d = usedDefinitions.nextSetBit(0); d >= 0; d = usedDefinitions.nextSetBit(d + 1)) {
            for (int i = definitionStart[d]; i < definitionStart[d + 1]; i++) {
                used.set(definitionPairs[i]);
            }
        }
        int[] newPairs = new int[pairs.size()];
        pairs = pairs.retained(used, newPairs);
        return newPairs;
    }

    /// Series must have the definitions that they had.
    private void retainDefinitions(BitSet used, int[] newPairs) {
        int[] newDefinitions = new int[definitionCount];
        int[] oldStart = definitionStart;
        int[] oldPairs = definitionPairs;
        int count = used.cardinality();
        int capacity = Math.max(64, count + (count >> 3));
        definitionStart = new int[capacity + 1];
        definitionPairs = new int[Math.max(512, pairsOf(used, oldStart))];
        definitionUses = new int[capacity];
        definitionFirstSeries = new int[capacity];
        definitionsByName = new Int2ObjectOpenHashMap<>();
        metricSeries = new Int2IntOpenHashMap();
        definitionSlots = new int[slotsFor(count)];
        definitionCount = 0;
        int[] wanted = new int[16];
        for (int d = used.nextSetBit(0); d >= 0; d = used.nextSetBit(d + 1)) {
            int pairCount = oldStart[d + 1] - oldStart[d];
            wanted = wanted.length < pairCount ? new int[2 * pairCount] : wanted;
            for (int i = 0; i < pairCount; i++) {
                wanted[i] = newPairs[oldPairs[oldStart[d] + i]];
            }
            newDefinitions[d] = addDefinition(wanted, pairCount);
        }
        definitionPairs = Arrays.copyOf(definitionPairs, Math.max(64, definitionStart[definitionCount]));
        for (int s = 0; s < seriesBound; s++) {
            seriesDefinition[s] = hasSeries(s) ? newDefinitions[seriesDefinition[s]] : 0;
        }
    }

    private static int pairsOf(BitSet definitions, int[] starts) {
        int count = 0;
        for (int d = definitions.nextSetBit(0); d >= 0; d = definitions.nextSetBit(d + 1)) {
            count += starts[d + 1] - starts[d];
        }
        return count;
    }

    /// The slots of an open addressing with room for a few more.
    private static int slotsFor(int count) {
        return Math.max(128, Integer.highestOneBit(count) * 4);
    }

    /// Enters all series anew, with their targets and definitions as they are.
    private void enterSeries() {
        seriesNext = new int[seriesTarget.length];
        seriesSlots = new int[slotsFor(seriesCount())];
        for (int s = 0; s < seriesBound; s++) {
            if (hasSeries(s)) {
                putSeriesSlot(s);
                enterInDefinition(s);
            }
        }
        for (int d = 0; d < definitionCount; d++) {
            metricSeries.addTo(namePair(d), definitionUses[d]);
        }
    }
}
