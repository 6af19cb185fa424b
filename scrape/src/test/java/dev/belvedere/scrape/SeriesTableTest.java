package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeriesTableTest {

    private static final long SEED = Long.getLong("seed", 7);

    /// Reads an exposition through the table; new series get the number in their name as ref.
    private static Set<Long> scrape(SeriesTable table, String body, Map<Long, Double> into) {
        ExpositionReader reader = ExpositionReader.of(
                ExpositionFormat.TEXT_0_0_4, body.getBytes(StandardCharsets.UTF_8), HistogramOptions.CLASSIC);
        table.begin();
        for (int series = table.next(reader); series != SeriesTable.END; series = table.next(reader)) {
            if (table.ref(series) == SeriesTable.UNRESOLVED) {
                table.resolve(series, Long.parseLong(reader.labels().get("n")));
            }
            table.track(series, true);
            into.put(table.ref(series), reader.value());
        }
        Set<Long> ended = new HashSet<>();
        table.commit(reader.bytes(), ended::add);
        return ended;
    }

    @Test
    void any_order_and_any_change_of_series_and_headers_gives_every_sample_to_its_series() {
        Random random = new Random(SEED);
        SeriesTable table = new SeriesTable();
        Set<Long> former = Set.of();
        List<Long> exposed = new ArrayList<>();
        for (int round = 0; round < 300; round++) {
            switch (random.nextInt(5)) {
                case 0 -> Collections.shuffle(exposed, random);
                case 1 -> exposed.removeIf(n -> random.nextInt(4) == 0);
                case 2 -> {
                    for (int i = 0; i < 20; i++) {
                        long n = random.nextInt(500);
                        if (!exposed.contains(n)) {
                            exposed.add(random.nextInt(exposed.size() + 1), n);
                        }
                    }
                }
                default -> {}
            }
            Map<Long, Double> expected = new TreeMap<>();
            StringBuilder body = new StringBuilder();
            for (long n : exposed) {
                double value = random.nextInt(1000);
                expected.put(n, value);
                if (n % 7 == 0) {
                    body.append("# TYPE m").append(n % 3).append(" gauge\n");
                }
                body.append("m{n=\"").append(n).append("\"} ").append(value).append('\n');
            }
            Map<Long, Double> actual = new TreeMap<>();
            Set<Long> ended = scrape(table, body.toString(), actual);
            assertThat(actual).as("seed %d, round %d", SEED, round).isEqualTo(expected);
            Set<Long> expectedEnded = new HashSet<>(former);
            expectedEnded.removeAll(expected.keySet());
            assertThat(ended).as("seed %d, round %d", SEED, round).isEqualTo(expectedEnded);
            assertThat(table.size()).isEqualTo(exposed.size());
            former = Set.copyOf(expected.keySet());
        }
    }

    @Test
    void a_series_exposed_twice_is_one() {
        SeriesTable table = new SeriesTable();
        Map<Long, Double> values = new TreeMap<>();
        String body = "m{n=\"1\"} 1\nm{n=\"1\"} 2\nm{n=\"2\"} 3\n";
        scrape(table, body, values);
        assertThat(scrape(table, body, values)).isEmpty();
        assertThat(table.size()).isEqualTo(2);
    }
}
