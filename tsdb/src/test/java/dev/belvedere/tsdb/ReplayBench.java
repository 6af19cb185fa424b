package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/// Measures what bringing a store back costs that has everything in its log. Not a test: run it by hand.
///
/// Arguments: a data folder, which is filled where it is absent; `hosts` (48 targets of 1,049 series) or how many
/// targets with a thousand series of one metric; how many samples each has; how often to open. Only the first opening
/// of a process is what a start sees.
public final class ReplayBench {

    private static final long INTERVAL_MILLIS = 15_000;
    private static final int HOSTS = 48;
    private static final int HOST_SERIES = 1049;
    private static final int MANY_SERIES = 1000;

    private ReplayBench() {}

    public static void main(String[] arguments) {
        Path data = Path.of(arguments[0]);
        int samples = Integer.parseInt(arguments[2]);
        if (!Files.isDirectory(data)) {
            fill(data, arguments[1].equals("hosts") ? 0 : Integer.parseInt(arguments[1]), samples);
        } else {
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                measure(data);
            }
        }
    }

    /// Heads are never written to blocks.
    private static StoreOnDisk open(Path data) {
        TsdbOptions options = TsdbOptions.DEFAULT.withHead(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4);
        return StoreOnDisk.open(new LocalDisk(), data, 2, options, new SystemTime());
    }

    private static void measure(Path data) {
        long cpu = cpuNanos();
        long wall = System.nanoTime();
        long collecting = collectingMillis();
        StoreOnDisk opened = open(data);
        System.out.println(String.format(
                Locale.ROOT,
                "%.2f s, %.2f CPU-s, of it %.2f s of pauses; log %d MiB",
                (System.nanoTime() - wall) / 1e9,
                (cpuNanos() - cpu) / 1e9,
                (collectingMillis() - collecting) / 1e3,
                opened.log().sizeBytes() >> 20));
        opened.close();
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private static long collectingMillis() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            millis += collector.getCollectionTime();
        }
        return millis;
    }

    /// @param manyTargets 0 for hosts
    private static void fill(Path data, int manyTargets, int samples) {
        StoreOnDisk opened = open(data);
        boolean isMany = manyTargets > 0;
        int targets = isMany ? manyTargets : HOSTS;
        int series = isMany ? MANY_SERIES : HOST_SERIES;
        SplittableRandom random = new SplittableRandom(1);
        long[] refs = new long[targets * series];
        double[] values = new double[refs.length];
        long start = System.currentTimeMillis() - samples * INTERVAL_MILLIS;
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            for (int i = 0; i < refs.length; i++) {
                refs[i] = appender.series(isMany ? labelsOfMany(i) : labelsOfHost(i / HOST_SERIES, i % HOST_SERIES));
            }
            for (int step = 0; step < samples; step++) {
                for (int target = 0; target < targets; target++) {
                    for (int i = target * series; i < (target + 1) * series; i++) {
                        values[i] = next(values[i], i % series, random);
                        appender.append(refs[i], start + step * INTERVAL_MILLIS, 0, values[i]);
                    }
                    if (appender.commit().accepted() != series) {
                        throw new IllegalStateException("samples were refused");
                    }
                }
            }
        }
        opened.close();
    }

    /// Some stay, some count, some waver.
    private static double next(double value, int series, SplittableRandom random) {
        return switch (series % 3) {
            case 0 -> value;
            case 1 -> value + random.nextInt(1000);
            default -> Math.round(value * 10 + random.nextInt(-50, 51)) / 10.0;
        };
    }

    private static Labels labelsOfHost(int host, int series) {
        return Labels.of(
                "__name__", "metric_" + series / 8, "cpu", "" + series % 8, "instance", "node-" + host, "job", "node");
    }

    private static Labels labelsOfMany(int series) {
        return Labels.of(
                "__name__", "many", "instance", "host-" + series / MANY_SERIES, "job", "load", "n", "" + series);
    }
}
