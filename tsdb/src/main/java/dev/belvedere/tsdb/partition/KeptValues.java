package dev.belvedere.tsdb.partition;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists of label values that were asked for, by the number of their name. Guarded by the owner.
///
/// The texts are the index's: a value takes the 4 bytes of its reference.
final class KeptValues {

    /// Names of which the values are kept.
    static final int MAX_NAMES = 16;

    /// Values of all names together, which is 1 MiB.
    static final int MAX_VALUES = 1 << 18;

    private final Int2ObjectOpenHashMap<List<String>> byName = new Int2ObjectOpenHashMap<>();
    private int count;

    @Nullable
    List<String> get(int name) {
        return byName.get(name);
    }

    /// Keeps the values of a name that has none here, in place of all others where there is no room beside them; not at
    /// all if they are more than [#MAX_VALUES] themselves.
    void put(int name, List<String> values) {
        if (values.size() > MAX_VALUES) {
            return;
        }
        if (byName.size() == MAX_NAMES || values.size() > MAX_VALUES - count) {
            clear();
        }
        byName.put(name, values);
        count += values.size();
    }

    void clear() {
        byName.clear();
        count = 0;
    }
}
