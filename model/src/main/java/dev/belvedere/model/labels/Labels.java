package dev.belvedere.model.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// An immutable label set: names in ascending UTF-8 order, no name twice, no empty value.
///
/// An empty value is the same as an absent label, as in Prometheus, and is dropped on the way in. Names and values
/// alternate in one array, so a set costs one object besides its strings.
public final class Labels implements Comparable<Labels> {

    /// The label that holds a metric's name.
    public static final String METRIC_NAME = "__name__";

    public static final Labels EMPTY = new Labels(new String[0]);

    private final String[] pairs;
    private int hash;

    private Labels(String[] pairs) {
        this.pairs = pairs;
    }

    /// @param namesAndValues name, value, name, value, ...; in any order
    public static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + Arrays.toString(namesAndValues));
        }
        Builder builder = new Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Labels of(Map<String, String> map) {
        Builder builder = new Builder();
        map.forEach(builder::set);
        return builder.build();
    }

    /// Wraps an array that is already in order, without copying it. The caller gives up the array.
    ///
    /// @param sortedPairs name, value, ...; names strictly ascending by [#compareUtf8], no empty value
    public static Labels ofSorted(String[] sortedPairs) {
        assert isSorted(sortedPairs) : "labels out of order: " + Arrays.toString(sortedPairs);
        return sortedPairs.length == 0 ? EMPTY : new Labels(sortedPairs);
    }

    private static boolean isSorted(String[] pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1].isEmpty() || i > 0 && compareUtf8(pairs[i - 2], pairs[i]) >= 0) {
                return false;
            }
        }
        return pairs.length % 2 == 0;
    }

    public int size() {
        return pairs.length / 2;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    public String name(int index) {
        return pairs[2 * index];
    }

    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /// The value of a label, `""` where it is absent.
    public String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return "";
    }

    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /// The metric's name, `""` where there is none.
    public String metricName() {
        return get(METRIC_NAME);
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    public Labels with(String name, String value) {
        int at = 0;
        while (at < pairs.length && compareUtf8(pairs[at], name) < 0) {
            at += 2;
        }
        int rest = at < pairs.length && pairs[at].equals(name) ? at + 2 : at;
        int added = value.isEmpty() ? 0 : 2;
        String[] changed = new String[at + added + pairs.length - rest];
        System.arraycopy(pairs, 0, changed, 0, at);
        if (added > 0) {
            changed[at] = name;
            changed[at + 1] = value;
        }
        System.arraycopy(pairs, rest, changed, at + added, pairs.length - rest);
        return ofSorted(changed);
    }

    /// These labels and others, none of which has a name in common with these.
    public Labels union(Labels others) {
        if (pairs.length == 0 || others.pairs.length == 0) {
            return pairs.length == 0 ? others : this;
        }
        String[] all = new String[pairs.length + others.pairs.length];
        int own = 0;
        int other = 0;
        for (int i = 0; i < all.length; i += 2) {
            boolean isOwnNext = other == others.pairs.length
                    || own < pairs.length && compareUtf8(pairs[own], others.pairs[other]) < 0;
            String[] from = isOwnNext ? pairs : others.pairs;
            int at = isOwnNext ? own : other;
            all[i] = from[at];
            all[i + 1] = from[at + 1];
            own += isOwnNext ? 2 : 0;
            other += isOwnNext ? 0 : 2;
        }
        return ofSorted(all);
    }

    public Labels withoutMetricName() {
        return has(METRIC_NAME) ? filter(name -> !name.equals(METRIC_NAME)) : this;
    }

    /// The labels whose names are among `names`.
    public Labels only(Collection<String> names) {
        return filter(names::contains);
    }

    /// The labels whose names are not among `names`.
    public Labels without(Collection<String> names) {
        return filter(name -> !names.contains(name));
    }

    public Labels filter(Predicate<String> keepName) {
        int size = 0;
        while (size < pairs.length && keepName.test(pairs[size])) {
            size += 2;
        }
        if (size == pairs.length) {
            return this;
        }
        String[] kept = new String[pairs.length - 2];
        System.arraycopy(pairs, 0, kept, 0, size);
        for (int i = size + 2; i < pairs.length; i += 2) {
            if (keepName.test(pairs[i])) {
                kept[size++] = pairs[i];
                kept[size++] = pairs[i + 1];
            }
        }
        // Mostly one label was dropped.
        return ofSorted(size == kept.length ? kept : Arrays.copyOf(kept, size));
    }

    public Map<String, String> toMap() {
        Map<String, String> map = new TreeMap<>(Labels::compareUtf8);
        forEach(map::put);
        return map;
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// A hash that never changes between releases or machines: it decides the partition of a series.
    public long stableHash() {
        long h = 0x9E3779B97F4A7C15L;
        for (String part : pairs) {
            h = (h ^ part.hashCode()) * 0xBF58476D1CE4E5B9L;
            h ^= h >>> 29;
        }
        h = (h ^ h >>> 32) * 0x94D049BB133111EBL;
        return h ^ h >>> 31;
    }

    /// Orders by name, then value, then length: the order in which Prometheus sorts series.
    @Override
    @SuppressWarnings("ReferenceEquality") // most strings of two sets of one partition are the same objects
    public int compareTo(Labels other) {
        int common = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < common; i++) {
            boolean isSame = pairs[i] == other.pairs[i] || pairs[i].equals(other.pairs[i]);
            int order = isSame ? 0 : compareUtf8(pairs[i], other.pairs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    /// Compares as the UTF-8 bytes of the strings compare. Differs from `String.compareTo` only beyond U+FFFF.
    public static int compareUtf8(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Character.isSurrogate(x) == Character.isSurrogate(y) ? x - y : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels that && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Long.hashCode(stableHash());
        }
        return hash;
    }

    /// The exposition form: `name{a="b",c="d"}`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String metricName = metricName();
        boolean isLegacyName = LabelNames.isLegacyMetricName(metricName);
        if (isLegacyName) {
            text.append(metricName);
        }
        List<String> shown = new ArrayList<>();
        if (!metricName.isEmpty() && !isLegacyName) {
            shown.add(LabelNames.quote(metricName));
        }
        forEach((name, value) -> {
            if (!name.equals(METRIC_NAME)) {
                shown.add((LabelNames.isLegacyLabelName(name) ? name : LabelNames.quote(name))
                        + '='
                        + LabelNames.quote(value));
            }
        });
        if (!shown.isEmpty() || metricName.isEmpty()) {
            text.append('{').append(String.join(", ", shown)).append('}');
        }
        return text.toString();
    }

    /// Builds a label set; a later value for a name replaces an earlier one, an empty value removes it.
    public static final class Builder {

        private final List<String> pairs;

        public Builder() {
            pairs = new ArrayList<>();
        }

        private Builder(Labels base) {
            pairs = new ArrayList<>(Arrays.asList(base.pairs));
        }

        public Builder set(String name, String value) {
            int at = find(name);
            if (at >= 0) {
                if (value.isEmpty()) {
                    pairs.subList(at, at + 2).clear();
                } else {
                    pairs.set(at + 1, value);
                }
            } else if (!value.isEmpty()) {
                pairs.add(-at - 1, value);
                pairs.add(-at - 1, name);
            }
            return this;
        }

        public Builder remove(String name) {
            return set(name, "");
        }

        public String get(String name) {
            int at = find(name);
            return at >= 0 ? pairs.get(at + 1) : "";
        }

        public boolean isEmpty() {
            return pairs.isEmpty();
        }

        /// A copy of the names set so far, in order.
        public List<String> names() {
            List<String> names = new ArrayList<>(pairs.size() / 2);
            for (int i = 0; i < pairs.size(); i += 2) {
                names.add(pairs.get(i));
            }
            return names;
        }

        /// The index of a name's pair, or `-(insertion index) - 1`. Searches from the end: names mostly come in
        /// order.
        private int find(String name) {
            int at = pairs.size();
            while (at > 0) {
                int order = compareUtf8(pairs.get(at - 2), name);
                if (order == 0) {
                    return at - 2;
                }
                if (order < 0) {
                    break;
                }
                at -= 2;
            }
            return -at - 1;
        }

        public Labels build() {
            return ofSorted(pairs.toArray(String[]::new));
        }
    }
}
