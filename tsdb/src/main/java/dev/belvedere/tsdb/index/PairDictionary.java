package dev.belvedere.tsdb.index;

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

    private final Object2IntOpenHashMap<String> nameNumbers = new Object2IntOpenHashMap<>();
    private String[] names = new String[16];
    private int nameCount;
    private final List<IntArrayList> pairsByName = new ArrayList<>();

    private int[] pairName = new int[64];
    private String[] pairValue = new String[64];
    private int pairCount;

    /// Open addressing; a pair's number plus 1, 0 where free.
    private int[] slots = new int[128];

    public PairDictionary() {
        nameNumbers.defaultReturnValue(NONE);
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

    public int nameOf(int pair) {
        return pairName[pair];
    }

    public String name(int pair) {
        return names[pairName[pair]];
    }

    public String value(int pair) {
        return pairValue[pair];
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
        for (int i = hash(nameNumber, value) & mask; slots[i] != 0; i = i + 1 & mask) {
            int pair = slots[i] - 1;
            if (pairName[pair] == nameNumber && pairValue[pair].equals(value)) {
                return pair;
            }
        }
        return NONE;
    }

    /// The number of a pair, which is made where it is new.
    public int intern(String name, String value) {
        int nameNumber = nameNumbers.getInt(name);
        if (nameNumber == NONE) {
            nameNumber = nameCount++;
            nameNumbers.put(name, nameNumber);
            if (nameNumber == names.length) {
                names = Arrays.copyOf(names, 2 * nameNumber);
            }
            names[nameNumber] = name;
            pairsByName.add(new IntArrayList());
        }
        int found = find(nameNumber, value);
        return found >= 0 ? found : add(nameNumber, value);
    }

    private int add(int nameNumber, String value) {
        if (pairCount == pairName.length) {
            pairName = Arrays.copyOf(pairName, pairCount + (pairCount >> 1));
            pairValue = Arrays.copyOf(pairValue, pairName.length);
        }
        int pair = pairCount++;
        pairName[pair] = nameNumber;
        pairValue[pair] = value;
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
        int i = hash(pairName[pair], pairValue[pair]) & mask;
        while (slots[i] != 0) {
            i = i + 1 & mask;
        }
        slots[i] = pair + 1;
    }
}
