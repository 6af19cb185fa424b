package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Measures what samples cost that come late, twice or not at all: CPU of a commit for each sample, of maintenance,
/// heap, disk, and reading an hour. Not a test: run it by hand.
///
/// Arguments: an empty data folder, and the cases to measure, all if there are none.
public final class LateBench {

    private static final int TARGETS = 20;
    private static final int SERIES = 500;
    private static final int SCRAPES = 240;
    private static final long INTERVAL = 15_000;
    private static final long HOUR = 3_600_000;

    private static final Map<String, Case> CASES = Map.ofEntries(
            Map.entry("ordered", bench -> {}),
            Map.entry("pair", bench -> bench.send(bench.now - 3_000, 1)),
            Map.entry("retry", bench -> bench.send(bench.now, 0)),
            Map.entry("other_value", bench -> bench.send(bench.now, 1)),
            Map.entry("retry_older", bench -> bench.send(bench.now - 20 * INTERVAL, 0)),
            Map.entry("between", bench -> bench.send(bench.now - 20 * INTERVAL - 3_000, 0)),
            Map.entry("beyond", bench -> bench.send(bench.now - 7 * HOUR, 0)),
            Map.entry("too_old", bench -> bench.send(bench.now - 10_000 * HOUR, 0)),
            Map.entry("scattered", LateBench::sendHeld),
            Map.entry("delayed", LateBench::sendHeld),
            Map.entry("backfill", bench -> bench.send(bench.now - 6 * HOUR, 0)));

    /// What is sent behind each scrape of all targets.
    private interface Case {
        void send(LateBench bench);
    }

    private record Held(int target, int series, long time) {}

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long[][] refs = new long[TARGETS][SERIES];
    private final Map<Long, List<Held>> held = new HashMap<>();
    private final StoreOnDisk on;
    private final long begin;
    private long now;
    private long liveNanos;
    private long liveSamples;
    private long lateNanos;
    private long lateSamples;
    private long acceptedSamples;
    private long maintenanceNanos;
    private final boolean isScattered;
    private final boolean isDelayed;
    private final AppendOptions options;

    private LateBench(Path data, String name) {
        isScattered = name.equals("scattered");
        isDelayed = name.equals("delayed");
        options = name.equals("backfill") ? AppendOptions.BACKFILL : AppendOptions.ACKNOWLEDGED_LATER;
        TsdbOptions storeOptions = TsdbOptions.DEFAULT.withWindows(
                name.equals("between") ? 0 : HOUR, TsdbOptions.DEFAULT.maxFutureMillis());
        on = StoreOnDisk.open(new LocalDisk(), data, 2, storeOptions, new SystemTime());
        begin = (System.currentTimeMillis() / (24 * HOUR) - 1) * 24 * HOUR + 8 * HOUR;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> names = new ArrayList<>(CASES.keySet());
        names.sort(null);
        if (arguments.length > 1) {
            names = List.of(arguments).subList(1, arguments.length);
        }
        Path data = Path.of(arguments[0]);
        new LateBench(data.resolve("warm"), "ordered").run("warm", bench -> {});
        for (String name : names) {
            new LateBench(data.resolve(name), name).run(name, Objects.requireNonNull(CASES.get(name), name));
        }
    }

    private void run(String name, Case of) throws IOException {
        long heapBefore = heap();
        for (int t = 0; t < TARGETS; t++) {
            define(t);
        }
        for (int scrape = 0; scrape < SCRAPES; scrape++) {
            now = begin + scrape * INTERVAL;
            sendLive();
            of.send(this);
            if (scrape % 4 == 0) {
                long before = threads.getCurrentThreadCpuTime();
                on.store().maintain();
                maintenanceNanos += threads.getCurrentThreadCpuTime() - before;
            }
        }
        long heap = heap() - heapBefore;
        String unflushed = read();
        long before = threads.getCurrentThreadCpuTime();
        on.store().flush();
        maintenanceNanos += threads.getCurrentThreadCpuTime() - before;
        String flushed = read();
        long kept = liveSamples + (name.startsWith("retry") ? 0 : acceptedSamples);
        System.out.println(String.format(
                Locale.ROOT,
                "%-12s live %4.0f ns, late %6.0f ns a sample (%d, %d accepted), maintenance %3.0f ns a sample kept,"
                        + " heap %.0f B a series, disk %.2f B a sample, read before flush %s, after %s",
                name,
                (double) liveNanos / liveSamples,
                lateSamples == 0 ? 0 : (double) lateNanos / lateSamples,
                lateSamples,
                acceptedSamples,
                (double) maintenanceNanos / kept,
                (double) heap / TARGETS / SERIES,
                (double) size(on) / kept,
                unflushed,
                flushed));
        on.close();
    }

    private long size(StoreOnDisk of) {
        return of.catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                .mapToLong(record -> record.sizeBytes())
                .sum();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void define(int target) {
        try (MetricAppender appender = on.store().appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            for (int s = 0; s < SERIES; s++) {
                refs[target][s] = appender.series(
                        Labels.of("__name__", "m", "instance", "host-" + target, "job", "node", "n", "" + s));
            }
        }
    }

    private static double value(int series, long time, int kind) {
        long step = time / INTERVAL;
        long hash = (step * 31 + series) * 0x9E3779B97F4A7C15L >>> 40;
        return kind
                + switch (series % 4) {
                    case 0 -> series;
                    case 1 -> step * 1000.0 + hash % 500;
                    case 2 -> hash % 1000 / 10.0;
                    default -> step / 20;
                };
    }

    private boolean isHeld(int target, int series) {
        long hash = (now / INTERVAL * 131 + target * 17L + (isScattered ? series * 7919L : 0)) * 0x9E3779B97F4A7C15L;
        if (!(isScattered || isDelayed) || (hash >>> 33) % 10 != 0) {
            return false;
        }
        long delay = 4 + (hash >>> 11) % 77;
        held.computeIfAbsent(now + delay * INTERVAL, key -> new ArrayList<>()).add(new Held(target, series, now));
        return true;
    }

    private void sendLive() {
        for (int t = 0; t < TARGETS; t++) {
            try (MetricAppender appender = on.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
                for (int s = 0; s < SERIES; s++) {
                    if (!isHeld(t, s)) {
                        appender.append(refs[t][s], now, 0, value(s, now, 0));
                    }
                }
                long before = threads.getCurrentThreadCpuTime();
                AppendOutcome outcome = appender.commit();
                liveNanos += threads.getCurrentThreadCpuTime() - before;
                liveSamples += outcome.accepted();
            }
        }
    }

    private void send(long time, int kind) {
        for (int t = 0; t < TARGETS; t++) {
            try (MetricAppender appender = on.store().appender(Tenant.DEFAULT, options)) {
                for (int s = 0; s < SERIES; s++) {
                    appender.append(refs[t][s], time, 0, value(s, time, kind));
                }
                commitLate(appender);
            }
        }
    }

    private void commitLate(MetricAppender appender) {
        lateSamples += appender.pendingSamples();
        long before = threads.getCurrentThreadCpuTime();
        acceptedSamples += appender.commit().accepted();
        lateNanos += threads.getCurrentThreadCpuTime() - before;
    }

    /// What was held back until now, a request for each target.
    private void sendHeld() {
        List<Held> due = held.getOrDefault(now, List.of());
        held.remove(now);
        for (int t = 0; t < TARGETS; t++) {
            int target = t;
            List<Held> own = due.stream().filter(h -> h.target() == target).toList();
            if (!own.isEmpty()) {
                try (MetricAppender appender = on.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
                    for (Held each : own) {
                        appender.append(refs[t][each.series()], each.time(), 0, value(each.series(), each.time(), 0));
                    }
                    commitLate(appender);
                }
            }
        }
    }

    /// Reads all of the last hour, and counts how the series of targets are parted.
    private String read() {
        long best = Long.MAX_VALUE;
        long samples = 0;
        int groups = 0;
        for (int round = 0; round < 12; round++) {
            long before = threads.getCurrentThreadCpuTime();
            SampleColumn column = new SampleColumn();
            samples = 0;
            groups = 0;
            try (MetricQuerier querier = on.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
                for (SeriesCursor cursor : querier.select(SelectRequest.samples(
                        List.of(LabelMatcher.equal("job", "node")), now - HOUR, Long.MAX_VALUE))) {
                    while (cursor.next()) {
                        groups++;
                        for (int i = 0; i < cursor.group().seriesCount(); i++) {
                            cursor.group().read(i, column);
                            for (int row = 0; row < column.rowCount(); row++) {
                                samples += column.isAbsent(row) ? 0 : 1;
                            }
                        }
                    }
                }
            }
            best = Math.min(best, threads.getCurrentThreadCpuTime() - before);
        }
        return String.format(
                Locale.ROOT,
                "%.1f ms (%d samples, %.1f ns each, %d groups)",
                best / 1e6,
                samples,
                (double) best / samples,
                groups);
    }
}
