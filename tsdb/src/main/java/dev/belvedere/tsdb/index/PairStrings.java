package dev.belvedere.tsdb.index;

import dev.belvedere.tsdb.codec.ByteSink;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;

/// The strings of a frame or of a block's index, with the positions that label pairs have among them: a name stands
/// there once, a value once for each name that it has. Not safe for concurrent use.
///
/// Positions are found by the numbers of names and pairs: hashing and comparing strings would be most of what writing
/// labels takes.
public final class PairStrings {

    private final Int2IntOpenHashMap positionsOfNames = new Int2IntOpenHashMap();
    private final Int2IntOpenHashMap positionsOfValues = new Int2IntOpenHashMap();
    private final ByteSink strings = new ByteSink(1 << 10);
    private int count;

    public PairStrings() {
        positionsOfNames.defaultReturnValue(-1);
        positionsOfValues.defaultReturnValue(-1);
    }

    /// Forgets all strings: the numbers of pairs mean others from now on.
    public void clear() {
        positionsOfNames.clear();
        positionsOfValues.clear();
        strings.clear();
        count = 0;
    }

    /// Puts the positions of a pair's name and value.
    public void putPair(LabelPairs pairs, int pair, ByteSink into) {
        int name = positionsOfNames.get(pairs.nameOf(pair));
        if (name < 0) {
            name = add(pairs.name(pair));
            positionsOfNames.put(pairs.nameOf(pair), name);
        }
        int value = positionsOfValues.get(pair);
        if (value < 0) {
            value = add(pairs.value(pair));
            positionsOfValues.put(pair, value);
        }
        into.putVarint(name);
        into.putVarint(value);
    }

    private int add(String text) {
        strings.putString(text);
        return count++;
    }

    /// Puts how many strings there are, then each.
    public void putStrings(ByteSink into) {
        into.putVarint(count);
        into.putBytes(strings);
    }
}
