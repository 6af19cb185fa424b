package dev.belvedere.tsdb.maintenance;

import static dev.belvedere.tsdb.StoreInMemory.EVERYTHING;
import static dev.belvedere.tsdb.StoreInMemory.append;
import static dev.belvedere.tsdb.StoreInMemory.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.MetricAdmin.Statistics;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.StoreInMemory;
import dev.belvedere.tsdb.StoreOnDisk;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What happens in the background, and to whom a limit applies.
class MaintenanceTest {

    private static final long HOUR = 3_600_000;

    /// The beginning of a span of a day.
    private static final long START = 20_000L * 24 * HOUR;

    private final ManualTime time = new ManualTime(START);

    @RegisterExtension
    private final StoreInMemory on = new StoreInMemory(time);

    private static Labels series(String name, int host) {
        return Labels.of("__name__", name, "job", "node", "instance", "host-" + host);
    }

    private static List<SegmentRecord> blocks(StoreOnDisk opened) {
        return opened.catalog().state().segments("metrics").stream()
                .filter(r -> r.kind().equals("block"))
                .toList();
    }

    @Test
    void the_head_becomes_a_block_when_it_is_old_enough_and_the_log_is_let_go() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(HOUR, 1 << 30));
        append(opened.store(), series("up", 0), START, 1);
        opened.store().maintain();
        assertThat(blocks(opened)).isEmpty();
        time.advance(Duration.ofMillis(HOUR));
        opened.store().maintain();
        assertThat(blocks(opened)).hasSize(1);
        SegmentRecord block = blocks(opened).getFirst();
        assertThat(block.startOffset()).isZero();
        assertThat(block.endOffset()).isEqualTo(1);
        assertThat(opened.catalog().state().checkpoint("metrics", block.partition()))
                .isEqualTo(1);
        assertThat(read(opened.store())).hasSize(1);
    }

    @Test
    void the_head_becomes_a_block_when_it_has_enough_bytes_for_each_series() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(100 * HOUR, 1));
        int rows = 0;
        while (blocks(opened).isEmpty() && rows < 200) {
            append(opened.store(), series("up", 0), START + 15_000L * rows, Math.sin(rows));
            opened.store().maintain();
            rows++;
        }
        assertThat(rows).isBetween(17, 100);
    }

    @Test
    void the_head_stays_in_memory_while_it_is_small() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(100 * HOUR, 1 << 20));
        for (int row = 0; row < 200; row++) {
            append(opened.store(), series("up", 0), START + 15_000L * row, Math.sin(row));
        }
        opened.store().maintain();
        assertThat(blocks(opened)).isEmpty();
    }

    @Test
    void a_block_holds_one_span_only_and_four_of_a_span_become_one() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(1, 1 << 30).withBlockSpan(4 * HOUR));
        TreeMap<Long, Read> expected = new TreeMap<>();
        for (int i = 0; i < 16; i++) {
            long at = START + i * HOUR + HOUR / 2;
            append(opened.store(), series("up", 0), at, i);
            expected.put(at, new Read(Double.doubleToRawLongBits(i), null, 0));
            time.advance(Duration.ofMillis(HOUR));
            opened.store().maintain();
            time.advance(Duration.ofMillis(1));
            opened.store().maintain();
        }
        assertThat(read(opened.store())).isEqualTo(Map.of(series("up", 0), expected));
        assertThat(blocks(opened)).hasSize(4).allSatisfy(block -> {
            assertThat(block.minMillis() / (4 * HOUR)).isEqualTo(block.maxMillis() / (4 * HOUR));
            assertThat(block.level()).isPositive();
        });
        assertThat(opened.segments().list("metrics/")).hasSize(4);
    }

    @Test
    void a_backfill_is_not_rewritten_with_each_head_that_brings_little_of_it() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(HOUR, 1 << 30));
        long day = START - 5 * 24 * HOUR;
        assertThat(levelsAfter(opened, day, 500)).containsExactly(0);
        assertThat(levelsAfter(opened, day + 2 * HOUR, 500)).containsExactly(1);
        assertThat(levelsAfter(opened, day + 4 * HOUR, 1)).containsExactlyInAnyOrder(1, 0);
        time.advance(Duration.ofMillis(HOUR));
        opened.store().maintain();
        assertThat(blocks(opened)).hasSize(1);
        assertThat(read(opened.store()).firstEntry().getValue()).hasSize(1001);
    }

    /// The levels of all blocks once a head with samples of a second each has become one.
    private List<Integer> levelsAfter(StoreOnDisk opened, long fromMillis, int samples) {
        for (int i = 0; i < samples; i++) {
            append(opened.store(), series("up", 0), fromMillis + i * 1000L, Math.sin(i));
        }
        opened.store().maintain();
        time.advance(Duration.ofMillis(HOUR));
        opened.store().maintain();
        return blocks(opened).stream().map(SegmentRecord::level).toList();
    }

    @Test
    void what_is_older_than_the_retention_goes_but_not_because_a_clock_jumps() {
        TsdbOptions options =
                TsdbOptions.DEFAULT.withRetention(48 * HOUR, Long.MAX_VALUE).withBlockSpan(HOUR);
        StoreOnDisk opened = on.open(options);
        append(opened.store(), series("up", 0), START, 1);
        opened.store().flush();
        time.jumpTo(START + 10_000 * HOUR);
        opened.store().maintain();
        assertThat(blocks(opened)).as("after a jump of the clock").hasSize(1);
        time.jumpTo(START);
        time.advance(Duration.ofHours(49));
        append(opened.store(), series("up", 0), START + 49 * HOUR, 2);
        opened.store().flush();
        opened.store().maintain();
        assertThat(blocks(opened)).hasSize(1);
        assertThat(read(opened.store()).firstEntry().getValue()).containsOnlyKeys(START + 49 * HOUR);
        assertThat(append(opened.store(), series("up", 0), START, 3).rejected())
                .isEqualTo(Map.of(RejectReason.TOO_OLD, 1));
        assertThat(opened.segments().list("metrics/")).hasSize(1);
    }

    @Test
    void the_oldest_blocks_go_when_all_are_too_large() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withBlockSpan(HOUR));
        for (int i = 0; i < 5; i++) {
            append(opened.store(), series("up", 0), START + i * HOUR, i);
        }
        opened.store().flush();
        long size = blocks(opened).stream().mapToLong(SegmentRecord::sizeBytes).sum();
        long logSize = opened.log().sizeBytes();
        assertThat(logSize).isPositive();
        StoreOnDisk reopened =
                on.open(TsdbOptions.DEFAULT.withBlockSpan(HOUR).withRetention(1000 * HOUR, logSize + size / 2));
        reopened.store().maintain();
        assertThat(read(reopened.store()).firstEntry().getValue()).containsOnlyKeys(START + 3 * HOUR, START + 4 * HOUR);
    }

    @Test
    void a_reader_keeps_its_blocks_while_compaction_and_retention_replace_them() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT);
        append(opened.store(), series("up", 0), START, 1);
        opened.store().flush();
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            List<SeriesCursor> cursors =
                    querier.select(SelectRequest.samples(EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE));
            append(opened.store(), series("up", 0), START + 1000, 2);
            opened.store().flush();
            assertThat(opened.segments().list("metrics/")).hasSize(2);
            assertThat(cursors.getFirst().next()).isTrue();
            SampleColumn column = new SampleColumn();
            cursors.getFirst().group().read(0, column);
            assertThat(column.values()[0]).isEqualTo(1);
        }
        assertThat(opened.segments().list("metrics/")).hasSize(1);
    }

    @Test
    void deleted_samples_are_hidden_at_once_and_gone_after_compaction() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT);
        for (int i = 0; i < 5; i++) {
            append(opened.store(), series("a", 0), START + i * 1000L, i);
            append(opened.store(), series("b", 0), START + i * 1000L, i);
        }
        List<LabelMatcher> a = List.of(LabelMatcher.equal("__name__", "a"));
        opened.store().deleteSeries(Tenant.DEFAULT, a, new TimeRange(START + 1000, START + 2000));
        assertThat(read(opened.store()).get(series("a", 0))).containsOnlyKeys(START, START + 3000, START + 4000);
        StoreOnDisk reopened = on.open(TsdbOptions.DEFAULT);
        assertThat(read(reopened.store()).get(series("a", 0))).containsOnlyKeys(START, START + 3000, START + 4000);
        reopened.store().deleteSeries(Tenant.DEFAULT, a, TimeRange.ALWAYS);
        assertThat(read(reopened.store())).containsOnlyKeys(series("b", 0));
        try (MetricQuerier querier = reopened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.labelValues("__name__", List.of(), TimeRange.ALWAYS, 0))
                    .containsExactly("b");
        }
        append(reopened.store(), series("a", 0), START + 9000, 9);
        assertThat(read(reopened.store()).get(series("a", 0))).containsOnlyKeys(START + 9000);
        reopened.store().flush();
        assertThat(read(reopened.store()).get(series("a", 0))).containsOnlyKeys(START + 9000);
        assertThat(read(reopened.store()).get(series("b", 0))).hasSize(5);
        assertThat(reopened.catalog().state().segments("metrics"))
                .as("no tombstone left")
                .noneMatch(r -> r.kind().equals("tombstone"));
    }

    @Test
    void deletion_and_retention_tell_from_which_time_on_they_changed_something() {
        StoreOnDisk opened = on.open(
                TsdbOptions.DEFAULT.withRetention(48 * HOUR, Long.MAX_VALUE).withBlockSpan(HOUR));
        append(opened.store(), series("up", 0), START, 1);
        append(opened.store(), series("up", 0), START + 40 * HOUR, 2);
        ChangeLog changes = opened.store().changes(Tenant.DEFAULT).orElseThrow();
        long version = changes.version();
        opened.store().deleteSeries(Tenant.DEFAULT, EVERYTHING, new TimeRange(START + 40 * HOUR, START + 50 * HOUR));
        assertThat(changes.lowestSince(version)).isEqualTo(START + 40 * HOUR);
        time.advance(Duration.ofHours(60));
        append(opened.store(), series("up", 0), START + 60 * HOUR, 3);
        opened.store().flush();
        version = changes.version();
        opened.store().maintain();
        assertThat(changes.lowestSince(version)).isEqualTo(START);
    }

    @Test
    void samples_far_ahead_of_the_clock_are_refused() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withWindows(HOUR, 600_000));
        assertThat(append(opened.store(), series("up", 0), START + 600_001, 1).rejected())
                .isEqualTo(Map.of(RejectReason.TOO_FAR_AHEAD, 1));
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(77L, START, 0, 1);
            appender.append(-5L, START, 0, 1);
            assertThat(appender.commit().rejected()).isEqualTo(Map.of(RejectReason.UNKNOWN_REF, 2));
        }
    }

    @Test
    void statistics_count_series_by_metric_and_label() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT);
        for (int i = 0; i < 4; i++) {
            append(opened.store(), series("up", i), START + i, 1);
        }
        append(opened.store(), series("down", 0), START, 1);
        opened.store().flush();
        Statistics statistics = opened.store().statistics(Tenant.DEFAULT, 2, QueryBudget.unlimited());
        assertThat(statistics.seriesCount()).isEqualTo(5);
        assertThat(statistics.seriesByMetricName()).containsExactly(Map.entry("up", 4L), Map.entry("down", 1L));
        assertThat(statistics.valuesByLabelName())
                .containsExactly(Map.entry("instance", 4L), Map.entry("__name__", 2L));
        assertThat(statistics.minMillis()).isEqualTo(START);
        assertThat(statistics.maxMillis()).isEqualTo(START + 3);
        assertThat(statistics.labelPairCount()).isEqualTo(7);
    }

    @Test
    void statistics_tell_what_runs_the_head_has_and_since_when() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT);
        append(opened.store(), series("up", 0), START + 1000, 1);
        append(opened.store(), series("up", 1), START, 1);
        append(opened.store(), series("up", 1), START + 2000, 1);
        Statistics statistics = opened.store().statistics(Tenant.DEFAULT, 2, QueryBudget.unlimited());
        assertThat(statistics.chunkCount()).isEqualTo(2);
        assertThat(statistics.minMillis()).isEqualTo(START);
        assertThat(statistics.maxMillis()).isEqualTo(START + 2000);

        append(opened.store(), series("up", 0), START - 5000, 1);
        statistics = opened.store().statistics(Tenant.DEFAULT, 2, QueryBudget.unlimited());
        assertThat(statistics.chunkCount()).isEqualTo(3);
        assertThat(statistics.minMillis()).isEqualTo(START - 5000);

        opened.store().flush();
        statistics = opened.store().statistics(Tenant.DEFAULT, 2, QueryBudget.unlimited());
        assertThat(statistics.chunkCount()).isZero();
        assertThat(statistics.minMillis()).isEqualTo(START - 5000);
    }

    @Test
    void writers_readers_and_background_work_do_not_disturb_each_other() throws InterruptedException {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withHead(1, 1));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int host = t;
            threads.add(new Thread(() -> write(opened.store(), host)));
        }
        threads.add(new Thread(() -> readAndMaintain(opened.store())));
        for (Thread thread : threads) {
            thread.setUncaughtExceptionHandler((which, e) -> failure.set(e));
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        opened.store().flush();
        TreeMap<Labels, TreeMap<Long, Read>> all = read(opened.store());
        assertThat(all).hasSize(90);
        assertThat(all.values()).allSatisfy(samples -> assertThat(samples).hasSize(60));
    }

    private static void write(TsdbStore store, int host) {
        for (int step = 0; step < 60; step++) {
            try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                for (int i = 0; i < 30; i++) {
                    appender.append(appender.series(series("m" + i, host)), START + step * 1000L, 0, step);
                }
                assertThat(appender.commit().accepted()).isEqualTo(30);
            }
        }
    }

    private static void readAndMaintain(TsdbStore store) {
        int before = 0;
        for (int round = 0; round < 40; round++) {
            store.maintain();
            int count = read(store).values().stream().mapToInt(TreeMap::size).sum();
            assertThat(count).isGreaterThanOrEqualTo(before);
            before = count;
        }
    }
}
