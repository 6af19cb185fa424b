package dev.belvedere.tsdb.options;

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
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.StoreInMemory;
import dev.belvedere.tsdb.StoreOnDisk;
import dev.belvedere.tsdb.TsdbStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What goes when, by rule, and what deletion gives back.
class RetentionTest {

    private static final long HOUR = 3_600_000;
    private static final long START = 20_000L * 24 * HOUR;

    /// 2 h of what job "short" sends, 1,000 h of `audit`, 100 h of the rest.
    private static final TsdbOptions RULED = TsdbOptions.DEFAULT
            .withBlockSpan(24 * HOUR)
            .withHead(HOUR, 1 << 30)
            .withRetention(new Retention(
                    100 * HOUR,
                    Long.MAX_VALUE,
                    List.of(
                            new Retention.Rule(
                                    List.of(
                                            LabelMatcher.equal("job", "short"),
                                            LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "__name__", "audit")),
                                    2 * HOUR),
                            new Retention.Rule(List.of(LabelMatcher.equal("__name__", "audit")), 1000 * HOUR))));

    private final ManualTime time = new ManualTime(START);

    @RegisterExtension
    private final StoreInMemory on = new StoreInMemory(time);

    private static Labels series(String name, String job) {
        return Labels.of("__name__", name, "job", job, "instance", "a");
    }

    private void appendAll(TsdbStore store) {
        for (String name : List.of("up", "audit")) {
            append(store, series(name, "short"), time.currentMillis(), 1);
            append(store, series(name, "long"), time.currentMillis(), 1);
        }
    }

    private void advance(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    private static long blockBytes(StoreOnDisk opened) {
        return opened.catalog().state().segments("metrics").stream()
                .mapToLong(SegmentRecord::sizeBytes)
                .sum();
    }

    @Test
    void samples_past_their_rule_are_hidden_at_once_in_head_and_blocks() {
        StoreOnDisk opened = on.open(RULED);
        appendAll(opened.store());
        advance(2 * HOUR + 1);
        assertThat(read(opened.store()).keySet())
                .as("in the head")
                .containsExactlyInAnyOrder(series("up", "long"), series("audit", "short"), series("audit", "long"));
        opened.store().maintain();
        assertThat(read(opened.store())).as("in a block").doesNotContainKey(series("up", "short"));
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.series(List.of(LabelMatcher.equal("__name__", "up")), TimeRange.ALWAYS, 0))
                    .containsExactly(series("up", "long"));
        }
        append(opened.store(), series("up", "short"), time.currentMillis(), 2);
        assertThat(read(opened.store()).get(series("up", "short"))).containsOnlyKeys(time.currentMillis());
    }

    @Test
    void who_keeps_results_is_told_where_samples_may_be_hidden_without_a_change() {
        assertThat(on.open(RULED).store().changes(Tenant.DEFAULT).orElseThrow().hiddenBefore())
                .isEqualTo(START - 2 * HOUR);
        assertThat(on.open(TsdbOptions.DEFAULT)
                        .store()
                        .changes(Tenant.DEFAULT)
                        .orElseThrow()
                        .hiddenBefore())
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void the_rewrite_gives_the_bytes_of_a_rule_back_and_keeps_the_rest() {
        StoreOnDisk opened = on.open(RULED);
        for (int i = 0; i < 200; i++) {
            append(opened.store(), series("up", "short"), time.currentMillis(), Math.sin(i) * 1e9);
            append(opened.store(), series("up", "long"), time.currentMillis(), i);
            advance(60_000);
        }
        opened.store().flush();
        long before = blockBytes(opened);
        advance(30 * HOUR);
        append(opened.store(), series("up", "long"), time.currentMillis(), 7);
        opened.store().flush();
        opened.store().maintain();
        assertThat(blockBytes(opened)).isLessThan(before / 2);
        assertThat(read(opened.store()).get(series("up", "long"))).hasSize(201);
        StoreOnDisk reopened = on.open(RULED);
        assertThat(read(reopened.store())).containsOnlyKeys(series("up", "long"));
        reopened.store().maintain();
        int rewrites = reopened.catalog().state().segments("metrics").size();
        reopened.store().maintain();
        assertThat(reopened.catalog().state().segments("metrics")).hasSize(rewrites);
    }

    @Test
    void a_rule_may_keep_longer_than_the_rest_and_samples_that_old_are_taken() {
        StoreOnDisk opened = on.open(RULED);
        appendAll(opened.store());
        opened.store().flush();
        advance(500 * HOUR);
        appendAll(opened.store());
        opened.store().flush();
        opened.store().maintain();
        Map<Labels, TreeMap<Long, Read>> all = read(opened.store());
        assertThat(all.get(series("audit", "long"))).hasSize(2);
        assertThat(all.get(series("audit", "short"))).hasSize(2);
        assertThat(all.get(series("up", "long"))).hasSize(1);
        assertThat(append(opened.store(), series("audit", "new"), time.currentMillis() - 999 * HOUR, 1)
                        .accepted())
                .isEqualTo(1);
        assertThat(append(opened.store(), series("audit", "new"), time.currentMillis() - 1001 * HOUR, 1)
                        .rejected())
                .isEqualTo(Map.of(RejectReason.TOO_OLD, 1));
        advance(1001 * HOUR);
        append(opened.store(), series("up", "long"), time.currentMillis(), 1);
        opened.store().flush();
        opened.store().maintain();
        assertThat(read(opened.store())).containsOnlyKeys(series("up", "long"));
    }

    @Test
    void a_clock_that_jumps_ahead_hides_but_removes_nothing() {
        StoreOnDisk opened = on.open(RULED);
        appendAll(opened.store());
        opened.store().flush();
        time.jumpTo(START + 10_000 * HOUR);
        opened.store().maintain();
        time.jumpTo(START + 1);
        assertThat(read(opened.store())).hasSize(4);
    }

    @Test
    void cleaning_tombstones_gives_bytes_back_and_leaves_other_spans_alone() {
        StoreOnDisk opened = on.open(TsdbOptions.DEFAULT.withBlockSpan(HOUR));
        for (int i = 0; i < 120; i++) {
            append(opened.store(), series("a", "x"), time.currentMillis(), Math.sin(i) * 1e9);
            append(opened.store(), series("b", "x"), time.currentMillis(), i);
            advance(60_000);
        }
        opened.store().flush();
        List<String> keys = opened.segments().list("metrics/");
        long before = blockBytes(opened);
        opened.store()
                .deleteSeries(
                        Tenant.DEFAULT,
                        List.of(LabelMatcher.equal("__name__", "a")),
                        new TimeRange(START, START + HOUR - 1));
        assertThat(read(opened.store()).get(series("a", "x"))).hasSize(60);
        opened.store().cleanTombstones();
        assertThat(blockBytes(opened)).isLessThan(before - 300);
        assertThat(opened.segments().list("metrics/")).hasSize(2).containsAnyElementsOf(keys);
        assertThat(opened.catalog().state().segments("metrics"))
                .allMatch(r -> r.kind().equals("block"));
        assertThat(read(opened.store()).get(series("a", "x"))).hasSize(60);
        assertThat(read(opened.store()).get(series("b", "x"))).hasSize(120);
    }

    @Test
    void heads_of_all_partitions_together_stay_below_their_limit() {
        StoreOnDisk opened =
                on.open(TsdbOptions.DEFAULT.withHead(1000 * HOUR, 1 << 30).withHeadsMaxBytes(40_000));
        for (int i = 0; i < 40; i++) {
            append(opened.store(), series("up", "job" + i % 7), START + i * 1000, Math.sin(i));
        }
        opened.store().maintain();
        assertThat(opened.catalog().state().segments("metrics")).isEmpty();
        for (int i = 0; i < 2000; i++) {
            append(opened.store(), series("m" + i / 64, "job" + i % 7), START + i * 1000, Math.sin(i));
            append(opened.store(), series("m" + i / 64, "job" + i % 7), START + i * 1000 - 500_000, Math.sin(i));
        }
        opened.store().maintain();
        assertThat(opened.catalog().state().segments("metrics")).isNotEmpty();
    }
}
