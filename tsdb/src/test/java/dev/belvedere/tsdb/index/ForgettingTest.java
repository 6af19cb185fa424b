package dev.belvedere.tsdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// An index that forgets by turns, while others go on with it.
class ForgettingTest {

    private static final long SEED = Long.getLong("seed", 20261126L);

    /// What the last series of a turn may add: its labels.
    private static final int LAST_SERIES_WORK = 64;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final SeriesIndex index = new SeriesIndex();

    /// What the index should have.
    private final Map<Labels, Integer> live = new HashMap<>();

    private final Map<Labels, Integer> generations = new HashMap<>();

    private Labels randomLabels() {
        String pod = "pod-" + random.nextInt(400);
        return random.nextBoolean()
                ? Labels.of(
                        "__name__", "container_" + random.nextInt(30), "job", "cadvisor", "instance", pod, "cpu", "1")
                : Labels.of("__name__", "kube_" + random.nextInt(30), "job", "ksm", "instance", "ksm:8080", "pod", pod);
    }

    private void intern(Labels labels) {
        int series = index.intern(labels);
        Integer before = live.putIfAbsent(labels, series);
        assertThat(series).as("%s, seed %d", labels, SEED).isEqualTo(before == null ? series : before);
        generations.putIfAbsent(labels, index.generationOf(series));
    }

    private int numberOf(Labels labels) {
        return live.getOrDefault(labels, -1);
    }

    @Test
    void what_is_touched_or_held_while_an_index_forgets_stays_and_the_rest_goes() {
        for (int round = 0; round < 60; round++) {
            int more = random.nextInt(1500);
            for (int i = 0; i < more; i++) {
                intern(randomLabels());
            }
            List<Labels> all = new ArrayList<>(live.keySet());
            BitSet idle = new BitSet();
            Map<Integer, Labels> labelsByNumber = new HashMap<>();
            all.forEach(labels -> {
                labelsByNumber.put(numberOf(labels), labels);
                idle.set(numberOf(labels), random.nextInt(10) < 7);
            });
            IndexView before = index.view();
            Set<Integer> kept = new HashSet<>();
            Set<Integer> gone = new HashSet<>();
            forget(idle, all, kept, gone);
            live.keySet().removeIf(labels -> {
                int series = numberOf(labels);
                boolean isGone = idle.get(series) && !kept.contains(series) && labelsByNumber.containsKey(series);
                if (isGone) {
                    generations.remove(labels);
                    assertThat(gone).contains(series);
                    assertThat(before.labels(series)).isEqualTo(labels);
                    assertThat(index.find(labels)).isEqualTo(-1);
                }
                return isGone;
            });
            requireWhole("round " + round);
        }
    }

    /// Forgets, and makes, asks for and reads series between the turns.
    private void forget(BitSet idle, List<Labels> all, Set<Integer> kept, Set<Integer> gone) {
        int most = 1 + random.nextInt(3000);
        Forgetting forgetting = index.beginForgetting(idle, most);
        BitSet alive = new BitSet();
        for (int i = 0; i < 5 && !all.isEmpty(); i++) {
            alive.set(numberOf(all.get(random.nextInt(all.size()))));
        }
        forgetting.keepAll(alive);
        alive.stream().forEach(kept::add);
        while (!forgetting.turn(series -> {
            assertThat(gone.add(series)).as("let go once").isTrue();
            boolean isHeld = random.nextInt(20) == 0;
            if (isHeld) {
                kept.add(series);
            }
            return !isHeld;
        })) {
            forgetting.makeRoom();
            for (int i = random.nextInt(4); i > 0; i--) {
                Labels labels =
                        random.nextBoolean() && !all.isEmpty() ? all.get(random.nextInt(all.size())) : randomLabels();
                intern(labels);
                kept.add(numberOf(labels));
            }
            if (!all.isEmpty()) {
                int first = numberOf(all.get(random.nextInt(all.size())));
                index.touch(first, 2);
                kept.add(first);
                kept.add(first + 1);
            }
        }
        forgetting.finish();
        index.endForgetting();
        assertThat(forgetting.longestTurn()).isLessThanOrEqualTo(most + LAST_SERIES_WORK);
    }

    private void requireWhole(String when) {
        assertThat(index.seriesCount()).as("%s, seed %d", when, SEED).isEqualTo(live.size());
        IndexView view = index.view();
        Map<String, Integer> metrics = new HashMap<>();
        Set<String> pairs = new HashSet<>();
        Set<Integer> definitions = new HashSet<>();
        live.forEach((labels, series) -> {
            assertThat(index.find(labels)).isEqualTo(series);
            assertThat(view.labels(series)).isEqualTo(labels);
            assertThat(index.areOfGeneration(series, 1, generations.getOrDefault(labels, -1)))
                    .isTrue();
            metrics.merge(labels.get("__name__"), 1, Integer::sum);
            definitions.add(index.definitionOf(series));
            for (int i = 0; i < labels.size(); i++) {
                pairs.add(labels.name(i) + "=" + labels.value(i));
            }
        });
        assertThat(index.pairs().size()).isEqualTo(pairs.size());
        assertThat(index.definitionCount()).isEqualTo(definitions.size());
        metrics.forEach((name, count) -> {
            LabelMatcher matcher = LabelMatcher.of(LabelMatcher.Type.EQUAL, "__name__", name);
            List<Integer> selected = new ArrayList<>();
            new Selector(index, List.of(matcher)).select().forEach(each -> selected.addAll(each.series()));
            assertThat(selected).hasSize(count).allSatisfy(series -> {
                assertThat(view.labels(series).get("__name__")).isEqualTo(name);
            });
        });
    }

    /// Writers wait for one turn at most, so what a turn does is what they wait.
    @Test
    void no_turn_does_more_than_its_share_however_many_series_there_are() {
        BitSet idle = new BitSet();
        for (int i = 0; i < 120_000; i++) {
            int series = index.intern(Labels.of(
                    "__name__", "kube_" + i % 50, "instance", "ksm-" + i % 20, "pod", "app-" + i / 50, "n", "" + i));
            idle.set(series, i % 3 != 0);
        }
        Forgetting forgetting = index.beginForgetting(idle);
        int turns = 1;
        for (; !forgetting.turn(series -> true); turns++) {
            forgetting.makeRoom();
        }
        assertThat(forgetting.finish()).isEqualTo(80_000);
        assertThat(turns).isGreaterThan(10);
        assertThat(forgetting.longestTurn()).isLessThanOrEqualTo(Forgetting.TURN_WORK + LAST_SERIES_WORK);
    }

    @Test
    void a_series_with_a_high_number_keeps_no_pages_of_lower_ones() {
        BitSet idle = new BitSet();
        for (int i = 0; i < 10_000; i++) {
            idle.set(index.intern(Labels.of("__name__", "m" + i, "instance", "a")));
        }
        int last = index.intern(Labels.of("__name__", "last", "instance", "a"));
        Forgetting forgetting = index.beginForgetting(idle);
        while (!forgetting.turn(series -> true)) {
            forgetting.makeRoom();
        }
        forgetting.finish();
        assertThat(index.seriesBound()).isEqualTo(last + 1);
        for (int page = 0; page < SeriesPage.of(last); page++) {
            assertThat(index.hasPage(page)).isFalse();
        }
        assertThat(index.intern(Labels.of("__name__", "first", "instance", "a")))
                .isZero();
    }
}
