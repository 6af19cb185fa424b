package dev.belvedere.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.SeriesIndex;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesOrderTest {

    private final SeriesIndex index = new SeriesIndex();

    private int series(String instance, String metric, String bound) {
        return index.intern(Labels.of("__name__", metric, "instance", instance, "le", bound));
    }

    /// Interned in an order in which nobody wants them.
    private int[] target(String instance) {
        return new int[] {
            series(instance, "b", "10"),
            series(instance, "a", "+Inf"),
            series(instance, "b", "9"),
            series(instance, "a", "1")
        };
    }

    private List<String> shown(int[] sorted) {
        return IntStream.of(sorted)
                .mapToObj(index.view()::labels)
                .map(labels -> labels.get("instance") + " " + labels.get("__name__") + " " + labels.get("le"))
                .toList();
    }

    private static int[] reversed(int[] series) {
        int[] reversed = new int[series.length];
        Arrays.setAll(reversed, i -> series[series.length - 1 - i]);
        return reversed;
    }

    @Test
    void series_are_ordered_by_metric_and_bound_for_each_of_several_targets_alike() {
        int[] first = target("x");
        int[] second = target("y");
        int[] other = {series("z", "c", "2"), series("z", "c", "1")};
        SeriesOrder order = new SeriesOrder(index.view());
        assertThat(shown(order.sort(first))).containsExactly("x a 1", "x a +Inf", "x b 9", "x b 10");
        assertThat(shown(order.sort(reversed(second)))).containsExactly("y a 1", "y a +Inf", "y b 9", "y b 10");
        assertThat(shown(order.sort(other))).containsExactly("z c 1", "z c 2");
        assertThat(shown(order.sort(reversed(first)))).containsExactly("x a 1", "x a +Inf", "x b 9", "x b 10");
    }
}
