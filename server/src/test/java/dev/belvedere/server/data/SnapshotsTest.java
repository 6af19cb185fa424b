package dev.belvedere.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.eventdb.EventStoreOptions;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.scrape.config.StorageConfig;
import dev.belvedere.server.config.DataConfig;
import dev.belvedere.server.config.MetricsConfig;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

    private static final int SERIES = 20;

    private final long base = new SystemTime().currentMillis() - 3_600_000;

    private static Stores open(Path directory) {
        return Stores.open(
                new DataConfig(
                        directory,
                        2,
                        0,
                        EventStoreOptions.DEFAULT,
                        new MetricsConfig(List.of(), List.of(), 64 << 20, 3_600_000, 0),
                        TsdbOptions.SeriesLimits.DEFAULT),
                StorageConfig.DEFAULT,
                new LocalDisk(),
                new SystemTime(),
                new MetricRegistry());
    }

    /// One row: the same number as a sample of every series.
    private void write(MetricStore store, int row) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int s = 0; s < SERIES; s++) {
                long ref = appender.series(Labels.of("__name__", "m", "instance", "i" + s));
                appender.append(ref, base + row, MetricAppender.NO_START, row);
            }
            assertThat(appender.commit().accepted()).isEqualTo(SERIES);
        }
    }

    private Map<Labels, List<Double>> read(MetricStore store) {
        Map<Labels, List<Double>> all = new TreeMap<>();
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            new SeriesSamples(querier, base, base + 10_000_000)
                    .forEach(List.of(LabelMatcher.equal("__name__", "m")), new SeriesSamples.Sink() {
                        private List<Double> values = new ArrayList<>();

                        @Override
                        public void begin(Labels labels) {
                            values = new ArrayList<>();
                            all.put(labels, values);
                        }

                        @Override
                        public void sample(long timestampMillis, double value) {
                            assertThat(timestampMillis).isEqualTo(base + (long) value);
                            values.add(value);
                        }

                        @Override
                        public void histogram(long timestampMillis, NativeHistogram histogram) {
                            throw new AssertionError("no histogram was written");
                        }

                        @Override
                        public void end() {}
                    });
        }
        return all;
    }

    @Test
    void snapshots_under_ingest_hold_all_that_was_acknowledged_before(@TempDir Path folder)
            throws InterruptedException {
        Path data = folder.resolve("data");
        List<String> names = new ArrayList<>();
        List<Integer> atLeast = new ArrayList<>();
        try (Stores stores = open(data)) {
            AtomicInteger written = new AtomicInteger();
            AtomicBoolean isOver = new AtomicBoolean();
            Thread writer = new Thread(() -> {
                while (!isOver.get()) {
                    write(stores.metrics(), written.get());
                    written.incrementAndGet();
                }
            });
            writer.start();
            for (int i = 0; i < 6; i++) {
                int before = written.get();
                while (written.get() < before + 5) {
                    Thread.onSpinWait();
                }
                atLeast.add(written.get());
                names.add(stores.snapshot(false));
            }
            isOver.set(true);
            writer.join();
            assertThat(read(stores.metrics()).values()).allMatch(values -> values.size() == written.get());
        }
        for (int i = 0; i < names.size(); i++) {
            try (Stores snapshot = open(data.resolve("snapshots").resolve(names.get(i)))) {
                Map<Labels, List<Double>> kept = read(snapshot.metrics());
                assertThat(kept).hasSize(SERIES);
                for (List<Double> values : kept.values()) {
                    assertThat(values).hasSizeGreaterThanOrEqualTo(atLeast.get(i));
                    for (int row = 0; row < values.size(); row++) {
                        assertThat(values.get(row)).isEqualTo(row);
                    }
                }
                write(snapshot.metrics(), 5_000_000);
            }
        }
        try (Stores again = open(data)) {
            assertThat(read(again.metrics()).values()).noneMatch(values -> values.contains(5_000_000.0));
        }
    }

    @Test
    void without_the_head_only_what_was_flushed_is_in_a_snapshot(@TempDir Path folder) {
        Path data = folder.resolve("data");
        String name;
        try (Stores stores = open(data)) {
            write(stores.metrics(), 1);
            stores.flush();
            write(stores.metrics(), 2);
            name = stores.snapshot(true);
        }
        assertThat(name).matches("\\d{8}T\\d{6}Z-[0-9a-f]{16}");
        try (Stores snapshot = open(data.resolve("snapshots").resolve(name))) {
            assertThat(read(snapshot.metrics()).values())
                    .hasSize(SERIES)
                    .allMatch(values -> values.equals(List.of(1.0)));
        }
    }
}
