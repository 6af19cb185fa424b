package dev.belvedere.tsdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SelectorTest {

    private static final String[] NAMES = {"__name__", "job", "instance", "device"};
    private static final String[] EXPRESSIONS = {
        "", ".*", ".+", "v1", "v1.*", "v.*1", ".*[02]", "v1|v2|", "v[0-4].*", "(v3|v4)?", "none"
    };

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SeriesIndex index = new SeriesIndex();

    /// Labels have few values at first, so that expressions asked for before meet new ones.
    private void grow(int values) {
        for (int i = 0; i < 100; i++) {
            Labels.Builder labels = new Labels.Builder();
            for (String name : NAMES) {
                if (random.nextInt(8) > 0) {
                    labels.set(name, "v" + random.nextInt(values));
                }
            }
            index.intern(labels.build());
        }
    }

    private LabelMatcher matcher() {
        LabelMatcher.Type[] types = LabelMatcher.Type.values();
        String name = random.nextInt(10) == 0 ? "absent" : NAMES[random.nextInt(NAMES.length)];
        return LabelMatcher.of(
                types[random.nextInt(types.length)], name, EXPRESSIONS[random.nextInt(EXPRESSIONS.length)]);
    }

    private Set<Integer> expected(List<LabelMatcher> matchers) {
        Set<Integer> expected = new TreeSet<>();
        for (int series = 0; series < index.seriesCount(); series++) {
            Labels labels = index.view().labels(series);
            if (matchers.stream().allMatch(matcher -> matcher.matches(labels))) {
                expected.add(series);
            }
        }
        return expected;
    }

    @Test
    void finds_what_its_matchers_match_one_by_one_while_the_index_grows() {
        for (int values = 2; values < 20; values++) {
            grow(values);
            for (int query = 0; query < 100; query++) {
                List<LabelMatcher> matchers = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    matchers.add(matcher());
                }
                List<Integer> found = new ArrayList<>();
                for (Selector.Selected selected : new Selector(index, matchers).select()) {
                    found.addAll(selected.series());
                }
                assertThat(found)
                        .as("seed %d: %s among %d series", seed, matchers, index.seriesCount())
                        .containsExactlyInAnyOrderElementsOf(expected(matchers));
            }
        }
    }
}
