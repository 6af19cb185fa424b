package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.LinkedHashMap;
import java.util.function.Function;

/// The tests of the matchers asked for last, because dashboards and rules ask again.
///
/// Holds no compiled expressions, and a bit for each pair of the dictionary by test. Guarded by the owner of the index.
final class RecentTests {

    static final int MAX = 32;

    private record Asked(LabelMatcher.Type type, String name, String value) {

        // By hand: a young server interprets what is generated for a record.
        @Override
        public boolean equals(Object other) {
            return other instanceof Asked that
                    && type == that.type
                    && name.equals(that.name)
                    && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return name.hashCode() * 31 + value.hashCode();
        }
    }

    private final LinkedHashMap<Asked, PairTest> tests = new LinkedHashMap<>(16, 0.75f, true);

    /// The test of a matcher, which is made where it is not known.
    PairTest get(LabelMatcher matcher, Function<LabelMatcher, PairTest> maker) {
        Asked asked = new Asked(matcher.type(), matcher.name(), matcher.value());
        PairTest known = tests.get(asked);
        if (known != null) {
            return known;
        }
        if (tests.size() == MAX) {
            tests.pollFirstEntry();
        }
        PairTest made = maker.apply(matcher);
        tests.put(asked, made);
        return made;
    }
}
