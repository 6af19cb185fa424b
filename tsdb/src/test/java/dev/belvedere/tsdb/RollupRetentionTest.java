package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.RollupBlocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where rules keep samples of series for different times and windows of all are kept beside them, each series is
/// answered from its samples as long as it has them.
class RollupRetentionTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long SPAN = 6 * HOUR;
    private static final long START = 20_000L * 24 * HOUR;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final ManualTime time = new ManualTime(START);
    private final MemoryMetricStore twin = new MemoryMetricStore();

    @RegisterExtension
    private final StoreInMemory on = new StoreInMemory(time);

    private @Nullable StoreOnDisk opened;

    private TsdbStore open(long keepMillis, List<Retention.Rule> rules, Retention.Rollup... rollups) {
        Retention retention = new Retention(keepMillis, Long.MAX_VALUE, rules, List.of(rollups));
        TsdbOptions options = TsdbOptions.DEFAULT
                .withBlockSpan(SPAN)
                .withHead(MINUTE, 1 << 20)
                .withRetention(retention);
        opened = on.open(options);
        return opened.store();
    }

    private static Retention.Rule rule(String name, long keepMillis) {
        return new Retention.Rule(List.of(LabelMatcher.equal("__name__", name)), keepMillis);
    }

    private static Labels series(String name, String job) {
        return Labels.of("__name__", name, "instance", "a", "job", job);
    }

    private void append(TsdbStore store, Labels labels, long at, double value) {
        for (MetricStore each : List.of(store, twin)) {
            try (MetricAppender appender = each.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                appender.append(appender.series(labels), at, MetricAppender.NO_START, value);
                assertThat(appender.commit().accepted()).isEqualTo(1);
            }
        }
    }

    /// Samples of some metrics of two jobs every so often, over some hours.
    private void fill(TsdbStore store, List<String> names, long everyMillis, int hours) {
        for (long at = START; at <= START + hours * HOUR; at += everyMillis) {
            for (String name : names) {
                append(store, series(name, "x"), at, at % 7919);
                append(store, series(name, "y"), at + 11, at % 104_729);
            }
            time.advance(Duration.ofMillis(everyMillis));
        }
        settle(store);
    }

    /// Time goes on, and so do samples.
    private void tick(TsdbStore store, long byMillis) {
        for (long left = byMillis; left > 0; left -= SPAN) {
            time.advance(Duration.ofMillis(Math.min(left, SPAN)));
            append(store, series("tick", "x"), time.currentMillis(), 1);
            settle(store);
        }
    }

    private static void settle(TsdbStore store) {
        store.flush();
        store.maintain();
        store.maintain();
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(MetricStore store, TimeRange range) {
        return SampleReader.read(
                store, Tenant.DEFAULT, StoreInMemory.EVERYTHING, range.startMillis(), range.endMillis());
    }

    @Test
    void series_that_no_rule_matches_are_read_from_their_samples_where_a_rule_removed_others() {
        TsdbStore store =
                open(100 * HOUR, List.of(rule("short", 2 * HOUR)), new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR));
        fill(store, List.of("up", "short"), 30_000, 13);
        tick(store, 24 * HOUR);
        TimeRange range = new TimeRange(START, START + 13 * HOUR);
        TreeMap<Labels, TreeMap<Long, Read>> expected = read(twin, range);
        expected.keySet().removeIf(labels -> labels.metricName().equals("short"));
        assertThat(read(store, range)).isEqualTo(expected);
    }

    @Test
    void series_whose_samples_went_are_read_from_windows_beside_those_that_a_rule_keeps() {
        TsdbStore store = open(
                20 * HOUR, List.of(rule("audit", 500 * HOUR)), new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR));
        fill(store, List.of("up", "audit"), 30_000, 13);
        tick(store, 60 * HOUR);
        TimeRange range = new TimeRange(START, START + 13 * HOUR);
        TreeMap<Labels, TreeMap<Long, Read>> found = read(store, range);
        assertThat(found.get(series("audit", "x"))).isEqualTo(read(twin, range).get(series("audit", "x")));
        assertThat(found.get(series("up", "x"))).hasSize(13 * 12 + 1);
        assertThat(found.get(series("up", "y"))).hasSize(13 * 12);
    }

    @Test
    void samples_that_were_past_their_retention_at_the_start_leave_their_windows() {
        Retention.Rollup rollup = new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR);
        List<Retention.Rule> rules = List.of(rule("audit", 500 * HOUR), rule("short", 2 * HOUR));
        TsdbStore before = open(20 * HOUR, rules, rollup);
        for (long at = START; at <= START + 13 * HOUR; at += 30_000) {
            append(before, series("up", "x"), at, at % 7919);
            append(before, series("audit", "x"), at, at % 7919);
            append(before, series("short", "x"), at, at % 7919);
        }
        time.advance(Duration.ofHours(60));
        TsdbStore store = open(20 * HOUR, rules, rollup);
        tick(store, 2 * SPAN);
        TreeMap<Labels, TreeMap<Long, Read>> found = read(store, new TimeRange(START, START + 13 * HOUR));
        assertThat(found.get(series("up", "x"))).hasSize(13 * 12 + 1);
        assertThat(found.get(series("audit", "x"))).hasSize(13 * 120 + 1);
        assertThat(found).doesNotContainKey(series("short", "x"));
        long whole = Objects.requireNonNull(opened).catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                .filter(record -> record.kind().equals(BlockNames.BLOCK))
                .filter(record -> record.maxMillis() <= START + 13 * HOUR)
                .filter(record -> !record.properties().containsKey(RollupBlocks.THINNED))
                .count();
        assertThat(whole).as("blocks whose samples of `up` stayed").isZero();
    }

    @Test
    void a_longer_rule_finds_the_windows_of_what_the_shorter_one_removed() {
        Retention.Rollup rollup = new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR);
        fill(open(20 * HOUR, List.of(rule("audit", 500 * HOUR)), rollup), List.of("up", "audit"), 30_000, 13);
        tick(open(20 * HOUR, List.of(rule("audit", 500 * HOUR)), rollup), 60 * HOUR);
        TsdbStore store = open(900 * HOUR, List.of(rule("audit", 500 * HOUR)), rollup);
        TreeMap<Labels, TreeMap<Long, Read>> found = read(store, new TimeRange(START, START + 13 * HOUR));
        assertThat(found.get(series("up", "x"))).hasSize(13 * 12 + 1);
        assertThat(found.get(series("audit", "x"))).hasSize(13 * 120 + 1);
    }

    @Test
    void a_deletion_takes_no_samples_along_that_share_a_window_with_it() {
        TsdbStore store = open(
                20 * HOUR, List.of(rule("audit", 500 * HOUR)), new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR));
        fill(store, List.of("up", "audit"), 30_000, 13);
        tick(store, 60 * HOUR);
        TimeRange gone = new TimeRange(START + HOUR, START + HOUR + 90_000);
        List<LabelMatcher> audit = List.of(LabelMatcher.equal("__name__", "audit"));
        store.deleteSeries(Tenant.DEFAULT, audit, gone);
        twin.deleteSeries(Tenant.DEFAULT, audit, gone);
        TimeRange range = new TimeRange(START, START + 13 * HOUR);
        for (int i = 0; i < 2; i++) {
            assertThat(read(store, range).get(series("audit", "x")))
                    .isEqualTo(read(twin, range).get(series("audit", "x")));
            store.cleanTombstones();
            settle(store);
        }
    }

    /// What a query for samples finds: those that are kept; before the first of a series that no rule names, the last
    /// of each window that is past as a whole.
    private static TreeMap<Long, Read> expected(
            TreeMap<Long, Read> all, long cutoff, long resolution, boolean hasRule, TimeRange range) {
        TreeMap<Long, Read> found = new TreeMap<>(all.tailMap(cutoff, true).subMap(cutoff, true, Long.MAX_VALUE, true));
        if (!hasRule) {
            all.headMap(cutoff, false).forEach((at, read) -> {
                long end = Math.ceilDiv(at, resolution) * resolution;
                if (end < cutoff) {
                    found.put(end, read);
                }
            });
        }
        found.keySet().removeIf(at -> !range.contains(at));
        return found;
    }

    /// The window in which the cutoff falls may be read where all its samples are past: it is if it is the last of its
    /// span, since the span has no samples of the series then.
    private static void forgetWindowAt(
            long cutoff, long resolution, TreeMap<Long, Read> all, @Nullable TreeMap<Long, Read> found) {
        long end = Math.ceilDiv(cutoff, resolution) * resolution;
        Map.Entry<Long, Read> last = all.lowerEntry(cutoff);
        boolean isPast = all.subMap(cutoff, true, end, true).isEmpty();
        if (found != null && isPast && last != null) {
            found.remove(end, last.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void each_series_is_read_from_samples_or_windows_as_its_rule_says(int round) {
        Random random = new Random(seed + round);
        long resolution = List.of(MINUTE, 5 * MINUTE, 15 * MINUTE).get(random.nextInt(3));
        long rest = (20 + random.nextInt(60)) * HOUR + random.nextInt(1000) * 1000L;
        List<String> names = List.of("a", "b", "c", "d");
        Map<String, Long> keeps = new TreeMap<>();
        List<Retention.Rule> rules = new ArrayList<>();
        for (String name : names.subList(0, 1 + random.nextInt(3))) {
            keeps.put(name, (1 + random.nextInt(120)) * HOUR + random.nextInt(1000));
            rules.add(rule(name, keeps.get(name)));
        }
        TsdbStore store = open(rest, rules, new Retention.Rollup(resolution, HOUR, 1000 * HOUR));
        String what = "rest " + rest + ", " + keeps + ", windows of " + resolution + ", seed " + seed;
        fill(store, names, 100_000 + random.nextInt(100_000), 19);
        for (int step = 0; step < 12; step++) {
            tick(store, random.nextLong(HOUR, 12 * HOUR));
            long from = START + random.nextLong(12 * HOUR);
            TimeRange range = new TimeRange(from, from + random.nextLong(MINUTE, 19 * HOUR));
            TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
            TreeMap<Labels, TreeMap<Long, Read>> found = read(store, range);
            read(twin, TimeRange.ALWAYS).forEach((labels, all) -> {
                Long keep = keeps.get(labels.metricName());
                long cutoff = time.currentMillis() - (keep == null ? rest : keep);
                if (keep == null) {
                    forgetWindowAt(cutoff, resolution, all, found.get(labels));
                }
                TreeMap<Long, Read> samples = expected(all, cutoff, resolution, keep != null, range);
                if (!samples.isEmpty()) {
                    expected.put(labels, samples);
                }
            });
            found.values().removeIf(TreeMap::isEmpty);
            assertThat(found)
                    .as("%s, step %d, now %d", what, step, time.currentMillis())
                    .isEqualTo(expected);
        }
    }
}
