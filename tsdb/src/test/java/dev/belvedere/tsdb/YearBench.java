package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.SeriesOrder;
import dev.belvedere.tsdb.block.WrittenIndex;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures what a long history costs a start: blocks with a real index and chunks of no content. Not a test.
///
/// Arguments: `make` or `open`, the data folder; `make` also days, days per block, rows per chunk, targets.
public final class YearBench {

    private static final long DAY = 86_400_000;
    private static final long FIRST = 20_000L * DAY;
    private static final int STABLE = 1000;
    private static final int CHURNING = 49;
    private static final long TWENTY_YEARS = 20L * 365 * DAY;
    private static final byte[] CONTENT = new byte[40];

    private YearBench() {}

    public static void main(String[] arguments) {
        Path data = Path.of(arguments[1]);
        if (arguments[0].equals("make")) {
            make(data, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), arguments);
        } else {
            open(data);
        }
    }

    private static StoreOnDisk store(Path data) {
        return StoreOnDisk.open(
                new LocalDisk(),
                data,
                2,
                TsdbOptions.DEFAULT.withRetention(TWENTY_YEARS, Long.MAX_VALUE),
                new SystemTime());
    }

    private static void make(Path data, int days, int daysPerBlock, String[] arguments) {
        int rows = Integer.parseInt(arguments[4]);
        int targets = Integer.parseInt(arguments[5]) / 2;
        StoreOnDisk opened = store(data);
        long bytes = 0;
        long blocks = 0;
        for (int p = 0; p < 2; p++) {
            SeriesIndex index = new SeriesIndex();
            for (int day = 0; day < days; day += daysPerBlock) {
                long from = FIRST + day * DAY;
                int length = Math.min(daysPerBlock, days - day);
                String key = "metrics/default/%04d/%016x".formatted(p, (long) day * 1000 + p + 1);
                int number = p;
                int first = day;
                long size = opened.segments().put(key, sink -> {
                    List<int[]> series = new ArrayList<>();
                    for (int t = 0; t < targets; t++) {
                        series.add(series(index, number * targets + t, first, length));
                    }
                    IndexView view = index.view();
                    SeriesOrder order = new SeriesOrder(view);
                    BlockWriter writer = new BlockWriter(sink, Tenant.DEFAULT, view, new WrittenIndex());
                    for (int[] each : series) {
                        Target target = index.targetOf(each[0]);
                        addTarget(writer, target, order.sort(each), new long[] {from, length, rows});
                    }
                    writer.finish();
                });
                bytes += size;
                blocks++;
                SegmentRecord record = new SegmentRecord(
                        key,
                        TsdbEnvironment.TOPIC,
                        p,
                        Tenant.DEFAULT,
                        BlockNames.BLOCK,
                        3,
                        from,
                        from + length * DAY - 1,
                        0,
                        0,
                        size,
                        Map.of(SeriesPlacement.AT_HOME, "1"));
                opened.catalog().commit(CatalogEdit.add(List.of(record), List.of()));
            }
        }
        opened.close();
        System.out.printf(Locale.ROOT, "%d blocks, %d bytes with their index and %d-byte chunks%n", blocks, bytes, 40);
    }

    private static int[] series(SeriesIndex index, int target, int day, int days) {
        int[] series = new int[STABLE + CHURNING * days];
        String instance = "gpu-node-%04d:9100".formatted(target);
        for (int i = 0; i < STABLE; i++) {
            series[i] = index.intern(Labels.of(
                    "__name__",
                    "node_metric_" + i / 8 + "_total",
                    "device",
                    "d" + i % 8,
                    "instance",
                    instance,
                    "job",
                    "node"));
        }
        for (int d = 0; d < days; d++) {
            for (int i = 0; i < CHURNING; i++) {
                series[STABLE + d * CHURNING + i] = index.intern(Labels.of(
                        "__name__",
                        "container_metric_" + i % 7,
                        "container",
                        "main",
                        "instance",
                        instance,
                        "job",
                        "node",
                        "pod",
                        "app-" + i / 7 + "-" + Integer.toHexString((day + d) * 7919 + target * 104_729 + i / 7 * 31)));
            }
        }
        return series;
    }

    private static void addTarget(BlockWriter writer, Target target, int[] series, long[] fromLengthRows) {
        List<BlockWriter.EncodedPart> parts = new ArrayList<>();
        long end = fromLengthRows[0] + fromLengthRows[1] * DAY;
        long span = fromLengthRows[2] * 15_000;
        for (long at = fromLengthRows[0]; at < end; at += span) {
            parts.add(new BlockWriter.EncodedPart(series, at, Math.min(end, at + span) - 15_000, CONTENT, 10));
        }
        writer.add(target, series, parts);
    }

    private static void open(Path data) {
        for (int round = 0; round < 3; round++) {
            long heap = heap();
            long cpu = cpu();
            long wall = System.nanoTime();
            StoreOnDisk opened = store(data);
            System.out.printf(
                    Locale.ROOT, "open: %.2f s, %.2f CPU-s", (System.nanoTime() - wall) / 1e9, (cpu() - cpu) / 1e9);
            System.out.printf(
                    Locale.ROOT,
                    ", heap %.1f MB, %d series%n",
                    (heap() - heap) / 1e6,
                    opened.store()
                            .statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited())
                            .seriesCount());
            cpu = cpu();
            wall = System.nanoTime();
            long series;
            try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
                series = querier.select(SelectRequest.samples(
                                List.of(LabelMatcher.equal("__name__", "node_metric_1_total")), 0, Long.MAX_VALUE))
                        .size();
            }
            System.out.printf(
                    Locale.ROOT,
                    "first select over all: %.2f s, %.2f CPU-s, heap %.1f MB, %d cursors, %d series%n",
                    (System.nanoTime() - wall) / 1e9,
                    (cpu() - cpu) / 1e9,
                    (heap() - heap) / 1e6,
                    series,
                    opened.store()
                            .statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited())
                            .seriesCount());
            opened.close();
            for (Partition partition : opened.store().partitions()) {
                synchronized (partition) {
                    partition.tenantsLocked().forEach(t -> t.blocks().forEach(b -> b.giveUp(false)));
                }
            }
        }
    }

    private static long cpu() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
