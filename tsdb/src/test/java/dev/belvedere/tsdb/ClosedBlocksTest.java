package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
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
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.Quarantine;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A start opens the newest blocks only, idle ones are closed, and nobody can tell.
class ClosedBlocksTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final long HOUR = 3_600_000;
    private static final long START = 20_000L * 24 * HOUR;
    private static final int HOURS = 30;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(START);
    private final MemoryMetricStore twin = new MemoryMetricStore();
    private StoreOnDisk opened = open();

    private StoreOnDisk open() {
        TsdbOptions options = TsdbOptions.DEFAULT
                .withBlockSpan(HOUR)
                .withRetention(1000 * HOUR, Long.MAX_VALUE)
                .withHead(HOUR / 2, 1 << 20);
        return StoreOnDisk.open(disk, Path.of("/data"), 2, options, time);
    }

    private void reopen() {
        opened.close();
        opened = open();
    }

    @AfterEach
    void close() {
        opened.close();
    }

    /// One that stays, and one of each hour.
    private static List<Labels> seriesOf(int hour) {
        List<Labels> all = new ArrayList<>();
        for (int host = 0; host < 6; host++) {
            all.add(Labels.of("__name__", "up", "instance", "host-" + host, "job", "node"));
            all.add(Labels.of(
                    "__name__", "pod_" + hour % 3, "instance", "host-" + host, "job", "node", "pod", "p" + hour));
        }
        return all;
    }

    private static AppendOutcome append(MetricStore store, Labels labels, long at, boolean takesAnyAge) {
        AppendOptions options = takesAnyAge ? AppendOptions.BACKFILL : AppendOptions.ACKNOWLEDGED;
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, options)) {
            appender.append(appender.series(labels), at, MetricAppender.NO_START, at % 9973);
            return appender.commit();
        }
    }

    private void fill() {
        for (int hour = 0; hour < HOURS; hour++) {
            for (long at = START + hour * HOUR; at < START + (hour + 1) * HOUR; at += 600_000) {
                for (Labels labels : seriesOf(hour)) {
                    append(opened.store(), labels, at, false);
                    append(twin, labels, at, false);
                }
                time.advance(Duration.ofMinutes(10));
            }
            opened.store().maintain();
        }
        opened.store().flush();
    }

    private long closed() {
        long count = 0;
        for (Partition partition : opened.store().partitions()) {
            synchronized (partition) {
                count += partition.tenantsLocked().stream()
                        .flatMap(share -> share.blocks().stream())
                        .filter(block -> !block.isOpen())
                        .count();
            }
        }
        return count;
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(MetricStore store, long fromMillis, long toMillis) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, fromMillis, toMillis);
    }

    private static List<String> pods(MetricStore store, TimeRange range) {
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            List<String> pods = new ArrayList<>(querier.labelValues("pod", List.of(), range, 0));
            querier.series(EVERYTHING, range, 0).forEach(labels -> pods.add(labels.toString()));
            return pods;
        }
    }

    @Test
    void a_start_opens_the_blocks_of_the_last_span_and_background_work_none() {
        fill();
        reopen();
        assertThat(closed()).isBetween(2L * (HOURS - 3), 2L * (HOURS - 1));
        long before = closed();
        opened.store().maintain();
        assertThat(closed()).isEqualTo(before);
        assertThat(read(opened.store(), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(read(twin, Long.MIN_VALUE, Long.MAX_VALUE));
        assertThat(closed()).isZero();
    }

    @Test
    void blocks_that_nobody_asks_for_are_closed_and_their_series_forgotten() {
        fill();
        read(opened.store(), Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(opened.store()
                        .statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited())
                        .seriesCount())
                .isEqualTo(6L * (HOURS + 1));
        idle(4);
        assertThat(closed()).isBetween(2L * (HOURS - 3), 2L * (HOURS - 1));
        assertThat(opened.store()
                        .statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited())
                        .seriesCount())
                .isLessThan(6 * 4L);
        long from = START + 5 * HOUR;
        assertThat(read(opened.store(), from, from + HOUR)).isEqualTo(read(twin, from, from + HOUR));
        assertThat(read(opened.store(), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(read(twin, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private void idle(int rounds) {
        for (int round = 0; round < rounds; round++) {
            time.advance(Duration.ofMillis(MetricAppender.REF_LIFETIME_MILLIS));
            opened.store().maintain();
        }
    }

    @Test
    void a_query_opens_the_blocks_of_its_time_only() {
        fill();
        reopen();
        long before = closed();
        long from = START + 5 * HOUR;
        assertThat(read(opened.store(), from, from + HOUR)).isEqualTo(read(twin, from, from + HOUR));
        assertThat(closed()).isBetween(before - 2 * 7, before - 2);
    }

    @Test
    void nobody_can_tell_which_blocks_are_open() {
        fill();
        for (int round = 0; round < 12; round++) {
            if (random.nextBoolean()) {
                reopen();
            } else {
                idle(3);
            }
            for (int step = 0; step < 8; step++) {
                long at = START + random.nextLong(HOURS * HOUR);
                long to = at + random.nextLong(6 * HOUR);
                String what = "round " + round + ", step " + step + ", seed " + SEED;
                Labels labels = seriesOf(random.nextInt(HOURS)).get(random.nextInt(12));
                switch (random.nextInt(5)) {
                    case 0 ->
                        assertThat(append(opened.store(), labels, at, true))
                                .as(what)
                                .isEqualTo(append(twin, labels, at, true));
                    case 1 ->
                        // The samples that are there came at these times, with these values.
                        assertThat(append(opened.store(), labels, at / 600_000 * 600_000, true))
                                .as(what)
                                .isEqualTo(append(twin, labels, at / 600_000 * 600_000, true));
                    case 2 -> {
                        TimeRange range = new TimeRange(at, to);
                        // The store goes by chunks: what had samples before or behind may be in the answer.
                        assertThat(pods(opened.store(), range)).as(what).containsAll(pods(twin, range));
                    }
                    case 3 -> opened.store().flush();
                    default -> assertThat(read(opened.store(), at, to)).as(what).isEqualTo(read(twin, at, to));
                }
            }
        }
        assertThat(read(opened.store(), Long.MIN_VALUE, Long.MAX_VALUE))
                .as("seed %d", SEED)
                .isEqualTo(read(twin, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Test
    void a_sample_too_old_for_its_series_is_refused_although_the_newer_ones_are_in_no_open_block() {
        fill();
        reopen();
        Labels ended = seriesOf(5).get(1);
        assertThat(append(opened.store(), ended, START + 3 * HOUR, false).rejected())
                .isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
        assertThat(append(opened.store(), ended, START + 7 * HOUR, false).accepted())
                .isEqualTo(1);
    }

    @Test
    void a_damaged_block_that_is_opened_late_is_told_of_and_put_aside() throws IOException {
        fill();
        SegmentRecord oldest =
                opened.catalog().state().segments(TsdbEnvironment.TOPIC).getFirst();
        try (DiskFile file = disk.open(Path.of("/data/segments").resolve(oldest.key()))) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), file.size() - 40);
        }
        reopen();
        assertThat(read(opened.store(), START + 20 * HOUR, Long.MAX_VALUE))
                .isEqualTo(read(twin, START + 20 * HOUR, Long.MAX_VALUE));
        assertThat(warnings(oldest)).hasSize(1);
        opened.store().maintain();
        assertThat(warnings(oldest)).hasSize(1);
        assertThat(opened.catalog().state().contains(oldest.key())).isFalse();
        assertThat(opened.catalog().state().contains(Quarantine.PREFIX + oldest.key()))
                .isTrue();
    }

    private List<String> warnings(SegmentRecord of) {
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            querier.series(EVERYTHING, new TimeRange(of.minMillis(), of.maxMillis()), 0);
            return querier.warnings();
        }
    }

    @Test
    void blocks_with_series_that_are_not_at_home_are_opened_at_once_so_that_these_are_found() {
        List<Labels> away = new ArrayList<>();
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < SeriesPlacement.HOME_SERIES + 40; i++) {
                Labels labels = Labels.of("__name__", "m", "instance", "a", "job", "ksm", "pod", "p" + i);
                appender.append(appender.series(labels), START, MetricAppender.NO_START, 1);
                if (i >= SeriesPlacement.HOME_SERIES) {
                    away.add(labels);
                }
            }
            appender.commit();
        }
        opened.store().flush();
        time.advance(Duration.ofHours(20));
        append(opened.store(), seriesOf(0).getFirst(), START + 20 * HOUR, false);
        opened.store().flush();
        reopen();
        assertThat(closed()).isEqualTo(1);
        away.forEach(labels -> append(opened.store(), labels, START + 20 * HOUR, false));
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.series(EVERYTHING, TimeRange.ALWAYS, 0))
                    .doesNotHaveDuplicates()
                    .hasSize(SeriesPlacement.HOME_SERIES + 41);
        }
    }
}
