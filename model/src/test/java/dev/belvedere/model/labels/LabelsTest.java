package dev.belvedere.model.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {

    @Test
    void a_label_is_added_replaced_or_taken_away_wherever_it_stands() {
        List<Labels> sets = List.of(Labels.EMPTY, Labels.of("b", "1"), Labels.of("b", "1", "d", "2", "f", "3"));
        for (Labels labels : sets) {
            for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
                for (String value : List.of("", "1", "x")) {
                    assertThat(labels.with(name, value))
                            .isEqualTo(labels.toBuilder().set(name, value).build());
                }
            }
        }
        assertThat(Labels.of("b", "1").with("b", "")).isSameAs(Labels.EMPTY);
    }

    @Test
    void the_union_of_parts_is_the_whole_however_it_was_parted() {
        List<String> names = List.of("__name__", "a", "instance", "job", "z");
        for (int bits = 0; bits < 1 << names.size(); bits++) {
            Labels.Builder own = new Labels.Builder();
            Labels.Builder others = new Labels.Builder();
            Labels.Builder all = new Labels.Builder();
            for (int i = 0; i < names.size(); i++) {
                ((bits & 1 << i) != 0 ? own : others).set(names.get(i), "v" + i);
                all.set(names.get(i), "v" + i);
            }
            assertThat(own.build().union(others.build())).isEqualTo(all.build());
        }
    }
}
