package dev.belvedere.tsdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairStringsTest {

    private final SeriesIndex index = new SeriesIndex();
    private final PairStrings strings = new PairStrings();
    private final ByteSink positions = new ByteSink(64);

    private void put(Labels labels) {
        int series = index.intern(labels);
        IndexView view = index.view();
        view.forEach(series, pair -> strings.putPair(view, pair, positions));
    }

    private List<String> strings() {
        ByteSink sink = new ByteSink(64);
        strings.putStrings(sink);
        ByteSource in = new ByteSource(sink.toBytes());
        List<String> all = new ArrayList<>();
        for (int left = in.getCount(1); left > 0; left--) {
            all.add(in.getString());
        }
        return all;
    }

    private List<Integer> positions() {
        ByteSource in = new ByteSource(positions.toBytes());
        List<Integer> all = new ArrayList<>();
        while (in.remaining() > 0) {
            all.add(in.getIndex(Integer.MAX_VALUE));
        }
        return all;
    }

    @Test
    void names_stand_once_and_values_once_for_each_name() {
        put(Labels.of("__name__", "up", "cpu", "1"));
        put(Labels.of("__name__", "up", "core", "1"));
        put(Labels.of("__name__", "up", "cpu", "1"));
        assertThat(strings()).containsExactly("__name__", "up", "cpu", "1", "core", "1");
        assertThat(positions()).containsExactly(0, 1, 2, 3, 0, 1, 4, 5, 0, 1, 2, 3);
    }

    @Test
    void labels_of_target_and_definition_come_in_the_order_of_their_names() {
        put(Labels.of("Zone", "a", "__name__", "up", "instance", "b", "job", "c", "mode", "d"));
        assertThat(strings()).containsExactly("Zone", "a", "__name__", "up", "instance", "b", "job", "c", "mode", "d");
        assertThat(index.view().countOf(0)).isEqualTo(5);
    }

    @Test
    void what_was_put_before_is_forgotten() {
        put(Labels.of("__name__", "up"));
        strings.clear();
        positions.clear();
        put(Labels.of("__name__", "down"));
        assertThat(strings()).containsExactly("__name__", "down");
        assertThat(positions()).containsExactly(0, 1);
    }
}
