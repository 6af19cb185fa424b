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
    private final BitSet accepted = new BitSet();

    /// How many of the label's values were tried.
    private int tried;

    private PairTest(int name, boolean matchesEmpty) {
        this.name = name;
        this.matchesEmpty = matchesEmpty;
    }

    /// The test as the dictionary is now. Where a matcher has to be tried on values, those are left out that it was
    /// tried on before.
    static PairTest of(LabelMatcher matcher, PairDictionary pairs) {
        int name = pairs.findName(matcher.name());
        if (matcher.type() == LabelMatcher.Type.EQUAL) {
            PairTest test = new PairTest(name, matcher.value().isEmpty());
            test.accept(pairs.find(matcher.name(), matcher.value()));
            return test;
        }
        Optional<Set<String>> literals = literals(matcher);
        if (name >= 0 && literals.isEmpty()) {
            PairTest test = pairs.recentTests().get(matcher, asked -> new PairTest(name, asked.matchesEmpty()));
            test.tryNewValues(matcher, pairs);
            return test;
        }
        PairTest test = new PairTest(name, matcher.matchesEmpty());
        for (String value : literals.orElse(Set.of())) {
            test.accept(pairs.find(matcher.name(), value));
        }
        return test;
    }

    /// @param pair negative for none
    private void accept(int pair) {
        if (pair >= 0) {
            accepted.set(pair);
        }
    }

    private void tryNewValues(LabelMatcher matcher, PairDictionary pairs) {
        IntArrayList all = pairs.pairsOf(name);
        for (; tried < all.size(); tried++) {
            int pair = all.getInt(tried);
            if (matcher.matches(pairs.value(pair))) {
                accepted.set(pair);
            }
        }
    }

    private static Optional<Set<String>> literals(LabelMatcher matcher) {
        return switch (matcher.type()) {
            case REGEX -> matcher.regex().literals();
            case EQUAL, NOT_EQUAL, NOT_REGEX -> Optional.empty();
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
        int[] pairs = target.pairs();
        for (int pair : pairs) {
            if (accepted.get(pair)) {
                return true;
            }
        }
        return matchesEmpty && !hasName(pairs, index.pairs());
    }

    private boolean hasName(int[] pairs, PairDictionary dictionary) {
        for (int pair : pairs) {
            if (dictionary.nameOf(pair) == name) {
                return true;
            }
        }
        return false;
    }
}
