package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The traps of keeping samples by target: each shape has to stay cheap and come back whole.
class TargetShapesTest {

    private static final long START = 1_790_000_000_000L;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final MemoryDisk disk = new MemoryDisk();

    private StoreOnDisk open() {
        return StoreOnDisk.open(disk, Path.of("/data"), 4, TsdbOptions.DEFAULT, new ManualTime(START + 3_600_000));
    }

    private static Labels series(int number) {
        return Labels.of("__name__", "m", "job", "j", "instance", "i", "n", Integer.toString(number));
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(TsdbStore store) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static void append(TsdbStore store, int from, int to, long timestampMillis) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            for (int i = from; i < to; i++) {
                appender.append(appender.series(series(i)), timestampMillis, 0, i);
            }
            assertThat(appender.commit().accepted()).isEqualTo(to - from);
        }
    }

    private static int chunksInBlocks(StoreOnDisk opened) {
        int chunks = 0;
        for (Partition partition : opened.store().partitions()) {
            synchronized (partition) {
                for (Block block : partition.tenantLocked(Tenant.DEFAULT).blocks()) {
                    chunks += block.chunks().values().stream()
                            .mapToInt(List::size)
                            .sum();
                }
            }
        }
        return chunks;
    }

    @Test
    void the_rest_of_a_row_that_a_flush_cut_through_is_one_row_after_a_restart() {
        StoreOnDisk before = open();
        append(before.store(), 0, 60, START);
        append(before.store(), 0, 20, START + 15_000);
        before.store().flush();
        append(before.store(), 20, 60, START + 15_000);
        append(before.store(), 0, 60, START + 30_000);
        before.close();
        StoreOnDisk after = open();
        for (Partition partition : after.store().partitions()) {
            synchronized (partition) {
                Head head = partition.tenantLocked(Tenant.DEFAULT).head();
                for (int series = 0; series < head.index().seriesCount(); series++) {
                    assertThat(head.hasLate(series, Long.MIN_VALUE, Long.MAX_VALUE))
                            .as("series %d is late", series)
                            .isFalse();
                }
            }
        }
        assertThat(read(after.store()).values())
                .hasSize(60)
                .allSatisfy(samples -> assertThat(samples).hasSize(3));
        after.close();
    }

    private static double gauge(StoreOnDisk opened, String name) {
        return opened.metrics().collect().stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow()
                .points()
                .getFirst()
                .value();
    }

    @Test
    void a_giant_target_spreads_over_the_partitions_and_its_series_stay_where_they_are() {
        int count = SeriesPlacement.HOME_SERIES + 9000;
        StoreOnDisk opened = open();
        append(opened.store(), 0, count, START);
        append(opened.store(), 0, count, START + 15_000);
        int partitions = 0;
        for (Partition partition : opened.store().partitions()) {
            synchronized (partition) {
                int series = partition.tenantLocked(Tenant.DEFAULT).index().seriesCount();
                partitions += series > 1000 ? 1 : 0;
                assertThat(series).isLessThanOrEqualTo(SeriesPlacement.HOME_SERIES + 3500);
            }
        }
        assertThat(partitions).isEqualTo(4);
        opened.close();
        StoreOnDisk reopened = open();
        append(reopened.store(), 0, count, START + 30_000);
        TreeMap<Labels, TreeMap<Long, Read>> all = read(reopened.store());
        assertThat(all).hasSize(count);
        assertThat(all.values()).allSatisfy(samples -> assertThat(samples).hasSize(3));
        reopened.close();
    }

    @Test
    void series_with_times_of_their_own_cost_no_more_than_single_ones() {
        StoreOnDisk opened = open();
        int count = 500;
        for (int step = 0; step < 60; step++) {
            try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
                for (int i = 0; i < count; i++) {
                    appender.append(appender.series(series(i)), START + step * 60_000L + i * 13L, 0, step);
                }
                appender.commit();
            }
        }
        assertThat(gauge(opened, "belvedere_tsdb_head_bytes") / count).isLessThan(1500);
        opened.store().flush();
        assertThat(gauge(opened, "belvedere_tsdb_block_bytes") / (count * 60)).isLessThan(2.5);
        assertThat(read(opened.store())).hasSize(count);
        opened.close();
    }

    @Test
    void series_that_come_and_go_leave_no_holes_that_cost() {
        StoreOnDisk opened = open();
        int living = 100;
        int steps = 400;
        for (int step = 0; step < steps; step++) {
            append(opened.store(), step, step + living, START + step * 15_000L);
        }
        double samples = (double) living * steps;
        assertThat(gauge(opened, "belvedere_tsdb_head_bytes") / samples).isLessThan(8);
        opened.store().flush();
        assertThat(gauge(opened, "belvedere_tsdb_block_bytes") / samples).isLessThan(1.0);
        TreeMap<Labels, TreeMap<Long, Read>> all = read(opened.store());
        assertThat(all).hasSize(living + steps - 1);
        assertThat(all.values().stream().mapToInt(TreeMap::size).sum()).isEqualTo((int) samples);
        opened.close();
    }

    @Test
    void a_shard_that_lags_far_behind_costs_little() {
        StoreOnDisk opened = open();
        for (int step = 0; step < 200; step++) {
            append(opened.store(), 0, 50, START + step * 15_000L);
            if (step >= 100) {
                append(opened.store(), 50, 100, START + (step - 100) * 15_000L);
            }
        }
        for (int step = 100; step < 200; step++) {
            append(opened.store(), 50, 100, START + step * 15_000L);
        }
        double samples = 100 * 200;
        assertThat(gauge(opened, "belvedere_tsdb_head_bytes") / samples).isLessThan(4);
        opened.store().flush();
        assertThat(read(opened.store()).values())
                .hasSize(100)
                .allSatisfy(s -> assertThat(s).hasSize(200));
        opened.close();
    }

    @Test
    void a_flush_makes_one_chunk_of_what_a_head_holds_of_a_target() {
        ManualTime time = new ManualTime(START + 3_600_000);
        StoreOnDisk opened =
                StoreOnDisk.open(disk, Path.of("/data"), 4, TsdbOptions.DEFAULT.withHead(1, 1 << 30), time);
        for (int step = 0; step < 100; step++) {
            append(opened.store(), 0, 60, START + step * 15_000L);
        }
        opened.store().maintain();
        time.advance(Duration.ofMinutes(1));
        opened.store().maintain();
        assertThat(chunksInBlocks(opened)).isEqualTo(1);
        assertThat(read(opened.store()).values())
                .hasSize(60)
                .allSatisfy(samples -> assertThat(samples).hasSize(100));
        opened.close();
    }

    @Test
    void rows_that_a_flush_cut_through_and_late_ones_are_made_whole_by_compaction() {
        StoreOnDisk opened = open();
        append(opened.store(), 0, 60, START);
        append(opened.store(), 0, 20, START + 15_000);
        opened.store().flush();
        append(opened.store(), 20, 60, START + 15_000);
        append(opened.store(), 0, 60, START + 45_000);
        append(opened.store(), 0, 60, START + 30_000);
        opened.store().flush();
        assertThat(read(opened.store()).values())
                .hasSize(60)
                .allSatisfy(samples -> assertThat(samples).hasSize(4));
        assertThat(chunksInBlocks(opened)).isEqualTo(1);
        opened.close();
    }

    @Test
    void series_that_belong_to_no_target_are_kept_like_any_other() {
        StoreOnDisk opened = open();
        for (int step = 0; step < 50; step++) {
            try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                for (int i = 0; i < 20; i++) {
                    Labels labels = Labels.of("__name__", "rule:" + i, "team", "t" + i % 3);
                    appender.append(appender.series(labels), START + step * 30_000L, 0, i);
                }
                appender.commit();
            }
        }
        opened.store().flush();
        assertThat(read(opened.store())).hasSize(20);
        opened.close();
    }

    @Test
    void a_scrape_that_comes_in_shards_fills_its_rows_in_any_order() {
        StoreOnDisk opened = open();
        long seed = Long.getLong("seed", System.nanoTime());
        List<long[]> parts = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            for (int shard = 0; shard < 5; shard++) {
                parts.add(new long[] {row, shard});
            }
        }
        // Connections lag behind each other by a few scrapes; each series' own samples stay in order.
        Random random = new Random(seed);
        long[] lag = random.longs(5, 0, 6).toArray();
        parts.sort(Comparator.comparingLong(part -> part[0] + lag[(int) part[1]]));
        for (long[] part : parts) {
            append(opened.store(), (int) part[1] * 20, (int) part[1] * 20 + 20, START + part[0] * 15_000);
        }
        assertThat(read(opened.store()))
                .as("seed %d", seed)
                .hasSize(100)
                .allSatisfy((labels, samples) ->
                        assertThat(samples.keySet()).hasSize(40).first().isEqualTo(START));
        opened.store().flush();
        assertThat(read(opened.store()))
                .hasSize(100)
                .allSatisfy((labels, samples) -> assertThat(samples).hasSize(40));
        opened.close();
    }

    @Test
    void a_counter_that_is_created_between_two_scrapes_keeps_when_it_began() {
        StoreOnDisk opened = open();
        Labels late = series(1);
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int row = 0; row < 20; row++) {
                long at = START + row * 15_000L;
                appender.append(appender.series(series(0)), at, 0, row);
                if (row >= 10) {
                    appender.append(appender.series(late), at, START + 10 * 15_000L - 4_000, row);
                }
                assertThat(appender.commit().rejectedCount()).isZero();
            }
        }
        for (int round = 0; round < 2; round++) {
            TreeMap<Labels, TreeMap<Long, Read>> all = read(opened.store());
            assertThat(all.get(late))
                    .hasSize(10)
                    .allSatisfy(
                            (at, sample) -> assertThat(sample.startMillis()).isEqualTo(START + 10 * 15_000L - 4_000));
            assertThat(all.get(series(0)))
                    .hasSize(20)
                    .allSatisfy((at, sample) -> assertThat(sample.startMillis()).isZero());
            opened.store().flush();
        }
        opened.close();
    }
}
