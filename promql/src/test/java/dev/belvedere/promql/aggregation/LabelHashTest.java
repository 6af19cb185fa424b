package dev.belvedere.promql.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import org.junit.jupiter.api.Test;

class LabelHashTest {

    @Test
    void no_labels_hash_as_no_bytes_do() {
        assertThat(LabelHash.hash(Labels.EMPTY)).isEqualTo(0xEF46DB3751D8E999L);
    }

    @Test
    void the_share_is_spread_evenly() {
        int below = 0;
        for (int i = 0; i < 10_000; i++) {
            double share = LabelHash.unitInterval(Labels.of("pod", "a-rather-long-pod-name-" + i, "n", "" + i));
            assertThat(share).isBetween(0.0, 1.0);
            below += share < 0.3 ? 1 : 0;
        }
        assertThat(below).isBetween(2_800, 3_200);
    }
}
