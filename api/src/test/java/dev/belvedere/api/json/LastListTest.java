package dev.belvedere.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LastListTest {

    private final List<String> written = new ArrayList<>();
    private final LastList<String> list = new LastList<>(Comparator.<String>naturalOrder(), (json, text) -> {
        written.add(text);
        json.value(text);
    });

    private String write(List<String> texts) {
        JsonWriter json = new JsonWriter();
        list.write(json.beginObject().name("data"), texts);
        return json.name("more").value(1).endObject().toString();
    }

    private static String expected(List<String> texts) {
        JsonWriter json = new JsonWriter().beginObject().name("data").beginArray();
        texts.forEach(json::value);
        return json.endArray().name("more").value(1).endObject().toString();
    }

    @Test
    void what_was_written_last_is_not_written_again() {
        List<String> texts = List.of("a", "b", "c");
        assertThat(write(texts)).isEqualTo("{\"data\":[\"a\",\"b\",\"c\"],\"more\":1}");
        written.clear();
        assertThat(write(new ArrayList<>(texts))).isEqualTo(expected(texts));
        assertThat(write(texts)).isEqualTo(expected(texts));
        assertThat(written).isEmpty();
    }

    @Test
    void elements_that_came_since_are_written_and_those_that_went_are_not() {
        List<String> all = List.of("a", "b\"", "c", "d", "e");
        write(List.of(all.get(0), all.get(2), all.get(4)));
        written.clear();
        assertThat(write(all)).isEqualTo(expected(all));
        assertThat(written).containsExactly("b\"", "d");
        written.clear();
        List<String> fewer = List.of(all.get(1), all.get(2), all.get(4));
        assertThat(write(fewer)).isEqualTo(expected(fewer));
        assertThat(write(List.of())).isEqualTo(expected(List.of()));
        assertThat(written).isEmpty();
    }

    @Test
    void any_sequence_of_lists_is_written_as_by_the_writer_alone() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add("text-" + (100 + i) + (i % 7 == 0 ? "\n" : ""));
        }
        for (int round = 0; round < 500; round++) {
            int share = 1 + random.nextInt(4);
            List<String> some = new ArrayList<>();
            for (String text : all) {
                if (random.nextInt(4) < share) {
                    some.add(random.nextInt(20) == 0 ? String.copyValueOf(text.toCharArray()) : text);
                }
            }
            assertThat(write(some)).as("-Dseed=" + seed).isEqualTo(expected(some));
        }
    }

    @Test
    void labels_beside_copied_ones_are_written_as_they_are() {
        LastList<Labels> sets = new LastList<>(Comparator.<Labels>naturalOrder(), JsonWriter::labels);
        List<Labels> all = new ArrayList<>();
        for (int i = 10; i < 50; i++) {
            all.add(Labels.of("__name__", "m", "host", "h" + i / 4, "job", "j", "port", "p" + i));
        }
        for (int step = 5; step > 0; step--) {
            List<Labels> some = new ArrayList<>();
            JsonWriter expected = new JsonWriter().beginArray();
            for (int i = 0; i < all.size(); i += i % 3 == 0 ? step : 1) {
                some.add(all.get(i));
                expected.beginObject();
                all.get(i).forEach((name, value) -> expected.name(name).value(value));
                expected.endObject();
            }
            JsonWriter json = new JsonWriter();
            sets.write(json, some);
            assertThat(json.toString()).isEqualTo(expected.endArray().toString());
        }
    }
}
