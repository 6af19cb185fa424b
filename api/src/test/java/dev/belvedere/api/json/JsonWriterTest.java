package dev.belvedere.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    private static final List<String> NAMES =
            IntStream.range(10, 50).mapToObj(i -> "name_" + i).toList();

    @Test
    void points_at_known_times_are_written_as_points_at_any_time() {
        long seed = Long.getLong("seed", 3);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100; round++) {
            long[] times = new long[random.nextInt(1, 300)];
            for (int i = 0; i < times.length; i++) {
                times[i] = random.nextLong(-100_000, 1L << random.nextInt(1, 52));
            }
            TimeTexts texts = TimeTexts.of(times);
            JsonWriter known = new JsonWriter(64).beginArray();
            JsonWriter any = new JsonWriter().beginArray();
            double[] values = new double[times.length];
            for (int i = 0; i < times.length; i++) {
                values[i] = switch (random.nextInt(6)) {
                    case 0 -> Double.NaN;
                    case 1 -> 0;
                    case 2 -> -random.nextDouble() * 1e-300;
                    case 3 -> random.nextDouble();
                    default -> i == 0 ? 0 : values[i - 1];
                };
                any.point(times[i], values[i]);
            }
            int split = random.nextInt(times.length + 1);
            known.points(texts, values, 0, split).points(texts, values, split, times.length);
            assertThat(known.endArray().toString())
                    .as("-Dseed=%d, round %d", seed, round)
                    .isEqualTo(any.endArray().toString());
        }
    }

    @Test
    void labels_that_share_texts_with_the_last_are_written_as_any_others() throws IOException {
        long seed = Long.getLong("seed", 4);
        SplittableRandom random = new SplittableRandom(seed);
        String[] texts = {"a", "b", "a\"b", "\u00e9", "a much longer text than the others", "\\"};
        for (int round = 0; round < 300; round++) {
            JsonWriter shared = new JsonWriter(64).beginArray();
            JsonWriter plain = new JsonWriter().beginArray();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                Labels labels = labels(random, texts);
                shared.labels(labels);
                plain.beginObject();
                labels.forEach((name, value) -> plain.name(name).value(value));
                plain.endObject();
                if (random.nextInt(8) == 0) {
                    shared.drainTo(sent);
                }
            }
            shared.endArray().drainTo(sent);
            assertThat(sent.toString(StandardCharsets.UTF_8))
                    .as("-Dseed=%d, round %d", seed, round)
                    .isEqualTo(plain.endArray().toString());
        }
    }

    /// Some of up to forty names, with values of which most are the same objects.
    private static Labels labels(SplittableRandom random, String[] values) {
        List<String> pairs = new ArrayList<>();
        for (String name : NAMES) {
            if (random.nextInt(5) > 0) {
                pairs.add(name);
                pairs.add(values[random.nextInt(10) == 0 ? random.nextInt(values.length) : 2]);
            }
        }
        return Labels.ofSorted(pairs.toArray(String[]::new));
    }

    @Test
    void a_lone_surrogate_is_written_as_the_replacement_character() {
        JsonWriter writer = new JsonWriter().value("a\u00e9\ud83d\ude00\udcff\"\ud83d");

        assertThat(writer.toString()).isEqualTo("\"a\u00e9\ud83d\ude00\ufffd\\\"\ufffd\"");
    }
}
