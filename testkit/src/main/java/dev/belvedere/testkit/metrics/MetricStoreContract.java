package dev.belvedere.testkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every metric store does. An implementation extends this and says how it is opened.
///
/// Random parts take their seed from `-Dseed`.
public abstract class MetricStoreContract {

    protected static final long SEED = Long.getLong("seed", 20261125L);
    protected static final Tenant TENANT = Tenant.DEFAULT;
    protected static final long WINDOW_MILLIS = 3_600_000;

    /// A day in the middle of blocks of any span.
    protected static final long START = 1_790_000_000_000L;

    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private MetricStore store = unopened();

    private static MetricStore unopened() {
        return new MemoryMetricStore();
    }

    /// A new, empty store that takes samples [#WINDOW_MILLIS] out of order.
    protected abstract MetricStore open() throws Exception;

    /// The store as it is found after a restart; a store that is not durable returns the one it has.
    protected abstract MetricStore reopen() throws Exception;

    /// Brings everything into the form in which the store keeps it for long.
    protected void settle() {}

    protected abstract void shutDown() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void shutDownStore() throws Exception {
        shutDown();
    }

    protected static Labels series(String name, String instance, String... more) {
        String[] all = new String[6 + more.length];
        System.arraycopy(new String[] {"__name__", name, "job", "node", "instance", instance}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return Labels.of(all);
    }

    private AppendOutcome append(Labels labels, long timestampMillis, double value) {
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(labels), timestampMillis, MetricAppender.NO_START, value);
            return appender.commit();
        }
    }

    private TreeMap<Labels, TreeMap<Long, Read>> readAll() {
        return SampleReader.read(store, TENANT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Read read(double value) {
        return new Read(Double.doubleToRawLongBits(value), null, MetricAppender.NO_START);
    }

    /// What is in memory, after a restart, and in its final form has to be the same.
    private void inEveryForm(ThrowingRunnable assertion) throws Exception {
        assertion.run();
        store = reopen();
        assertion.run();
        settle();
        assertion.run();
        store = reopen();
        assertion.run();
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void what_a_listener_was_told_is_durable_is_there_after_a_restart() throws Exception {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED_LATER)) {
            for (int commit = 1; commit <= 2; commit++) {
                for (int i = 0; i < 20; i++) {
                    long ref = appender.series(series("m" + i, "a:" + i));
                    appender.append(ref, START + 1000L * commit, MetricAppender.NO_START, i);
                }
                assertThat(appender.commit().accepted()).isEqualTo(20);
            }
            appender.whenDurable(told(outcome));
            assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("durable");
            CompletableFuture<String> nothing = new CompletableFuture<>();
            appender.whenDurable(told(nothing));
            assertThat(nothing).isCompletedWithValue("durable");
        }
        inEveryForm(() -> assertThat(readAll())
                .hasSize(20)
                .allSatisfy((labels, samples) -> assertThat(samples).hasSize(2)));
    }

    private static CommitListener told(CompletableFuture<String> outcome) {
        return new CommitListener() {
            @Override
            public void durable() {
                outcome.complete("durable");
            }

            @Override
            public void failed(OperationException failure) {
                outcome.complete(failure.code());
            }
        };
    }

    @Test
    void samples_come_back_bit_for_bit() throws Exception {
        double[] values = {
            0,
            -0.0,
            1.5,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            SampleValues.NORMAL_NAN,
            SampleValues.STALE_NAN,
            0.1 + 0.2,
            9_007_199_254_740_993.0
        };
        Labels labels = series("odd", "a:1");
        TreeMap<Long, Read> expected = new TreeMap<>();
        for (int i = 0; i < values.length; i++) {
            assertThat(append(labels, START + i, values[i]).accepted()).isEqualTo(1);
            expected.put(START + i, read(values[i]));
        }
        inEveryForm(() -> assertThat(readAll()).isEqualTo(Map.of(labels, expected)));
    }

    @Test
    void a_store_without_samples_answers_with_nothing() throws Exception {
        inEveryForm(() -> {
            assertThat(readAll()).isEmpty();
            try (MetricQuerier querier = store.querier(TENANT, QueryBudget.unlimited())) {
                assertThat(querier.labelNames(List.of(), TimeRange.ALWAYS, 0)).isEmpty();
                assertThat(querier.series(EVERYTHING, TimeRange.ALWAYS, 0)).isEmpty();
            }
        });
    }

    @Test
    void only_the_range_asked_for_is_returned() throws Exception {
        Labels labels = series("up", "a:1");
        for (int i = 0; i < 100; i++) {
            append(labels, START + i * 1000L, i);
        }
        inEveryForm(() -> assertThat(SampleReader.read(store, TENANT, EVERYTHING, START + 10_000, START + 12_000))
                .isEqualTo(Map.of(
                        labels,
                        new TreeMap<>(Map.of(
                                START + 10_000, read(10), START + 11_000, read(11), START + 12_000, read(12))))));
    }

    @Test
    void matchers_select_as_their_signs_say() throws Exception {
        append(series("cpu", "a:1", "mode", "idle"), START, 1);
        append(series("cpu", "a:1", "mode", "user"), START, 2);
        append(series("cpu", "b:1", "mode", "idle"), START, 3);
        append(Labels.of("__name__", "bare"), START, 4);
        inEveryForm(() -> {
            assertThat(count(LabelMatcher.Type.EQUAL, "mode", "idle")).isEqualTo(2);
            assertThat(count(LabelMatcher.Type.NOT_EQUAL, "mode", "idle")).isEqualTo(2);
            assertThat(count(LabelMatcher.Type.REGEX, "mode", "i.*|none")).isEqualTo(2);
            assertThat(count(LabelMatcher.Type.NOT_REGEX, "mode", "i.*")).isEqualTo(2);
            assertThat(count(LabelMatcher.Type.EQUAL, "mode", "")).isEqualTo(1);
            assertThat(count(LabelMatcher.Type.REGEX, "instance", "a:1|b:1")).isEqualTo(3);
            assertThat(count(LabelMatcher.Type.EQUAL, "instance", "")).isEqualTo(1);
            assertThat(count(LabelMatcher.Type.NOT_EQUAL, "instance", "a:1")).isEqualTo(2);
            assertThat(count(LabelMatcher.Type.EQUAL, "__name__", "cpu")).isEqualTo(3);
            assertThat(count(LabelMatcher.Type.EQUAL, "absent", "x")).isZero();
        });
    }

    private int count(LabelMatcher.Type type, String name, String value) {
        return SampleReader.read(
                        store, TENANT, List.of(LabelMatcher.of(type, name, value)), Long.MIN_VALUE, Long.MAX_VALUE)
                .size();
    }

    @Test
    void names_values_and_series_are_told_sorted_and_limited() throws Exception {
        append(series("cpu", "b:1", "mode", "idle"), START, 1);
        append(series("cpu", "a:1", "mode", "user"), START, 2);
        append(series("mem", "c:1", "kind", "free"), START + 10 * WINDOW_MILLIS, 3);
        inEveryForm(() -> {
            try (MetricQuerier querier = store.querier(TENANT, QueryBudget.unlimited())) {
                assertThat(querier.labelNames(List.of(), TimeRange.ALWAYS, 0))
                        .containsExactly("__name__", "instance", "job", "kind", "mode");
                assertThat(querier.labelNames(List.of(LabelMatcher.equal("mode", "idle")), TimeRange.ALWAYS, 2))
                        .containsExactly("__name__", "instance");
                assertThat(querier.labelValues("instance", List.of(), TimeRange.ALWAYS, 0))
                        .containsExactly("a:1", "b:1", "c:1");
                assertThat(querier.labelValues(
                                "mode", List.of(LabelMatcher.equal("instance", "a:1")), TimeRange.ALWAYS, 0))
                        .containsExactly("user");
                assertThat(querier.series(EVERYTHING, TimeRange.ALWAYS, 0))
                        .containsExactly(
                                series("cpu", "a:1", "mode", "user"),
                                series("cpu", "b:1", "mode", "idle"),
                                series("mem", "c:1", "kind", "free"));
                assertThat(querier.series(EVERYTHING, new TimeRange(START, START + 1), 1))
                        .containsExactly(series("cpu", "a:1", "mode", "user"));
                assertThat(querier.labelValues("__name__", List.of(), new TimeRange(START, START + 1), 0))
                        .containsExactly("cpu");
            }
        });
    }

    @Test
    void late_samples_are_kept_within_the_window_and_refused_beyond() throws Exception {
        Labels labels = series("up", "a:1");
        append(labels, START, 1);
        assertThat(append(labels, START - 1000, 2).accepted()).isEqualTo(1);
        store = reopen();
        assertThat(append(labels, START - 2000, 3).accepted()).isEqualTo(1);
        AppendOutcome refused = append(labels, START - WINDOW_MILLIS - 1, 4);
        assertThat(refused.accepted()).isZero();
        assertThat(refused.rejected()).isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
        assertThat(refused.firstRejected()).hasValueSatisfying(first -> {
            assertThat(first.labels()).isEqualTo(labels);
            assertThat(first.timestampMillis()).isEqualTo(START - WINDOW_MILLIS - 1);
            assertThat(first.boundMillis()).isEqualTo(START);
        });
        inEveryForm(() -> assertThat(readAll())
                .isEqualTo(Map.of(
                        labels, new TreeMap<>(Map.of(START, read(1), START - 1000, read(2), START - 2000, read(3))))));
    }

    @Test
    void repeated_samples_are_taken_once_and_contradictions_refused() throws Exception {
        Labels labels = series("up", "a:1");
        inEveryForm(() -> {
            append(labels, START, 1);
            append(labels, START + 1000, SampleValues.STALE_NAN);
            assertThat(append(labels, START, 1).accepted()).isEqualTo(1);
            assertThat(append(labels, START + 1000, SampleValues.STALE_NAN).accepted())
                    .isEqualTo(1);
            assertThat(append(labels, START, 2).rejected()).isEqualTo(Map.of(RejectReason.DUPLICATE_TIMESTAMP, 1));
            try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
                long other = appender.series(series("down", "a:1"));
                appender.append(other, START, 0, 5);
                appender.append(other, START, 0, 5);
                appender.append(other, START, 0, 6);
                AppendOutcome outcome = appender.commit();
                assertThat(outcome.accepted()).isEqualTo(2);
                assertThat(outcome.rejected()).isEqualTo(Map.of(RejectReason.DUPLICATE_TIMESTAMP, 1));
            }
            assertThat(readAll())
                    .isEqualTo(Map.of(
                            labels,
                            new TreeMap<>(Map.of(START, read(1), START + 1000, read(SampleValues.STALE_NAN))),
                            series("down", "a:1"),
                            new TreeMap<>(Map.of(START, read(5)))));
        });
    }

    @Test
    void a_scrape_that_repeats_old_times_is_no_error() throws Exception {
        Labels labels = series("up", "a:1");
        append(labels, START, 1);
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.SCRAPE)) {
            appender.append(appender.series(labels), START - 2 * WINDOW_MILLIS, 0, 7);
            AppendOutcome outcome = appender.commit();
            assertThat(outcome.accepted()).isZero();
            assertThat(outcome.rejectedCount()).isZero();
        }
    }

    @Test
    void backfill_takes_samples_of_any_age_and_takes_them_twice() throws Exception {
        Labels labels = series("up", "a:1");
        append(labels, START, 1);
        for (int i = 0; i < 2; i++) {
            try (MetricAppender appender = store.appender(TENANT, AppendOptions.BACKFILL)) {
                long ref = appender.series(labels);
                appender.append(ref, START - 5 * WINDOW_MILLIS, 0, 7);
                appender.append(ref, START - 3 * WINDOW_MILLIS, 0, 8);
                AppendOutcome outcome = appender.commit();
                assertThat(outcome.accepted()).isEqualTo(2);
                assertThat(outcome.rejectedCount()).isZero();
            }
        }
        inEveryForm(() -> assertThat(readAll().get(labels))
                .isEqualTo(new TreeMap<>(Map.of(
                        START - 5 * WINDOW_MILLIS, read(7), START - 3 * WINDOW_MILLIS, read(8), START, read(1)))));
    }

    @Test
    void rolled_back_samples_never_were() throws Exception {
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(series("up", "a:1"));
            appender.append(ref, START, 0, 1);
            assertThat(appender.pendingSamples()).isEqualTo(1);
            appender.rollback();
            assertThat(appender.pendingSamples()).isZero();
            assertThat(appender.commit().accepted()).isZero();
            appender.append(ref, START + 1, 0, 2);
            assertThat(appender.commit().accepted()).isEqualTo(1);
        }
        inEveryForm(() -> assertThat(readAll())
                .isEqualTo(Map.of(series("up", "a:1"), new TreeMap<>(Map.of(START + 1, read(2))))));
    }

    @Test
    void histograms_and_start_timestamps_are_kept() throws Exception {
        if (!store.capabilities().hasNativeHistograms()) {
            return;
        }
        NativeHistogram first = histogram(3, ResetHint.RESET);
        NativeHistogram second = histogram(8, ResetHint.UNKNOWN);
        Labels labels = series("latency", "a:1");
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(labels);
            appender.append(ref, START, START - 500, first);
            appender.append(ref, START + 1000, START - 500, second);
            appender.append(ref, START + 2000, 0, NativeHistogram.STALE);
            appender.append(ref, START + 3000, START + 2500, 4.0);
            assertThat(appender.commit().accepted()).isEqualTo(4);
        }
        TreeMap<Long, Read> expected = new TreeMap<>();
        expected.put(START, new Read(0, first, START - 500));
        expected.put(START + 1000, new Read(0, second, START - 500));
        expected.put(START + 2000, new Read(0, NativeHistogram.STALE, 0));
        expected.put(START + 3000, new Read(Double.doubleToRawLongBits(4), null, START + 2500));
        inEveryForm(() -> assertThat(readAll()).isEqualTo(Map.of(labels, expected)));
    }

    private static NativeHistogram histogram(double observed, ResetHint hint) {
        return new NativeHistogram(
                hint,
                3,
                1e-128,
                1,
                observed + 1,
                observed * 2.5,
                new int[] {2, 1, 3, 1},
                new double[] {observed - 1, 1},
                new int[] {0, 1},
                new double[] {0},
                new double[0]);
    }

    @Test
    void the_newest_sample_of_each_series_is_told_alone_too() throws Exception {
        append(series("whole", "a:1"), START, 1);
        append(series("whole", "a:1"), START + 1000, 2);
        append(series("gone", "a:1"), START, 3);
        append(series("stale", "a:1"), START, 4);
        append(series("stale", "a:1"), START + 1000, SampleValues.STALE_NAN);
        append(series("late", "a:1"), START + 2000, 5);
        append(series("late", "a:1"), START + 1500, 6);
        append(series("later", "b:1"), START + 1500, 7);
        inEveryForm(() -> {
            for (long to = START - 1; to <= START + 3000; to += 500) {
                for (long from : new long[] {Long.MIN_VALUE, to - 999, to}) {
                    assertThat(SampleReader.readNewest(store, TENANT, EVERYTHING, from, to))
                            .as("from %d to %d", from, to)
                            .isEqualTo(SampleReader.newest(SampleReader.read(store, TENANT, EVERYTHING, from, to)));
                }
            }
        });
    }

    @Test
    void tenants_do_not_see_each_other() throws Exception {
        Tenant other = new Tenant("other");
        append(series("up", "a:1"), START, 1);
        try (MetricAppender appender = store.appender(other, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(series("up", "b:1")), START, 0, 2);
            appender.commit();
        }
        inEveryForm(() -> {
            assertThat(readAll().keySet()).containsExactly(series("up", "a:1"));
            assertThat(SampleReader.read(store, other, EVERYTHING, START, START).keySet())
                    .containsExactly(series("up", "b:1"));
        });
    }

    @Test
    void the_outcome_tells_how_many_of_the_refused_were_histograms() throws Exception {
        Labels labels = series("mixed", "a:1");
        append(labels, START, 1);
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(labels);
            appender.append(ref, START, 0, 2);
            appender.append(ref, START - WINDOW_MILLIS - 1, 0, 3);
            appender.append(ref, START, 0, NativeHistogram.STALE);
            appender.append(ref, START + 1000, 0, NativeHistogram.STALE);
            appender.append(ref, START + 2000, 0, 4);
            AppendOutcome outcome = appender.commit();
            assertThat(outcome.accepted()).isEqualTo(2);
            assertThat(outcome.rejected())
                    .isEqualTo(Map.of(RejectReason.DUPLICATE_TIMESTAMP, 2, RejectReason.OUT_OF_ORDER, 1));
            assertThat(outcome.rejectedHistograms()).isEqualTo(1);
        }
    }

    @Test
    void exemplars_and_metadata_are_told_while_the_store_is_open() throws Exception {
        Exemplar exemplar = new Exemplar(Labels.of("trace_id", "abc"), 0.5, START);
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(series("latency", "a:1"));
            appender.append(ref, START, 0, 1);
            appender.appendExemplar(ref, exemplar);
            appender.updateMetadata("latency", new MetricMetadata(MetricType.GAUGE, "s", "How long."));
            appender.commit();
        }
        try (MetricQuerier querier = store.querier(TENANT, QueryBudget.unlimited())) {
            assertThat(querier.exemplars(EVERYTHING, TimeRange.ALWAYS))
                    .isEqualTo(Map.of(series("latency", "a:1"), List.of(exemplar)));
            assertThat(querier.metadata()).containsKey("latency");
        }
    }

    @Test
    void one_scrape_may_come_in_shards_in_any_order() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
        List<List<Integer>> shards = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 60; i++) {
            shards.get(random.nextInt(3)).add(i);
        }
        int[] scrape = new int[3];
        while (scrape[0] + scrape[1] + scrape[2] < 3 * 100) {
            int shard = random.nextInt(3);
            if (scrape[shard] == 100) {
                continue;
            }
            long time = START + scrape[shard]++ * 15_000L;
            try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
                for (int i : shards.get(shard)) {
                    Labels labels = series("m", "a:1", "i", Integer.toString(i));
                    double value = random.nextInt(1000);
                    appender.append(appender.series(labels), time, 0, value);
                    expected.computeIfAbsent(labels, key -> new TreeMap<>()).put(time, read(value));
                }
                assertThat(appender.commit().rejectedCount()).isZero();
            }
        }
        inEveryForm(() -> assertThat(readAll()).as("seed %d", SEED).isEqualTo(expected));
    }

    @Test
    void series_of_one_target_may_have_times_of_their_own() throws Exception {
        TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
        for (int step = 0; step < 60; step++) {
            try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
                for (int i = 0; i < 40; i++) {
                    Labels labels = series("m", "a:1", "i", Integer.toString(i));
                    long time = START + step * 15_000L + i * 7;
                    appender.append(appender.series(labels), time, 0, step * i);
                    expected.computeIfAbsent(labels, key -> new TreeMap<>()).put(time, read(step * i));
                }
                appender.commit();
            }
        }
        inEveryForm(() -> assertThat(readAll()).isEqualTo(expected));
    }

    /// Commits, restarts and settles at random, and compares with maps.
    @Test
    void whatever_is_done_the_samples_are_those_that_were_accepted() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
        long now = START;
        for (int round = 0; round < 250; round++) {
            switch (random.nextInt(40)) {
                case 0 -> store = reopen();
                case 1 -> settle();
                default -> {
                    now += random.nextInt(60_000);
                    commitAtRandom(random, now, expected);
                }
            }
            if (random.nextInt(12) == 0) {
                long from = START + random.nextLong(now - START + 1);
                long to = from + random.nextLong(1_000_000);
                assertThat(SampleReader.read(store, TENANT, EVERYTHING, from, to))
                        .as("round %d, range %d to %d, seed %d", round, from, to, SEED)
                        .isEqualTo(cut(expected, from, to));
                assertThat(SampleReader.readNewest(store, TENANT, EVERYTHING, from, to))
                        .as("newest, round %d, range %d to %d, seed %d", round, from, to, SEED)
                        .isEqualTo(SampleReader.newest(cut(expected, from, to)));
            }
        }
        inEveryForm(() -> assertThat(readAll()).as("seed %d", SEED).isEqualTo(expected));
    }

    @Test
    void a_commit_tells_from_which_time_on_it_changed_something() throws Exception {
        ChangeLog changes = store.changes(TENANT).orElseThrow();
        long before = changes.version();
        append(series("m", "a"), START, 1);
        long first = changes.version();
        append(series("m", "a"), START + 60_000, 2);
        long second = changes.version();
        append(series("m", "a"), START + 20_000, 3);
        assertThat(changes.lowestSince(before)).isBetween(START - 1000, START);
        assertThat(changes.lowestSince(first)).isBetween(START + 19_000, START + 20_000);
        assertThat(changes.lowestSince(second)).isBetween(START + 19_000, START + 20_000);
        assertThat(changes.lowestSince(changes.version())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void what_changes_nothing_is_not_told() throws Exception {
        append(series("m", "a"), START, 1);
        ChangeLog changes = store.changes(TENANT).orElseThrow();
        long before = changes.version();
        append(series("m", "a"), START, 2);
        append(series("m", "a"), START - 2 * WINDOW_MILLIS, 2);
        settle();
        assertThat(changes.lowestSince(before)).isEqualTo(Long.MAX_VALUE);
    }

    private void commitAtRandom(SplittableRandom random, long now, TreeMap<Labels, TreeMap<Long, Read>> expected) {
        try (MetricAppender appender = store.appender(TENANT, AppendOptions.ACKNOWLEDGED)) {
            int accepted = 0;
            String instance = "host-" + random.nextInt(3);
            int churn = (int) ((now - START) / 1_000_000);
            for (int i = 0; i < 30; i++) {
                if (random.nextInt(10) == 0) {
                    continue;
                }
                Labels labels = i < 20
                        ? series("m" + i, instance)
                        : series("process", instance, "pid", Integer.toString(i + churn * random.nextInt(1, 3)));
                long time = random.nextInt(30) == 0 ? now - random.nextInt(100_000) : now;
                TreeMap<Long, Read> samples = expected.computeIfAbsent(labels, key -> new TreeMap<>());
                if (samples.containsKey(time)) {
                    continue;
                }
                double value = i % 3 == 0 ? 1 : i % 3 == 1 ? random.nextInt(100) : random.nextDouble();
                appender.append(appender.series(labels), time, 0, value);
                samples.put(time, read(value));
                accepted++;
            }
            assertThat(appender.commit().accepted()).as("seed %d", SEED).isEqualTo(accepted);
        }
        expected.values().removeIf(TreeMap::isEmpty);
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> cut(
            TreeMap<Labels, TreeMap<Long, Read>> all, long from, long to) {
        TreeMap<Labels, TreeMap<Long, Read>> cut = new TreeMap<>();
        all.forEach((labels, samples) -> {
            TreeMap<Long, Read> inRange = new TreeMap<>(samples.subMap(from, true, to, true));
            if (!inRange.isEmpty()) {
                cut.put(labels, inRange);
            }
        });
        return cut;
    }
}
