package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/// Measures what samples of different kinds cost, all of which occur in life: CPU of looking series up, of appending
/// and committing, and of maintenance for each sample, heap, disk, and reading. Not a test: run it by hand.
///
/// Arguments: an empty data folder, and the kinds to measure, all if there are none.
public final class KindsBench {

    private static final int SERIES = 20_000;
    private static final int SCRAPES = 120;
    private static final long INTERVAL = 15_000;

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("ordered", bench -> bench.scrapeAll(500, Sample.FLOAT));
        KINDS.put("constant", bench -> bench.scrapeAll(500, Sample.CONSTANT));
        KINDS.put("doubles", bench -> bench.scrapeAll(500, Sample.DOUBLE));
        KINDS.put("nan_inf", bench -> bench.scrapeAll(500, Sample.SPECIAL));
        KINDS.put("small_targets", bench -> bench.scrapeAll(5, Sample.FLOAT));
        KINDS.put("wide_target", bench -> bench.scrapeAll(SERIES, Sample.FLOAT));
        KINDS.put("starts", bench -> bench.scrapeAll(500, Sample.WITH_START));
        KINDS.put("histograms", bench -> bench.scrapeAll(500, Sample.HISTOGRAM));
        KINDS.put("exemplars", bench -> bench.scrapeAll(500, Sample.EXEMPLAR));
        KINDS.put("stale_half", bench -> bench.scrapeAll(500, Sample.STALE_HALF));
        KINDS.put("own_times", bench -> bench.scrapeAll(500, Sample.OWN_TIME));
        KINDS.put("shuffled", bench -> bench.scrapeShuffled(500));
        KINDS.put("churn", bench -> bench.scrapeChurning(500));
    }

    /// What is sent at each step.
    private interface Kind {
        void scrape(KindsBench bench);
    }

    private enum Sample {
        FLOAT,
        CONSTANT,
        DOUBLE,
        SPECIAL,
        WITH_START,
        HISTOGRAM,
        EXEMPLAR,
        STALE_HALF,
        OWN_TIME
    }

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] refs = new long[SERIES];
    private final int[] generations = new int[SERIES];
    private final double[] values = new double[SERIES];
    private final int[] order = new int[SERIES];
    private final StoreOnDisk on;
    private final long begin;
    private int step;
    private long now;
    private long lookupNanos;
    private long commitNanos;
    private long maintenanceNanos;
    private long samples;

    private KindsBench(Path data) {
        on = StoreOnDisk.open(new LocalDisk(), data, 2, TsdbOptions.DEFAULT, new SystemTime());
        begin = (System.currentTimeMillis() / 86_400_000 - 1) * 86_400_000 + 8 * 3_600_000;
        java.util.Arrays.fill(refs, -1);
        for (int i = 0; i < SERIES; i++) {
            order[i] = i;
        }
    }

    public static void main(String[] arguments) throws IOException {
        List<String> names =
                arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : List.copyOf(KINDS.keySet());
        Path data = Path.of(arguments[0]);
        new KindsBench(data.resolve("warm")).run("warm", Objects.requireNonNull(KINDS.get("ordered")));
        for (String name : names) {
            new KindsBench(data.resolve(name)).run(name, Objects.requireNonNull(KINDS.get(name), name));
        }
    }

    private void run(String name, Kind kind) {
        long heapBefore = heap();
        for (step = 0; step < SCRAPES; step++) {
            now = begin + step * INTERVAL;
            kind.scrape(this);
            if (step % 4 == 0) {
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
        long bytes = on.catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                .mapToLong(record -> record.sizeBytes())
                .sum();
        System.out.println(String.format(
                Locale.ROOT,
                "%-14s %d samples: lookup %4.0f ns, commit %5.0f ns, maintenance %4.0f ns; heap %.0f MB, disk %.2f B,"
                        + " read from head %s, from blocks %s",
                name,
                samples,
                (double) lookupNanos / samples,
                (double) commitNanos / samples,
                (double) maintenanceNanos / samples,
                heap / 1e6,
                (double) bytes / samples,
                unflushed,
                read()));
        on.close();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private Labels labels(int series, int perTarget) {
        return Labels.of(
                "__name__",
                "m" + series % perTarget % 50,
                "instance",
                "host-" + series / perTarget,
                "job",
                "node",
                "n",
                series + "-" + generations[series]);
    }

    private void scrapeAll(int perTarget, Sample kind) {
        for (int from = 0; from < SERIES; from += perTarget) {
            scrape(from, perTarget, kind);
        }
    }

    private void scrapeChurning(int perTarget) {
        for (int i = 0; i < SERIES / 10; i++) {
            int series = random.nextInt(SERIES);
            generations[series]++;
            refs[series] = -1;
        }
        scrapeAll(perTarget, Sample.FLOAT);
    }

    private void scrapeShuffled(int perTarget) {
        for (int i = SERIES - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int series = order[i];
            order[i] = order[other];
            order[other] = series;
        }
        scrapeAll(perTarget, Sample.FLOAT);
    }

    private void scrape(int from, int perTarget, Sample kind) {
        try (MetricAppender appender = on.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            long before = threads.getCurrentThreadCpuTime();
            for (int i = from; i < from + perTarget; i++) {
                if (refs[order[i]] < 0) {
                    refs[order[i]] = appender.series(labels(order[i], perTarget));
                }
            }
            long found = threads.getCurrentThreadCpuTime();
            for (int i = from; i < from + perTarget; i++) {
                append(appender, order[i], kind);
            }
            samples += appender.commit().accepted();
            lookupNanos += found - before;
            commitNanos += threads.getCurrentThreadCpuTime() - found;
        }
    }

    private void append(MetricAppender appender, int series, Sample kind) {
        values[series] += random.nextInt(500);
        double value = switch (series % 4) {
            case 0 -> series;
            case 1 -> values[series];
            case 2 -> random.nextInt(1000) / 10.0;
            default -> step / 20;
        };
        long ref = refs[series];
        switch (kind) {
            case FLOAT -> appender.append(ref, now, 0, value);
            case CONSTANT -> appender.append(ref, now, 0, series);
            case DOUBLE -> appender.append(ref, now, 0, random.nextDouble());
            case SPECIAL ->
                appender.append(
                        ref,
                        now,
                        0,
                        switch ((series + step) % 4) {
                            case 0 -> Double.NaN;
                            case 1 -> Double.POSITIVE_INFINITY;
                            case 2 -> Double.NEGATIVE_INFINITY;
                            default -> value;
                        });
            case WITH_START -> appender.append(ref, now, begin - series, value);
            case HISTOGRAM -> appender.append(ref, now, 0, histogram(series));
            case EXEMPLAR -> {
                appender.append(ref, now, 0, value);
                appender.appendExemplar(ref, new Exemplar(Labels.of("trace_id", "t" + series + step), value, now));
            }
            case STALE_HALF ->
                appender.append(ref, now, 0, step % 8 == series % 8 || step % 2 == 1 ? SampleValues.STALE_NAN : value);
            case OWN_TIME -> appender.append(ref, now + random.nextInt(10_000), 0, value);
        }
    }

    private NativeHistogram histogram(int series) {
        double count = values[series] + 40;
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                3,
                0.001,
                2,
                count,
                count * 1.5,
                new int[] {-3, 8},
                new double[] {count / 8, count / 8, 3, 4, 5, 6, count / 4, 2},
                new int[0],
                new double[0],
                new double[0]);
    }

    /// Reads everything.
    private String read() {
        long best = Long.MAX_VALUE;
        long read = 0;
        int groups = 0;
        for (int round = 0; round < 6; round++) {
            long before = threads.getCurrentThreadCpuTime();
            SampleColumn column = new SampleColumn();
            read = 0;
            groups = 0;
            try (MetricQuerier querier = on.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
                for (SeriesCursor cursor : querier.select(SelectRequest.samples(
                        List.of(LabelMatcher.equal("job", "node")), Long.MIN_VALUE, Long.MAX_VALUE))) {
                    while (cursor.next()) {
                        groups++;
                        for (int i = 0; i < cursor.group().seriesCount(); i++) {
                            cursor.group().read(i, column);
                            read += column.rowCount();
                        }
                    }
                }
            }
            best = Math.min(best, threads.getCurrentThreadCpuTime() - before);
        }
        return String.format(
                Locale.ROOT, "%.1f ms (%.1f ns each, %d groups)", best / 1e6, (double) best / samples, groups);
    }
}
