package dev.belvedere.tsdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
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

    @Test
    void a_selection_asked_for_again_is_that_of_now() {
        List<LabelMatcher> asked = List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "device", "v[0-4].*"));
        for (int values = 2; values < 20; values++) {
            grow(values);
            for (int time = 0; time < 2; time++) {
                List<Integer> found = new ArrayList<>();
                for (Selector.Selected selected : index.select(asked).targets()) {
                    found.addAll(selected.series());
                }
                assertThat(found).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected(asked));
            }
            assertThat(index.select(asked)).isSameAs(index.select(List.copyOf(asked)));
        }
    }

    @Test
    void selections_beyond_the_last_few_are_made_anew() {
        grow(5);
        List<LabelMatcher> first = List.of(LabelMatcher.equal("job", "v1"));
        SelectedSeries before = index.select(first);
        for (int i = 0; i < RecentSelections.MAX; i++) {
            index.select(List.of(LabelMatcher.equal("job", "w" + i)));
        }
        assertThat(index.select(first)).isNotSameAs(before);
    }

    @Test
    void labels_of_a_selection_come_in_order_and_only_those_wanted() {
        grow(9);
        SelectedSeries selected = index.select(List.of());
        assertThat(selected.hasLabels()).isTrue();
        BitSet wanted = new BitSet();
        List<Labels> expected = new ArrayList<>();
        for (int series = 0; series < index.seriesCount(); series += 2) {
            wanted.set(series);
            expected.add(index.view().labels(series));
        }
        expected.sort(Comparator.naturalOrder());
        for (int time = 0; time < 2; time++) {
            assertThat(selected.labels(index.view(), wanted))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
        wanted.set(0, index.seriesCount());
        List<Labels> all = selected.labels(index.view(), wanted);
        assertThat(all).hasSize(index.seriesCount()).isSorted();
        assertThat(selected.labels(index.view(), wanted)).isSameAs(all);
    }
}
