package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScrapeTargetTest {

    private static ScrapeTarget target(int number, long intervalMillis) {
        Labels labels = Labels.of("instance", "host-" + number + ":9100", "job", "node");
        URI url = URI.create("http://host-" + number + ":9100/metrics");
        return new ScrapeTarget(labels, labels, labels, url, intervalMillis, intervalMillis, HistogramOptions.CLASSIC);
    }

    private static Map<Long, Integer> targetsByOffset(long intervalMillis) {
        Map<Long, Integer> targets = new TreeMap<>();
        for (int i = 0; i < 2000; i++) {
            targets.merge(target(i, intervalMillis).offsetMillis(), 1, Integer::sum);
        }
        return targets;
    }

    @Test
    void offsets_of_many_targets_are_a_fortieth_of_the_interval_apart_and_cover_it() {
        Map<Long, Integer> targets = targetsByOffset(5000);
        assertThat(targets).hasSize(40);
        assertThat(targets.keySet()).allMatch(offset -> offset % 125 == 0 && offset >= 0 && offset < 5000);
        assertThat(targets.values()).allMatch(count -> count <= 100, "no more than twice their share");
    }

    @Test
    void offsets_of_a_long_interval_are_a_fifth_of_a_second_apart() {
        assertThat(targetsByOffset(15_000)).hasSize(75);
    }

    @Test
    void an_interval_of_a_few_milliseconds_has_an_offset_within_it() {
        assertThat(targetsByOffset(20).keySet()).allMatch(offset -> offset >= 0 && offset < 20);
    }

    @Test
    void targets_of_one_offset_are_of_one_slot_and_neighbouring_slots_differ() {
        for (int i = 0; i < 100; i++) {
            ScrapeTarget target = target(i, 5000);
            assertThat(target.slot()).isEqualTo(target.offsetMillis() / 125);
        }
    }
}
