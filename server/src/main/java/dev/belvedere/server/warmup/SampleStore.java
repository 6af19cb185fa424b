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
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/// A small metric store in memory with what a few machines expose: counters, gauges, classic histograms.
final class SampleStore implements AutoCloseable {

    /// How far back the samples reach, at one every 15 seconds.
    static final long SPAN_MILLIS = 3_600_000;

    private static final long INTERVAL_MILLIS = 15_000;
    private static final int ROWS = (int) (SPAN_MILLIS / INTERVAL_MILLIS);
    private static final int RESET_ROWS = 100;
    private static final int JUMP_ROWS = 45;
    /// As many as a block of [Shape#OLD] has.
    private static final int STAIR_ROWS = 80;

    /// One of so many machines has rows that are cut in two.
    private static final int CUT_HOSTS = 3;

    private static final int GAP_EVERY = 23;
    private static final int GAP_ROWS = 31;
    private static final int PARTITIONS = 2;
    private static final String[] MODES = {"idle", "user", "system", "iowait", "irq", "softirq", "nice", "steal"};
    private static final String[] BOUNDS = {"0.01", "0.05", "0.1", "0.5", "1", "5", "10", "+Inf"};

    /// What network interfaces count from sample to sample, and what a file system has: increments and predictions of
    /// many digits.
    private static final double BYTES_PER_ROW = 112_345_678.9;

    private static final double FILE_SYSTEM_BYTES = 3.2e12;

    private final IngestLog log;
    private final LocalCatalog catalog;
    private final TsdbStore store;
    private final long endMillis;

    /// How much there is, and where it lies: what the compiler has not seen it compiles again when it comes.
    ///
    /// @param hasHead whether the newest samples are not yet in a block
    /// @param rows of samples, up to as many as the span has
    /// @param metrics of each host that no question asks for by name, of four series each
    record Shape(int hosts, int blocks, boolean hasHead, int rows, int metrics) {

        static final Shape YOUNG = new Shape(12, 1, true, ROWS, 0);
        static final Shape OLD = new Shape(24, 3, false, ROWS, 0);

        /// Many series for questions about all of them.
        static final Shape WIDE = new Shape(8, 0, true, 20, 200);
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
    ///
    /// @param base what gauges wander about
    private record Series(long ref, double base, double step, boolean isCounter) {

        /// Values of all kinds that columns are encoded by: whole numbers, decimals, runs, any floats, and in each kind
        /// a few that lie far from the others. Some fall only where a block begins.
        double value(int place, int row) {
            if (isCounter) {
                return Math.rint(counted(place, row) * step * 100) / 100;
            }
            double far = place % 3 == 0 && row % JUMP_ROWS == 1 ? 1000 * step : 0;
            return base
                    + far
                    + switch (place % 5) {
                        case 0 -> row / 4 % 3 * step;
                        case 1 -> Math.sqrt(row) * step;
                        case 2 -> -((row - 1) / STAIR_ROWS) * step;
                        default -> (row * 7 + place) % 13 * step;
                    };
        }

        /// Some counters fall, some stand at zero for long, some jump; most rise by a little more or less each time.
        private static double counted(int place, int row) {
            double uneven = row + (row * 37 + place * 11) % 64 / 64.0;
            return switch (place % 29) {
                case 0 -> row % RESET_ROWS;
                case 1, 2 -> Math.max(0, row - ROWS * 3 / 4);
                case 3, 4 -> row;
                case 5, 6 -> uneven + row / JUMP_ROWS * 5000;
                default -> uneven;
            };
        }
    }

    /// Some series have gaps, a flush cuts the rows of some machines in two, so that chunks overlap there, and the last
    /// machine has joined late.
    private void fill(Shape shape) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            List<Series> all = new ArrayList<>();
            for (int host = 0; host < shape.hosts; host++) {
                addHost(appender, "host-" + host, all);
                addMetrics(appender, "host-" + host, shape.metrics, all);
            }
            int perHost = all.size() / shape.hosts;
            BitSet behindFlush = new BitSet();
            for (int i = 1; i < all.size(); i += 2) {
                behindFlush.set(i, i / perHost % CUT_HOSTS == 0);
            }
            int early = shape.blocks == 0 ? all.size() : all.size() - perHost;
            int rowsPerBlock = shape.rows / (shape.hasHead ? shape.blocks + 1 : shape.blocks);
            for (int row = 0; row < shape.rows; row++) {
                List<Series> present = row < rowsPerBlock ? all.subList(0, early) : all;
                append(appender, present, ROWS - shape.rows + row, i -> !behindFlush.get(i));
                if (row > 0 && row % rowsPerBlock == 0) {
                    store.flush();
                }
                append(appender, present, ROWS - shape.rows + row, behindFlush::get);
            }
        }
        if (!shape.hasHead) {
            store.flush();
        }
    }

    /// @param which places of series
    private void append(MetricAppender appender, List<Series> all, int row, IntPredicate which) {
        long millis = endMillis - (ROWS - 1 - row) * INTERVAL_MILLIS;
        for (int i = 0; i < all.size(); i++) {
            boolean isGap = i % GAP_EVERY == 0 && row % GAP_ROWS == 0;
            if (which.test(i) && !isGap) {
                Series series = all.get(i);
                appender.append(series.ref, millis, MetricAppender.NO_START, series.value(i, row));
            }
        }
        appender.commit();
    }

    private static void addHost(MetricAppender appender, String host, List<Series> into) {
        for (int cpu = 0; cpu < 4; cpu++) {
            for (String mode : MODES) {
                into.add(counter(appender, host, "cpu_seconds_total", 3.7, "cpu", String.valueOf(cpu), "mode", mode));
            }
        }
        for (int gpu = 0; gpu < 4; gpu++) {
            String number = String.valueOf(gpu);
            into.add(gauge(appender, host, "gpu_temperature", 100, 1, "gpu", number));
            into.add(gauge(appender, host, "gpu_power_watts", 100, 0.25, "gpu", number));
            into.add(counter(appender, host, "network_bytes_total", BYTES_PER_ROW, "device", "eth" + number));
            into.add(gauge(
                    appender, host, "filesystem_avail_bytes", FILE_SYSTEM_BYTES / 2, 4096, "device", "disk" + number));
            into.add(gauge(appender, host, "filesystem_size_bytes", FILE_SYSTEM_BYTES, 0, "device", "disk" + number));
        }
        for (int bucket = 0; bucket < BOUNDS.length; bucket++) {
            into.add(counter(appender, host, "latency_seconds_bucket", bucket + 1, "le", BOUNDS[bucket]));
        }
        into.add(gauge(appender, host, "load1", 100, 0.1, "kind", "host"));
        into.add(gauge(appender, host, "machine_info", 1, 0, "release", "r1 \"stable\""));
    }

    private static void addMetrics(MetricAppender appender, String host, int metrics, List<Series> into) {
        for (int metric = 0; metric < metrics; metric++) {
            for (int place = 0; place < 4; place++) {
                into.add(gauge(appender, host, "metric_" + metric, 100, 1, "place", String.valueOf(place)));
            }
        }
    }

    private static Series counter(
            MetricAppender appender, String host, String name, double step, String... labelPairs) {
        return new Series(appender.series(labels(host, name, labelPairs)), 0, step, true);
    }

    private static Series gauge(
            MetricAppender appender, String host, String name, double base, double step, String... labelPairs) {
        return new Series(appender.series(labels(host, name, labelPairs)), base, step, false);
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
