package dev.belvedere.api.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.remotewrite.RemoteWriteDecoder;
import dev.belvedere.wire.remotewrite.RemoteWriteSink;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import dev.belvedere.wire.remotewrite.SeriesLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SeriesRefCacheTest {

    private static final int MINUTE = 60;

    /// The keys that label sets have in a request; with each its set's place as ref.
    private static List<SeriesRefCache.Found> raw(List<Labels> sets) {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        sets.forEach(labels -> writer.add(labels, 1, 1));
        byte[] packed = writer.drain();
        byte[] body = new UnpackedBody(64 << 20)
                .unpack(packed, 0, packed.length, "snappy")
                .toByteArray();
        List<SeriesRefCache.Found> raw = new ArrayList<>();
        new RemoteWriteDecoder(IngestLimits.DEFAULT).decode(body, body.length, new RemoteWriteSink() {
            @Override
            public boolean series(SeriesLabels labels) {
                raw.add(new SeriesRefCache.Found(
                        labels.key().high(), labels.key().low(), raw.size()));
                return false;
            }

            @Override
            public void sample(long timestampMillis, long startMillis, double value) {}

            @Override
            public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {}

            @Override
            public void invalidHistogram(long timestampMillis, String problem) {}

            @Override
            public void exemplar(Exemplar exemplar) {}

            @Override
            public void invalidExemplar() {}

            @Override
            public void seriesMetadata(String metricName, MetricMetadata metadata) {}

            @Override
            public void familyMetadata(String metricFamily, MetricMetadata metadata) {}
        });
        return raw;
    }

    private static Labels set(int i) {
        return Labels.of("__name__", "metric_" + i % 97, "instance", "host-" + i % 13 + ":9100", "i", "" + i);
    }

    private static SeriesRefCache.Found found(SeriesRefCache.Found key, long ref) {
        return new SeriesRefCache.Found(key.high(), key.low(), ref);
    }

    private static long find(SeriesRefCache cache, SeriesRefCache.Found key, int nowSeconds) {
        return cache.new Lookup(nowSeconds).find(key.high(), key.low());
    }

    @Test
    void it_answers_as_a_map_would() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        SeriesRefCache cache = new SeriesRefCache(1 << 20);
        Map<Integer, Long> expected = new HashMap<>();
        List<Labels> sets = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            sets.add(set(i));
        }
        List<SeriesRefCache.Found> raw = raw(sets);
        for (int round = 0; round < 40; round++) {
            List<SeriesRefCache.Found> batch = new ArrayList<>();
            Map<Integer, Long> changes = new HashMap<>();
            for (int k = 0; k < 1000; k++) {
                int i = random.nextInt(sets.size());
                assertThat(find(cache, raw.get(i), round))
                        .as("seed %d, series %d", seed, i)
                        .isEqualTo(expected.getOrDefault(i, SeriesRefCache.NONE));
                long ref = 1000L * round + k;
                batch.add(found(raw.get(i), ref));
                changes.put(i, ref);
            }
            cache.addAll(batch, round);
            expected.putAll(changes);
        }
        assertThat(cache.size()).isEqualTo(expected.size());
    }

    @Test
    void labels_that_are_cut_at_another_place_are_another_series() {
        SeriesRefCache cache = new SeriesRefCache(100);
        List<SeriesRefCache.Found> raw =
                raw(List.of(Labels.of("__name__", "m", "ab", "c"), Labels.of("__name__", "m", "a", "bc")));
        cache.addAll(List.of(found(raw.get(0), 7)), 0);
        assertThat(find(cache, raw.get(0), 1)).isEqualTo(7);
        assertThat(find(cache, raw.get(1), 1)).isEqualTo(SeriesRefCache.NONE);
    }

    @Test
    void half_a_key_finds_the_series_behind_the_last_one_and_no_other() {
        SeriesRefCache cache = new SeriesRefCache(100);
        List<SeriesRefCache.Found> raw = raw(List.of(set(1), set(2), set(3)));
        cache.addAll(raw, 0);
        SeriesRefCache.Lookup lookup = cache.new Lookup(MINUTE);
        assertThat(lookup.findNext(raw.get(1).low())).isEqualTo(SeriesRefCache.NONE);
        assertThat(lookup.find(raw.get(1).high(), raw.get(1).low())).isEqualTo(1);
        assertThat(lookup.findNext(raw.get(2).low())).isEqualTo(2);
        assertThat(lookup.findNext(raw.get(2).low())).isEqualTo(SeriesRefCache.NONE);
        assertThat(cache.new Lookup(80 * MINUTE).findNext(raw.get(0).low())).isEqualTo(SeriesRefCache.NONE);
    }

    @Test
    void a_ref_is_forgotten_before_its_lifetime_ends_and_kept_while_it_is_used() {
        SeriesRefCache cache = new SeriesRefCache(100);
        SeriesRefCache.Found labels = raw(List.of(set(1))).getFirst();
        cache.addAll(List.of(found(labels, 7)), 0);
        assertThat(find(cache, labels, 25 * MINUTE)).isEqualTo(7);
        assertThat(find(cache, labels, 50 * MINUTE)).isEqualTo(7);
        assertThat(find(cache, labels, 80 * MINUTE)).isEqualTo(SeriesRefCache.NONE);
        cache.addAll(List.of(found(labels, 8)), 80 * MINUTE);
        assertThat(find(cache, labels, 81 * MINUTE)).isEqualTo(8);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void what_is_no_longer_used_makes_room() {
        SeriesRefCache cache = new SeriesRefCache(1 << 20);
        List<Labels> sets = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            sets.add(set(i));
        }
        List<SeriesRefCache.Found> raw = raw(sets);
        for (int i = 0; i < raw.size(); i++) {
            cache.addAll(List.of(found(raw.get(i), i)), 0);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(find(cache, raw.get(i), 20 * MINUTE)).isEqualTo(i);
        }
        cache.addAll(List.of(), 40 * MINUTE);
        assertThat(cache.size()).isEqualTo(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(find(cache, raw.get(i), 41 * MINUTE)).isEqualTo(i);
        }
        assertThat(find(cache, raw.get(1001), 41 * MINUTE)).isEqualTo(SeriesRefCache.NONE);
    }

    @Test
    void it_never_holds_more_than_its_limit() {
        SeriesRefCache cache = new SeriesRefCache(100);
        List<Labels> sets = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            sets.add(set(i));
        }
        List<SeriesRefCache.Found> raw = raw(sets);
        for (int i = 0; i < raw.size(); i++) {
            cache.addAll(List.of(found(raw.get(i), i)), 0);
            assertThat(cache.size()).isLessThanOrEqualTo(100);
            assertThat(find(cache, raw.get(i), 0)).isEqualTo(i);
        }
    }

    @Test
    void readers_and_writers_never_see_another_series_ref() throws InterruptedException {
        SeriesRefCache cache = new SeriesRefCache(3000);
        List<Labels> sets = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            sets.add(set(i));
        }
        List<SeriesRefCache.Found> raw = raw(sets);
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 300; round++) {
                    List<SeriesRefCache.Found> missing = new ArrayList<>();
                    cache.readLock().lock();
                    try {
                        SeriesRefCache.Lookup lookup = cache.new Lookup(round);
                        int start = random.nextInt(raw.size());
                        for (int k = 0; k < 50; k++) {
                            int i = random.nextInt(4) == 0 ? random.nextInt(raw.size()) : (start + k) % raw.size();
                            long ref = lookup.find(raw.get(i).high(), raw.get(i).low());
                            if (ref == SeriesRefCache.NONE) {
                                missing.add(found(raw.get(i), i));
                            } else if (ref != i) {
                                wrong.incrementAndGet();
                            }
                        }
                    } finally {
                        cache.readLock().unlock();
                    }
                    cache.addAll(missing, round);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
    }
}
