package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The series of one tenant in one partition, by number.
///
/// A series is a target and a *definition*: its labels without the target's. Targets of one exporter share their
/// definitions, so that a thousandth target costs 20 to 30 bytes a series. No object per series.
///
/// Grows until a [Forgetting] has made all arrays anew: series and targets keep their numbers, and the numbers of those
/// forgotten are given out again; definitions and pairs get other numbers, which hold within one [#version] only.
/// Guarded by the partition.
public final class SeriesIndex {

    /// Generations are told apart by so many bits.
    public static final int GENERATION_BITS = 15;

    private static final int NONE = -1;
    private static final IntArrayList NO_DEFINITIONS = new IntArrayList(0);

    private static final int LAST_GENERATION = (1 << GENERATION_BITS) - 1;

    private PairDictionary pairs;

    private TargetDictionary targets = new TargetDictionary();

    /// Metric name, as a pair's number, to the definitions that have it; -1 for those without a name.
    private Int2ObjectOpenHashMap<IntArrayList> definitionsByName = new Int2ObjectOpenHashMap<>();

    private int definitionCount;
    private int[] definitionStart;
    private int[] definitionPairs;
    private int[] definitionUses;
    private int[] definitionFirstSeries;

    /// Open addressing; a definition's number plus 1, 0 where free.
    private int[] definitionSlots;

    private SeriesTable series = new SeriesTable();
    private int generation;
    private long version;

    /// Open addressing by target and definition; a series' number plus 1, 0 where free.
    private int[] seriesSlots;

    /// What goes on at present.
    private @Nullable Forgetting forgetting;

    private final RecentSelections selections = new RecentSelections(this);

    private int[] scratch = new int[16];

    public SeriesIndex() {
        this(64, 64, 512, 64);
    }

    /// An index with room for so many.
    SeriesIndex(int seriesCount, int definitions, int pairsOfDefinitions, int pairCount) {
        int capacity = Math.max(64, definitions + (definitions >> 4));
        pairs = new PairDictionary(pairCount);
        definitionStart = new int[capacity + 1];
        definitionPairs = new int[Math.max(512, pairsOfDefinitions + (pairsOfDefinitions >> 4))];
        definitionUses = new int[capacity];
        definitionFirstSeries = new int[capacity];
        definitionSlots = new int[slotsFor(definitions)];
        seriesSlots = new int[slotsFor(seriesCount)];
    }

    /// The slots of an open addressing with room for a few more.
    static int slotsFor(int count) {
        return Math.max(128, Integer.highestOneBit(count) * 4);
    }

    public PairDictionary pairs() {
        return pairs;
    }

    public int seriesCount() {
        return series.count();
    }

    /// All numbers of series are below.
    public int seriesBound() {
        return series.bound();
    }

    BitSet numbers() {
        return series.numbers();
    }

    /// Whether any number of a page has a series.
    public boolean hasPage(int page) {
        return series.hasPage(page);
    }

    /// Changes with every series that comes or is forgotten.
    public long version() {
        return version;
    }

    /// Whether a number has a series at present.
    public boolean hasSeries(int number) {
        return series.has(number);
    }

    /// Tells the series that has a number now from those that had it before.
    public int generationOf(int number) {
        return series.generation(number);
    }

    /// Whether consecutive numbers all have series of one generation.
    public boolean areOfGeneration(int first, int count, int expected) {
        return series.areOfGeneration(first, count, expected);
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

    public Target targetOf(int number) {
        return targets.get(series.target(number));
    }

    int targetNumberOf(int number) {
        return series.target(number);
    }

    public int definitionOf(int number) {
        return series.definition(number);
    }

    /// How many series have a definition.
    public int usesOf(int definition) {
        return definitionUses[definition];
    }

    /// The newest series of a definition, or -1; [#nextOfDefinition] leads to the others.
    public int firstOfDefinition(int definition) {
        return definitionFirstSeries[definition];
    }

    public int nextOfDefinition(int number) {
        return series.next(number);
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

    /// The index as it is now, for reading without its guard.
    public IndexView view() {
        return new IndexView(new IndexView.Arrays(
                pairs.names(),
                pairs.pairNames(),
                pairs.pairValues(),
                definitionStart,
                definitionPairs,
                targets.all(),
                series.targets(),
                series.definitions()));
    }

    /// The series that some matchers select; the same as the last time if none came or went.
    public SelectedSeries select(List<LabelMatcher> matchers) {
        return selections.get(matchers);
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

    /// Adds a definition that is not there.
    int addDefinition(int[] wanted, int count) {
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
            if (pairs.isMetricName(definitionPairs[i])) {
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
            int number = seriesSlots[slot] - 1;
            if (series.definition(number) == definition && series.target(number) == target) {
                return number;
            }
        }
        return NONE;
    }

    /// The number of the series of a target and a definition, which is made where it is new.
    public int internSeries(int target, int definition) {
        int found = findSeries(target, definition);
        if (found != NONE) {
            touch(found, 1);
            return found;
        }
        int number = series.freeNumber();
        version++;
        putSeries(number, (char) generation, target, definition);
        Forgetting present = forgetting;
        if (present != null) {
            present.made(number);
        }
        return number;
    }

    /// Gives a series a number that is free.
    void putSeries(int number, char ofGeneration, int target, int definition) {
        series.put(number, ofGeneration, target, definition);
        targets.get(target).series().add(number);
        series.setNext(number, definitionFirstSeries[definition]);
        definitionFirstSeries[definition] = number;
        definitionUses[definition]++;
        if (seriesCount() * 3L > seriesSlots.length * 2L) {
            seriesSlots = new int[seriesSlots.length * 2];
            for (int i = 0; i < seriesBound(); i++) {
                if (hasSeries(i)) {
                    putSeriesSlot(i);
                }
            }
        } else {
            putSeriesSlot(number);
        }
    }

    private void putSeriesSlot(int number) {
        int mask = seriesSlots.length - 1;
        int slot = hash(series.target(number), series.definition(number)) & mask;
        while (seriesSlots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        seriesSlots[slot] = number + 1;
    }

    boolean hasTarget(int number) {
        return targets.has(number);
    }

    void putTarget(int number, int[] itsPairs, long stableHash) {
        targets.put(number, itsPairs, stableHash);
    }

    /// Takes note that somebody asked for series with consecutive numbers, or has samples of them.
    public void touch(int first, int count) {
        Forgetting present = forgetting;
        if (present != null) {
            present.touch(first, count);
        }
    }

    /// Begins to forget series; [#endForgetting] in the end, come what may.
    ///
    /// @param idle those that may be forgotten
    public Forgetting beginForgetting(BitSet idle) {
        return beginForgetting(idle, Forgetting.TURN_WORK);
    }

    Forgetting beginForgetting(BitSet idle, int turnWork) {
        Forgetting begun = new Forgetting(this, idle, turnWork);
        forgetting = begun;
        return begun;
    }

    public void endForgetting() {
        forgetting = null;
    }

    /// Takes over what another one has, which nobody else uses.
    void become(SeriesIndex other) {
        version++;
        generation = generation == LAST_GENERATION ? 0 : generation + 1;
        other.targets.fillGaps();
        pairs = other.pairs;
        targets = other.targets;
        definitionsByName = other.definitionsByName;
        definitionCount = other.definitionCount;
        definitionStart = other.definitionStart;
        definitionPairs = other.definitionPairs;
        definitionUses = other.definitionUses;
        definitionFirstSeries = other.definitionFirstSeries;
        definitionSlots = other.definitionSlots;
        series = other.series;
        seriesSlots = other.seriesSlots;
    }
}
