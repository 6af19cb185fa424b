package dev.belvedere.server.warmup;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.TsdbEnvironment;
import dev.belvedere.tsdb.TsdbOptions;
import dev.belvedere.tsdb.TsdbStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small metric store in memory with what a few machines expose: counters, gauges, classic histograms.
final class SampleStore implements AutoCloseable {

    /// How far back the samples reach, at one every 15 seconds.
    static final long SPAN_MILLIS = 3_600_000;

    private static final long INTERVAL_MILLIS = 15_000;
    private static final int ROWS = (int) (SPAN_MILLIS / INTERVAL_MILLIS);
    private static final int RESET_ROWS = 100;
    private static final int GAP_EVERY = 23;
    private static final int GAP_ROWS = 31;
    private static final int PARTITIONS = 2;
    private static final String[] MODES = {"idle", "user", "system", "iowait", "irq", "softirq", "nice", "steal"};
    private static final String[] BOUNDS = {"0.01", "0.05", "0.1", "0.5", "1", "5", "10", "+Inf"};

    private final IngestLog log;
    private final LocalCatalog catalog;
    private final TsdbStore store;
    private final long endMillis;

    /// How much there is, and where it lies: what the compiler has not seen it compiles again when it comes.
    ///
    /// @param hasHead whether the newest samples are not yet in a block
    record Shape(int hosts, int blocks, boolean hasHead) {

        static final Shape YOUNG = new Shape(12, 1, true);
        static final Shape OLD = new Shape(24, 3, false);
    }

    SampleStore(TimeSource time, Shape shape) {
        MemoryDisk disk = new MemoryDisk();
        Path root = Path.of("warm-up");
        log = new ForgetfulLog(PARTITIONS);
        catalog = new LocalCatalog(disk, root.resolve("catalog"));
        store = TsdbStore.open(
                TsdbOptions.DEFAULT,
                new TsdbEnvironment(
                        log,
                        catalog,
                        new LocalSegmentStore(disk, root.resolve("segments")),
                        time,
                        new MetricRegistry()));
        endMillis = time.currentMillis() / INTERVAL_MILLIS * INTERVAL_MILLIS;
        fill(shape);
    }

    TsdbStore store() {
        return store;
    }

    /// The time of the newest samples.
    long endMillis() {
        return endMillis;
    }

    /// Sizes of the steps by which a series' values change: counters rise, gauges wander.
    private record Series(long ref, double step, boolean isCounter) {

        /// Values of all kinds that columns are encoded by: whole numbers, decimals, runs, any floats.
        double value(int place, int row) {
            if (isCounter) {
                return counted(place, row) * step;
            }
            return switch (place % 5) {
                case 0 -> 100 + row / 4 % 3 * step;
                case 1 -> 100 + Math.sqrt(row) * step;
                default -> 100 + (row * 7 + place) % 13 * step;
            };
        }

        /// Some counters fall, some stand at zero for long.
        private static int counted(int place, int row) {
            return switch (place % 29) {
                case 0 -> row % RESET_ROWS;
                case 1, 2 -> Math.max(0, row - ROWS * 3 / 4);
                default -> row;
            };
        }
    }

    /// Some series have gaps, the flush cuts rows in two, so that chunks overlap, and the last machine has joined late.
    private void fill(Shape shape) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            List<Series> all = new ArrayList<>();
            for (int host = 0; host < shape.hosts; host++) {
                addHost(appender, "host-" + host, all);
            }
            int early = all.size() - all.size() / shape.hosts;
            int rowsPerBlock = ROWS / (shape.hasHead ? shape.blocks + 1 : shape.blocks);
            for (int row = 0; row < ROWS; row++) {
                List<Series> present = row < rowsPerBlock ? all.subList(0, early) : all;
                append(appender, present, row, 0);
                if (row > 0 && row % rowsPerBlock == 0) {
                    store.flush();
                }
                append(appender, present, row, 1);
            }
        }
        if (!shape.hasHead) {
            store.flush();
        }
    }

    /// @param half the series at even or at odd places
    private void append(MetricAppender appender, List<Series> all, int row, int half) {
        long millis = endMillis - (ROWS - 1 - row) * INTERVAL_MILLIS;
        for (int i = half; i < all.size(); i += 2) {
            boolean isGap = i % GAP_EVERY == 0 && row % GAP_ROWS == 0;
            if (!isGap) {
                Series series = all.get(i);
                appender.append(series.ref, millis, MetricAppender.NO_START, series.value(i, row));
            }
        }
        appender.commit();
    }

    private static void addHost(MetricAppender appender, String host, List<Series> into) {
        for (int cpu = 0; cpu < 4; cpu++) {
            for (String mode : MODES) {
                into.add(counter(appender, host, "cpu_seconds_total", 0.37, "cpu", String.valueOf(cpu), "mode", mode));
            }
        }
        for (int gpu = 0; gpu < 4; gpu++) {
            String number = String.valueOf(gpu);
            into.add(gauge(appender, host, "gpu_temperature", 1, "gpu", number));
            into.add(gauge(appender, host, "gpu_power_watts", 0.25, "gpu", number));
            into.add(counter(appender, host, "network_bytes_total", 1234, "device", "eth" + number));
            into.add(gauge(appender, host, "filesystem_avail_bytes", 4096, "device", "disk" + number));
            into.add(gauge(appender, host, "filesystem_size_bytes", 0, "device", "disk" + number));
        }
        for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
            into.add(counter(appender, host, "latency_seconds_bucket", bucket + 1, "le", BOUNDS[bucket]));
        }
        into.add(gauge(appender, host, "load1", 0.1, "kind", "host"));
        into.add(gauge(appender, host, "machine_info", 0, "release", "r1"));
    }

    private static Series counter(
            MetricAppender appender, String host, String name, double step, String... labelPairs) {
        return new Series(appender.series(labels(host, name, labelPairs)), step, true);
    }

    private static Series gauge(MetricAppender appender, String host, String name, double step, String... labelPairs) {
        return new Series(appender.series(labels(host, name, labelPairs)), step, false);
    }

    private static Labels labels(String host, String name, String... pairs) {
        Labels.Builder labels = new Labels.Builder();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.set(pairs[i], pairs[i + 1]);
        }
        return labels.set(Labels.METRIC_NAME, name)
                .set("job", "warm-up")
                .set("instance", host)
                .build();
    }

    @Override
    public void close() {
        store.close();
        catalog.close();
        log.close();
    }
}
