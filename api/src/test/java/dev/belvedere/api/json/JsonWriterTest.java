package dev.belvedere.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

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
            for (int i = 0; i < times.length; i++) {
                double value = random.nextInt(3) == 0 ? Double.NaN : random.nextDouble();
                known.point(texts, i, value);
                any.point(times[i], value);
            }
            assertThat(known.endArray().toString())
                    .as("-Dseed=%d, round %d", seed, round)
                    .isEqualTo(any.endArray().toString());
        }
    }
}
