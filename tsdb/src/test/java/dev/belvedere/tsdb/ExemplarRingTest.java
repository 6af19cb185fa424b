package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExemplarRingTest {

    private static final List<LabelMatcher> ALL = List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));
    private static final Labels A = Labels.of("__name__", "a");
    private static final Labels B = Labels.of("__name__", "b");

    private static Exemplar exemplar(long millis) {
        return new Exemplar(Labels.of("trace_id", "t" + millis), 1, millis);
    }

    @Test
    void the_first_that_came_goes_first() {
        ExemplarRing ring = new ExemplarRing(3);
        for (int i = 0; i < 5; i++) {
            assertThat(ring.add(i % 2 == 0 ? A : B, exemplar(i))).isTrue();
        }
        assertThat(ring.find(ALL, TimeRange.ALWAYS))
                .isEqualTo(Map.of(A, List.of(exemplar(2), exemplar(4)), B, List.of(exemplar(3))));
        ring.limit(1);
        assertThat(ring.find(ALL, TimeRange.ALWAYS)).isEqualTo(Map.of(A, List.of(exemplar(4))));
        ring.limit(0);
        assertThat(ring.add(A, exemplar(9))).isFalse();
        assertThat(ring.size()).isZero();
    }

    @Test
    void late_ones_are_put_in_order_and_repeated_ones_shown_once() {
        ExemplarRing ring = new ExemplarRing(10);
        for (long millis : new long[] {30, 10, 30, 20, 10}) {
            ring.add(A, exemplar(millis));
        }
        assertThat(ring.find(ALL, new TimeRange(10, 29))).isEqualTo(Map.of(A, List.of(exemplar(10), exemplar(20))));
        assertThat(ring.find(List.of(LabelMatcher.equal("__name__", "b")), TimeRange.ALWAYS))
                .isEmpty();
    }

    @Test
    void one_that_is_shown_again_and_again_pushes_no_other_out() {
        ExemplarRing ring = new ExemplarRing(3);
        ring.add(A, exemplar(1));
        for (int scrape = 0; scrape < 9; scrape++) {
            assertThat(ring.add(B, exemplar(2))).isTrue();
        }
        assertThat(ring.size()).isEqualTo(2);
        assertThat(ring.find(ALL, TimeRange.ALWAYS)).containsKey(A);
        ring.limit(0);
        ring.limit(3);
        assertThat(ring.add(B, exemplar(2))).isTrue();
        assertThat(ring.size()).isEqualTo(1);
    }

    @Test
    void labels_longer_than_openmetrics_allows_are_not_taken() {
        ExemplarRing ring = new ExemplarRing(10);
        assertThat(ring.add(A, new Exemplar(Labels.of("trace_id", "é".repeat(120)), 1, 5)))
                .isTrue();
        assertThat(ring.add(A, new Exemplar(Labels.of("trace_id", "x".repeat(121)), 1, 5)))
                .isFalse();
        assertThat(ring.size()).isEqualTo(1);
    }
}
