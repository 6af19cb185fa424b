package dev.belvedere.tsdb.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptValuesTest {

    private final KeptValues kept = new KeptValues();

    private static List<String> values(int count) {
        return Collections.nCopies(count, "v");
    }

    @Test
    void names_beyond_the_limit_take_the_place_of_the_others() {
        for (int name = 0; name < KeptValues.MAX_NAMES; name++) {
            kept.put(name, values(1));
        }
        assertThat(kept.get(0)).hasSize(1);
        kept.put(KeptValues.MAX_NAMES, values(2));
        assertThat(kept.get(0)).isNull();
        assertThat(kept.get(KeptValues.MAX_NAMES)).hasSize(2);
    }

    @Test
    void values_of_all_names_together_are_no_more_than_the_limit() {
        int half = KeptValues.MAX_VALUES / 2;
        kept.put(1, values(half));
        kept.put(2, values(half));
        assertThat(kept.get(1)).hasSize(half);
        kept.put(3, values(1));
        assertThat(kept.get(1)).isNull();
        assertThat(kept.get(2)).isNull();
        assertThat(kept.get(3)).hasSize(1);
    }

    @Test
    void a_name_with_more_values_than_the_limit_is_not_kept_and_nothing_makes_room_for_it() {
        kept.put(1, values(1));
        kept.put(2, values(KeptValues.MAX_VALUES + 1));
        assertThat(kept.get(1)).hasSize(1);
        assertThat(kept.get(2)).isNull();
    }
}
