package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.LabelMatcher;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/// A matcher that was tried once on every value of its label, so that trying it on a series compares numbers.
final class PairTest {

    private final int name;
    private final boolean matchesEmpty;
    private final BitSet accepted;

    private PairTest(int name, boolean matchesEmpty, BitSet accepted) {
        this.name = name;
        this.matchesEmpty = matchesEmpty;
        this.accepted = accepted;
    }

    static PairTest of(LabelMatcher matcher, PairDictionary pairs) {
        int name = pairs.findName(matcher.name());
        BitSet accepted = new BitSet();
        if (name >= 0) {
            Optional<Set<String>> literals = literals(matcher);
            if (literals.isPresent()) {
                for (String value : literals.get()) {
                    int pair = pairs.find(matcher.name(), value);
                    if (pair >= 0) {
                        accepted.set(pair);
                    }
                }
            } else {
                IntArrayList all = pairs.pairsOf(name);
                for (int i = 0; i < all.size(); i++) {
                    if (matcher.matches(pairs.value(all.getInt(i)))) {
                        accepted.set(all.getInt(i));
                    }
                }
            }
        }
        return new PairTest(name, matcher.matchesEmpty(), accepted);
    }

    private static Optional<Set<String>> literals(LabelMatcher matcher) {
        return switch (matcher.type()) {
            case EQUAL -> Optional.of(Set.of(matcher.value()));
            case REGEX -> matcher.regex().literals();
            case NOT_EQUAL, NOT_REGEX -> Optional.empty();
        };
    }

    boolean matchesEmpty() {
        return matchesEmpty;
    }

    BitSet accepted() {
        return accepted;
    }

    boolean acceptsDefinition(int definition, SeriesIndex index) {
        PairDictionary pairs = index.pairs();
        int count = index.pairCountOf(definition);
        for (int i = 0; i < count; i++) {
            int pair = index.pairOf(definition, i);
            if (pairs.nameOf(pair) == name) {
                return accepted.get(pair);
            }
        }
        return matchesEmpty;
    }

    boolean acceptsTarget(Target target, SeriesIndex index) {
        for (int pair : target.pairs()) {
            if (index.pairs().nameOf(pair) == name) {
                return accepted.get(pair);
            }
        }
        return matchesEmpty;
    }
}
