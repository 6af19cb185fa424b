package dev.belvedere.tsdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexViewTest {

    private static final Labels LABELS = Labels.of(
            "UUID", "u", "__name__", "m", "device", "d", "instance", "i", "job", "j", "mode", "idle", "zone", "z");

    private final SeriesIndex index = new SeriesIndex();
    private final int series = index.intern(LABELS);

    private Labels wanted(Set<String> names) {
        return index.view().labels(series, names::contains);
    }

    @Test
    void of_a_series_only_the_labels_whose_names_are_wanted_are_made() {
        assertThat(index.view().labels(series)).isEqualTo(LABELS);
        assertThat(index.view().labels(series, name -> !name.equals("__name__")))
                .isEqualTo(LABELS.withoutMetricName());
        for (String name : LABELS.toMap().keySet()) {
            assertThat(wanted(Set.of(name))).isEqualTo(LABELS.only(Set.of(name)));
        }
        assertThat(wanted(Set.of("instance", "UUID", "zone")))
                .isEqualTo(Labels.of("UUID", "u", "instance", "i", "zone", "z"));
        assertThat(wanted(Set.of("none"))).isEqualTo(Labels.EMPTY);
    }
}
