package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Label pairs by number. Names are numbered too, and know the pairs they occur in.
///
/// Grows only. Guarded by the owner of the index.
public final class PairDictionary {

    private static final int NONE = -1;
    private static final int[] NOTHING = {};

    private final Object2IntOpenHashMap<String> nameNumbers = new Object2IntOpenHashMap<>();
    private String[] names = new String[16];
    private int nameCount;
    private final List<IntArrayList> pairsByName = new ArrayList<>();

    /// By name, for the names somebody asked for.
    private final Int2ObjectOpenHashMap<int[]> sortedPairs = new Int2ObjectOpenHashMap<>();

    private int[] sortedNames = NOTHING;

    private final RecentTests recentTests = new RecentTests();

    private int[] pairName;
    private String[] pairValue;

    /// So that looking for one pair and making room for more look at no other's value.
    private int[] pairHash;

    private int pairCount;

    /// Open addressing; a pair's number plus 1, 0 where free.
    private int[] slots;

    /// The number of `__name__`, or -1.
    private int metricName = NONE;

    /// @param capacity how many pairs to have room for
    PairDictionary(int capacity) {
        int room = Math.max(64, capacity + (capacity >> 4));
        pairName = new int[room];
        pairValue = new String[room];
        pairHash = new int[room];
        slots = new int[SeriesIndex.slotsFor(capacity)];
        nameNumbers.defaultReturnValue(NONE);
    }

    /// Whether a pair is a metric's name.
    boolean isMetricName(int pair) {
        return pairName[pair] == metricName;
    }

    public int size() {
        return pairCount;
    }

    public int nameCount() {
        return nameCount;
    }

    public String nameAt(int number) {
        return names[number];
    }

    /// The number of a name, or -1.
    public int findName(String name) {
        return nameNumbers.getInt(name);
    }

    /// All pairs of a name.
    public IntArrayList pairsOf(int nameNumber) {
        return pairsByName.get(nameNumber);
    }

    /// All pairs of a name, by value in UTF-8 order. Kept until the name gets another value; not to be changed.
    public int[] sortedPairsOf(int nameNumber) {
        int[] known = sortedPairs.getOrDefault(nameNumber, NOTHING);
        IntArrayList all = pairsByName.get(nameNumber);
        if (known.length != all.size()) {
            known = merged(known, sorted(all, known.length));
            sortedPairs.put(nameNumber, known);
        }
        return known;
    }

    /// The pairs from a place in their list on, sorted.
    private Integer[] sorted(IntArrayList all, int from) {
        Integer[] rest = new Integer[all.size() - from];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = all.getInt(from + i);
        }
        Arrays.sort(rest, (a, b) -> Labels.compareUtf8(pairValue[a], pairValue[b]));
        return rest;
    }

    private int[] merged(int[] known, Integer[] more) {
        int[] result = new int[known.length + more.length];
        int k = 0;
        int m = 0;
        for (int i = 0; i < result.length; i++) {
            boolean isKnownNext = m == more.length
                    || k < known.length && Labels.compareUtf8(pairValue[known[k]], pairValue[more[m]]) < 0;
            result[i] = isKnownNext ? known[k++] : more[m++];
        }
        return result;
    }

    /// All names by number, in UTF-8 order. Kept until there is another; not to be changed.
    public int[] sortedNames() {
        if (sortedNames.length != nameCount) {
            Integer[] numbers = new Integer[nameCount];
            for (int i = 0; i < nameCount; i++) {
                numbers[i] = i;
            }
            Arrays.sort(numbers, (a, b) -> Labels.compareUtf8(names[a], names[b]));
            sortedNames = new int[nameCount];
            for (int i = 0; i < nameCount; i++) {
                sortedNames[i] = numbers[i];
            }
        }
        return sortedNames;
    }

    public int nameOf(int pair) {
        return pairName[pair];
    }

    public String name(int pair) {
        return names[pairName[pair]];
    }

    public String value(int pair) {
        return pairValue[pair];
    }

    RecentTests recentTests() {
        return recentTests;
    }

    String[] names() {
        return names;
    }

    int[] pairNames() {
        return pairName;
    }

    String[] pairValues() {
        return pairValue;
    }

    private static int hash(int nameNumber, String value) {
        int h = (value.hashCode() * 31 + nameNumber) * 0x9E3779B9;
        return h ^ h >>> 16;
    }

    /// The number of a pair, or -1.
    public int find(String name, String value) {
        int nameNumber = nameNumbers.getInt(name);
        return nameNumber == NONE ? NONE : find(nameNumber, value);
    }

    private int find(int nameNumber, String value) {
        int mask = slots.length - 1;
        int hash = hash(nameNumber, value);
        for (int i = hash & mask; slots[i] != 0; i = i + 1 & mask) {
            int pair = slots[i] - 1;
            if (pairHash[pair] == hash && pairName[pair] == nameNumber && pairValue[pair].equals(value)) {
                return pair;
            }
        }
        return NONE;
    }

    /// The number of a pair, which is made where it is new.
    public int intern(String name, String value) {
        int nameNumber = internName(name);
        int found = find(nameNumber, value);
        return found >= 0 ? found : add(nameNumber, value);
    }

    private int internName(String name) {
        int nameNumber = nameNumbers.getInt(name);
        if (nameNumber == NONE) {
            nameNumber = nameCount++;
            nameNumbers.put(name, nameNumber);
            metricName = name.equals(Labels.METRIC_NAME) ? nameNumber : metricName;
            if (nameNumber == names.length) {
                names = Arrays.copyOf(names, 2 * nameNumber);
            }
            names[nameNumber] = name;
            pairsByName.add(new IntArrayList());
        }
        return nameNumber;
    }

    private int add(int nameNumber, String value) {
        if (pairCount == pairName.length) {
            pairName = Arrays.copyOf(pairName, pairCount + (pairCount >> 1));
            pairValue = Arrays.copyOf(pairValue, pairName.length);
            pairHash = Arrays.copyOf(pairHash, pairName.length);
        }
        int pair = pairCount++;
        pairName[pair] = nameNumber;
        pairValue[pair] = value;
        pairHash[pair] = hash(nameNumber, value);
        pairsByName.get(nameNumber).add(pair);
        if (pairCount * 3 > slots.length * 2) {
            slots = new int[slots.length * 2];
            for (int i = 0; i < pairCount; i++) {
                putSlot(i);
            }
        } else {
            putSlot(pair);
        }
        return pair;
    }

    private void putSlot(int pair) {
        int mask = slots.length - 1;
        int i = pairHash[pair] & mask;
        while (slots[i] != 0) {
            i = i + 1 & mask;
        }
        slots[i] = pair + 1;
    }

    /// Adds a pair of another dictionary, which is not here yet.
    int add(PairDictionary other, int pair) {
        return add(internName(other.name(pair)), other.pairValue[pair]);
    }
}
