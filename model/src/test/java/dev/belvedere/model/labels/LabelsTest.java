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
}
