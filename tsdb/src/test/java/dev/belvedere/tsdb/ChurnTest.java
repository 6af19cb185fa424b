package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Pods come and go: what is remembered of them, and that nothing is mixed up on the way.
class ChurnTest {

    private static final long SEED = Long.getLong("seed", 20261126L);
    private static final long HOUR = 3_600_000;
    private static final long START = 20_000L * 24 * HOUR;
    private static final long RETENTION = 6 * HOUR;
    private static final int STEPS_PER_GENERATION = 4;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ManualTime time = new ManualTime(START);
    private MemoryDisk disk = new MemoryDisk();
    private long retention = RETENTION;
    private StoreOnDisk opened = open();

    /// Has what the store has of the last generations before a comparison.
    private MemoryMetricStore twin = new MemoryMetricStore();

    private StoreOnDisk open() {
        TsdbOptions options = TsdbOptions.DEFAULT
                .withBlockSpan(HOUR)
                .withRetention(retention, Long.MAX_VALUE)
                .withHead(HOUR / 2, 1 << 16);
        return StoreOnDisk.open(disk, Path.of("/data"), 2, options, time);
    }

    private void reopen() {
        disk = disk.crash(random);
        opened = open();
    }

    /// What a pod has of its own: some as a target, some as labels of a target that stays.
    private static List<Labels> pod(int generation, int pod, int metrics) {
        List<Labels> series = new ArrayList<>();
        String name = "pod-" + generation + "-" + pod;
        for (int m = 0; m < metrics; m++) {
            series.add(
                    m % 2 == 0
                            ? Labels.of(
                                    "__name__", "container_" + m, "job", "cadvisor", "instance", name, "cpu", "" + m)
                            : Labels.of(
                                    "__name__",
                                    "kube_" + m,
                                    "job",
                                    "ksm",
                                    "instance",
                                    "ksm:8080",
                                    "pod",
                                    name,
                                    "c",
                                    "x" + m));
        }
        return series;
    }

    private static double value(Labels labels, long timestampMillis) {
        return labels.stableHash() % 1_000_003 + timestampMillis / 1000 % 97;
    }

    private static AppendOutcome append(MetricStore store, List<Labels> series, long timestampMillis) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (Labels labels : series) {
                appender.append(appender.series(labels), timestampMillis, 0, value(labels, timestampMillis));
            }
            return appender.commit();
        }
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(MetricStore store, long fromMillis) {
        return read(store, fromMillis, Long.MAX_VALUE);
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(MetricStore store, long fromMillis, long toMillis) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, fromMillis, toMillis);
    }

    /// Numbers of everything that is kept by series.
    private Map<String, Long> sizes() {
        Map<String, Long> sizes = new HashMap<>();
        for (Partition partition : opened.store().partitions()) {
            synchronized (partition) {
                for (TenantPartition share : partition.tenantsLocked()) {
                    sizes.merge("series", (long) share.index().seriesCount(), Long::sum);
                    sizes.merge("series numbers", (long) share.index().seriesBound(), Long::sum);
                    sizes.merge("definitions", (long) share.index().definitionCount(), Long::sum);
                    sizes.merge("targets", (long) share.index().targetCount(), Long::sum);
                    sizes.merge("pairs", (long) share.index().pairs().size(), Long::sum);
                    sizes.merge("head", share.head().sizeBytes(), Long::sum);
                }
            }
        }
        sizes.put("log", opened.log().sizeBytes());
        sizes.put("segments", (long) opened.segments().list("").size());
        return sizes;
    }

    @Test
    void pods_that_come_and_go_leave_nothing_behind_and_every_query_is_right() {
        int generations = Boolean.getBoolean("belvedere.long") ? 1000 : 200;
        int warm = 30;
        Map<String, Long> bounds = new HashMap<>();
        List<Labels> stable = pod(-1, 0, 40);
        for (int generation = 0; generation < generations; generation++) {
            twin = generation % 20 == 10 ? new MemoryMetricStore() : twin;
            List<Labels> all = new ArrayList<>(stable);
            for (int p = 0; p < 10; p++) {
                all.addAll(pod(generation, p, 50));
            }
            for (int step = 0; step < STEPS_PER_GENERATION; step++) {
                long now = time.currentMillis();
                assertThat(append(opened.store(), all, now).accepted()).isEqualTo(all.size());
                if (generation % 20 >= 10) {
                    append(twin, all, now);
                }
                time.advance(Duration.ofMillis(HOUR / STEPS_PER_GENERATION));
                opened.store().maintain();
            }
            Map<String, Long> sizes = sizes();
            boolean isWarmingUp = generation < warm;
            sizes.forEach((what, size) -> {
                if (isWarmingUp) {
                    bounds.merge(what, size, Math::max);
                } else {
                    assertThat(size).as("%s, seed %d", what, SEED).isLessThan(bounds.getOrDefault(what, 0L) * 5 / 4);
                }
            });
            if (generation % 20 == 19) {
                if (generation % 60 == 59) {
                    reopen();
                }
                requireSame("generation " + generation);
            }
        }
        assertThat(bounds.get("series")).isLessThan(20 * 540L);
        assertThat(BlockCheck.run(opened.catalog().state(), opened.segments()).problems())
                .isEmpty();
    }

    /// What is kept for long must not be remembered for long: memory follows the pods that live.
    @Test
    void pods_of_long_ago_take_no_memory_although_their_samples_are_kept() {
        opened.close();
        retention = 10_000 * HOUR;
        opened = open();
        int generations = 60;
        Map<String, Long> bounds = new HashMap<>();
        for (int generation = 0; generation < generations; generation++) {
            live(generation);
            if (generation < 20) {
                inMemory().forEach((what, size) -> bounds.merge(what, size, Math::max));
            } else {
                requireWithin(bounds, "generation " + generation);
            }
        }
        reopen();
        requireWithin(bounds, "after a power cut");
        for (int generation : new int[] {3, 30, 50}) {
            long from = START + generation * HOUR;
            assertThat(read(opened.store(), from, from + HOUR - 1)).hasSize(240);
        }
        TreeMap<Labels, TreeMap<Long, Read>> everything = read(opened.store(), Long.MIN_VALUE);
        assertThat(everything).hasSize(generations * 200 + 40);
        requireOwnValues(everything);
        assertThat(inMemory().get("series")).isEqualTo(generations * 200L + 40);
        // The old ones are forgotten after two generations. What appeared until then got the numbers behind them.
        for (int generation = generations; generation < generations + 6; generation++) {
            live(generation);
        }
        requireWithin(bounds, "once nobody asks for the old ones");
    }

    @Test
    void a_series_that_never_ends_keeps_no_room_for_those_that_were_there_before_it() {
        List<Labels> wave = new ArrayList<>();
        for (int p = 0; p < 200; p++) {
            wave.addAll(pod(0, p, 50));
        }
        append(opened.store(), wave, time.currentMillis());
        List<Labels> lasting = List.of(
                Labels.of("__name__", "up", "job", "cadvisor", "instance", "pod-0-7"),
                Labels.of("__name__", "up", "job", "ksm", "instance", "ksm:8080"));
        append(opened.store(), lasting, time.currentMillis());
        long full = sizes().getOrDefault("head", 0L);
        for (int step = 0; step < 12 * STEPS_PER_GENERATION; step++) {
            time.advance(Duration.ofMillis(HOUR / STEPS_PER_GENERATION));
            append(opened.store(), lasting, time.currentMillis() - 1);
            // Of two, so that one is late.
            append(opened.store(), lasting, time.currentMillis() - 2);
            opened.store().maintain();
        }
        assertThat(sizes()).containsEntry("series", 2L);
        assertThat(sizes().get("series numbers")).isGreaterThan(5000);
        assertThat(sizes().get("head")).isLessThan(full / 6);
        assertThat(read(opened.store(), time.currentMillis() - HOUR)).containsOnlyKeys(lasting);
    }

    /// What a generation sends, over an hour.
    private void live(int generation) {
        List<Labels> all = new ArrayList<>(pod(-1, 0, 40));
        for (int p = 0; p < 10; p++) {
            all.addAll(pod(generation, p, 20));
        }
        for (int step = 0; step < STEPS_PER_GENERATION; step++) {
            assertThat(append(opened.store(), all, time.currentMillis()).accepted())
                    .isEqualTo(all.size());
            time.advance(Duration.ofMillis(HOUR / STEPS_PER_GENERATION));
            opened.store().maintain();
        }
    }

    private Map<String, Long> inMemory() {
        Map<String, Long> sizes = sizes();
        sizes.keySet().removeAll(List.of("segments", "log"));
        return sizes;
    }

    private void requireWithin(Map<String, Long> bounds, String when) {
        inMemory()
                .forEach((what, size) -> assertThat(size)
                        .as("%s, %s, seed %d", what, when, SEED)
                        .isLessThanOrEqualTo(bounds.getOrDefault(what, 0L) * 5 / 4));
    }

    private void requireSame(String what) {
        long from = time.currentMillis() - RETENTION + HOUR;
        assertThat(read(opened.store(), from)).as("%s, seed %d", what, SEED).isEqualTo(read(twin, from));
        for (List<LabelMatcher> matchers : List.of(
                List.<LabelMatcher>of(),
                List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "pod", ".*-3")),
                List.of(LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "instance", "pod-.*0")))) {
            // The store goes by chunks: what had samples shortly before the range may be in the answer.
            assertThat(pods(opened.store(), matchers, from))
                    .as(what)
                    .containsAll(pods(twin, matchers, from))
                    .isSubsetOf(pods(twin, matchers, from - HOUR));
        }
    }

    private List<String> pods(MetricStore store, List<LabelMatcher> matchers, long from) {
        TimeRange range = new TimeRange(from, time.currentMillis());
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            List<String> pods = new ArrayList<>(querier.labelValues("pod", matchers, range, 0));
            querier.series(matchers, range, 0).forEach(labels -> pods.add(labels.toString()));
            return pods;
        }
    }

    @Test
    void a_ref_that_slept_too_long_is_refused_and_never_writes_to_another_series() {
        List<Labels> before = pod(0, 0, 40);
        Map<Labels, Long> refs = new HashMap<>();
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            before.forEach(labels -> refs.put(labels, appender.series(labels)));
        }
        for (int round = 0; round < 3; round++) {
            time.advance(Duration.ofMillis(MetricAppender.REF_LIFETIME_MILLIS));
            opened.store().maintain();
        }
        assertThat(sizes()).containsEntry("series", 0L).containsEntry("pairs", 0L);
        List<Labels> after = pod(1, 0, 40);
        append(opened.store(), after, time.currentMillis());
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            refs.forEach((labels, ref) -> appender.append(ref, time.currentMillis() + 1, 0, -1));
            assertThat(appender.commit().rejected()).isEqualTo(Map.of(RejectReason.UNKNOWN_REF, 40));
        }
        assertThat(read(opened.store(), Long.MIN_VALUE)).containsOnlyKeys(after).allSatisfy((labels, samples) -> {
            assertThat(samples).hasSize(1);
        });
    }

    @Test
    void a_ref_that_is_used_within_its_lifetime_holds_however_many_rounds_go_by() {
        List<Labels> stable = pod(0, 0, 10);
        List<Long> refs = new ArrayList<>();
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            stable.forEach(labels -> refs.add(appender.series(labels)));
        }
        for (int round = 0; round < 40; round++) {
            append(opened.store(), pod(round + 1, 0, 20), time.currentMillis());
            try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                for (long ref : refs) {
                    appender.append(ref, time.currentMillis(), 0, round);
                }
                assertThat(appender.commit().accepted()).isEqualTo(refs.size());
            }
            opened.store().flush();
            opened.store().deleteSeries(Tenant.DEFAULT, EVERYTHING, TimeRange.ALWAYS);
            opened.store().cleanTombstones();
            assertThat(read(opened.store(), Long.MIN_VALUE)).isEmpty();
            time.advance(Duration.ofMillis(MetricAppender.REF_LIFETIME_MILLIS - 1));
            opened.store().maintain();
        }
        assertThat(sizes().get("series")).isLessThan(100);
    }

    @Test
    void a_reader_finds_what_it_selected_after_the_series_were_forgotten() {
        List<Labels> before = pod(0, 0, 40);
        append(opened.store(), before, time.currentMillis());
        opened.store().flush();
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            List<SeriesCursor> cursors =
                    querier.select(SelectRequest.samples(EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE));
            opened.store().deleteSeries(Tenant.DEFAULT, EVERYTHING, TimeRange.ALWAYS);
            opened.store().cleanTombstones();
            for (int round = 0; round < 3; round++) {
                time.advance(Duration.ofMillis(MetricAppender.REF_LIFETIME_MILLIS));
                opened.store().maintain();
                append(opened.store(), pod(round + 1, 0, 40), time.currentMillis());
            }
            List<Labels> found = new ArrayList<>();
            for (SeriesCursor cursor : cursors) {
                while (cursor.next()) {
                    for (int i = 0; i < cursor.group().seriesCount(); i++) {
                        found.add(cursor.group().labels(i));
                    }
                }
            }
            assertThat(found).containsExactlyInAnyOrderElementsOf(before);
        }
        assertThat(read(opened.store(), Long.MIN_VALUE).keySet()).doesNotContainAnyElementsOf(before);
    }

    @Test
    void writers_and_readers_at_once_with_forgetting_mix_nothing_up() throws InterruptedException {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        Semaphore due = new Semaphore(0);
        Semaphore written = new Semaphore(0);
        for (int t = 0; t < 2; t++) {
            int writer = t;
            threads.add(new Thread(() -> writeChurning(writer, isOver, due, written)));
        }
        threads.add(new Thread(() -> {
            while (!isOver.get()) {
                requireOwnValues(read(opened.store(), Long.MIN_VALUE));
            }
        }));
        for (Thread thread : threads) {
            thread.setUncaughtExceptionHandler((which, e) -> failure.set(e));
            thread.start();
        }
        for (int round = 0; round < 60 && failure.get() == null; round++) {
            due.release(4);
            time.advance(Duration.ofMillis(MetricAppender.REF_LIFETIME_MILLIS));
            opened.store().maintain();
            written.acquire(2);
            if (round % 10 == 9) {
                opened.store().flush();
            }
        }
        isOver.set(true);
        due.release(2);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        requireOwnValues(read(opened.store(), Long.MIN_VALUE));
        double forgotten = opened.metrics().collect().stream()
                .filter(family -> family.name().equals("belvedere_tsdb_series_forgotten_total"))
                .flatMap(family -> family.points().stream())
                .mapToDouble(point -> point.value())
                .sum();
        assertThat(forgotten).isPositive();
    }

    private static void requireOwnValues(TreeMap<Labels, TreeMap<Long, Read>> all) {
        all.forEach((labels, samples) -> samples.forEach((at, sample) -> {
            if (Double.longBitsToDouble(sample.bits()) != value(labels, at)) {
                throw new AssertionError(labels + " has a sample of another series at " + at);
            }
        }));
    }

    private void writeChurning(int writer, AtomicBoolean isOver, Semaphore due, Semaphore written) {
        for (int generation = 0; !isOver.get(); generation++) {
            due.acquireUninterruptibly();
            List<Labels> pod = pod(generation, writer, 20);
            for (int step = 0; step < 3; step++) {
                append(opened.store(), pod, time.currentMillis());
            }
            written.release();
        }
    }
}
