package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MergedListsTest {

    private final MergedLists<String> merged = new MergedLists<>(Labels::compareUtf8);

    @Test
    void everything_is_there_once_and_in_order() {
        long seed = Long.getLong("seed", 5);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            List<List<String>> parts = new ArrayList<>();
            TreeSet<String> all = new TreeSet<>(Labels::compareUtf8);
            for (int p = random.nextInt(4); p >= 0; p--) {
                TreeSet<String> part = new TreeSet<>(Labels::compareUtf8);
                for (int i = random.nextInt(6); i > 0; i--) {
                    part.add(Character.toString(random.nextInt(5) == 0 ? 0x10400 : 0xe000 + random.nextInt(8)));
                }
                parts.add(new ArrayList<>(part));
                all.addAll(part);
            }
            assertThat(merged.of(parts)).as("-Dseed=%d, round %d", seed, round).containsExactlyElementsOf(all);
        }
    }

    @Test
    void what_was_made_of_the_same_lists_is_handed_out_again() {
        List<String> a = List.of("a", "b");
        List<String> b = List.of("b", "c");
        List<String> both = merged.of(List.of(a, b));
        assertThat(both).containsExactly("a", "b", "c");
        assertThat(merged.of(List.of(a, b))).isSameAs(both);
        assertThat(merged.of(List.of(a, new ArrayList<>(b)))).isEqualTo(both).isNotSameAs(both);
        assertThat(both).isUnmodifiable();
        assertThat(merged.of(List.of(a))).isEqualTo(a).isUnmodifiable();
        assertThat(merged.of(List.of())).isEmpty();
    }

    @Test
    void long_lists_are_merged_anew() {
        List<String> many = Collections.nCopies(MergedLists.MAX_SIZE, "b");
        List<List<String>> parts = List.of(List.of("a"), many);
        assertThat(merged.of(parts)).isNotSameAs(merged.of(parts));
    }
}
