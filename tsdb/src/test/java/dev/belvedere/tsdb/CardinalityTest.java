package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricCardinality.Cardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.storage.metrics.MetricCardinality.LabelCount;
import dev.belvedere.storage.metrics.MetricCardinality.Named;
import dev.belvedere.storage.metrics.MetricCardinality.Order;
import dev.belvedere.storage.metrics.MetricCardinality.PairCount;
import dev.belvedere.storage.metrics.MetricCardinality.Request;
import dev.belvedere.storage.metrics.MetricCardinality.SeriesCut;
import dev.belvedere.storage.metrics.MetricCardinality.TargetCount;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who makes too many series, and what becomes of them.
class CardinalityTest {

    private static final long HOUR = 3_600_000;
    private static final long START = 20_000L * 24 * HOUR;

    private final ManualTime time = new ManualTime(START);
    private StoreOnDisk opened = open(TsdbOptions.SeriesLimits.DEFAULT);

    private StoreOnDisk open(TsdbOptions.SeriesLimits limits) {
        return StoreOnDisk.open(new MemoryDisk(), Path.of("/data"), 4, TsdbOptions.DEFAULT.withLimits(limits), time);
    }

    private void limit(int perTenant, int perTarget, int perMetric) {
        opened.close();
        opened = open(new TsdbOptions.SeriesLimits(perTenant, perTarget, perMetric, HOUR));
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private static Labels series(String metric, int host, String path) {
        return Labels.of("__name__", metric, "job", "api", "instance", "host-" + host, "path", path);
    }

    private void append(Labels labels) {
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(labels), time.currentMillis(), MetricAppender.NO_START, 1);
            assertThat(appender.commit().accepted()).isEqualTo(1);
        }
    }

    private double own(String family, String name) {
        return opened.metrics().collect().stream()
                .filter(each -> each.name().equals(family))
                .flatMap(each -> each.points().stream())
                .filter(point -> point.labels().get("name").equals(name))
                .mapToDouble(MetricFamily.Point::value)
                .sum();
    }

    @Test
    void one_exploding_metric_is_cut_over_all_partitions_and_everything_else_flows() {
        limit(1000, 500, 20);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            try {
                append(series("requests_total", i % 10, "/user/" + i));
            } catch (OperationException e) {
                refused++;
                assertThat(e.code()).isEqualTo("too_many_series");
                assertThat(e)
                        .hasMessage("metric requests_total has 20 active series, limit 20: drop labels that vary"
                                + " without end, or raise data.maxSeriesPerMetric");
            }
            append(series("up", i % 10, ""));
            append(series("other", i % 4, "/" + i % 5));
        }
        assertThat(refused).isEqualTo(80);
        append(series("requests_total", 0, "/user/0"));
        List<SeriesCut> cuts = opened.store().cuts(Tenant.DEFAULT);
        assertThat(cuts)
                .containsExactly(new SeriesCut(
                        "metric", "requests_total", 20, 20, "data.maxSeriesPerMetric", 80, time.currentMillis()));
        assertThat(own("belvedere_tsdb_refused_series_total", "requests_total")).isEqualTo(80);
        assertThat(own("belvedere_tsdb_series_limit_reached", "requests_total")).isEqualTo(1);
    }

    @Test
    void one_exploding_target_is_cut_and_the_others_flow() {
        limit(1000, 10, 1000);
        for (int i = 0; i < 10; i++) {
            append(series("m" + i, 7, "/" + i));
        }
        assertThatThrownBy(() -> append(series("m10", 7, "/")))
                .hasMessageContaining("target job=\"api\" instance=\"host-7\" has 10 active series, limit 10")
                .hasMessageContaining("data.maxSeriesPerTarget");
        append(series("m10", 8, "/"));
        append(series("m3", 7, "/3"));
    }

    @Test
    void one_tenant_at_its_limit_takes_nothing_from_another() {
        limit(5, 100, 100);
        for (int i = 0; i < 5; i++) {
            append(series("m" + i, i, "/"));
        }
        assertThatThrownBy(() -> append(series("m9", 9, "/")))
                .hasMessageContaining("tenant default has 5 active series, limit 5");
        Tenant other = new Tenant("other");
        try (MetricAppender appender = opened.store().appender(other, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(series("m9", 9, "/")), START, MetricAppender.NO_START, 1);
            assertThat(appender.commit().accepted()).isEqualTo(1);
        }
        assertThat(opened.store().cuts(other)).isEmpty();
    }

    @Test
    void the_guard_lets_go_when_the_series_of_the_offender_have_ended() {
        limit(1000, 500, 20);
        for (int i = 0; i < 20; i++) {
            append(series("requests_total", 1, "/user/" + i));
        }
        assertThatThrownBy(() -> append(series("requests_total", 1, "/user/20")))
                .isInstanceOf(OperationException.class);
        opened.store().flush();
        time.advance(Duration.ofMillis(HOUR + 1));
        append(series("requests_total", 1, "/user/20"));
        assertThat(opened.store().cuts(Tenant.DEFAULT)).isEmpty();
        assertThat(own("belvedere_tsdb_series_limit_reached", "requests_total")).isZero();
    }

    @Test
    void series_that_come_and_go_do_not_fill_the_memory() {
        limit(10, 100, 100);
        for (int i = 0; i < 40; i++) {
            append(series("m", i, "/" + i));
            time.advance(Duration.ofMinutes(10));
        }
        assertThatThrownBy(() -> append(series("m", 40, "/40")))
                .hasMessageContaining("40 had samples within a day: drop what nobody needs");
        append(series("m", 39, "/39"));
    }

    @Test
    void series_that_ended_days_ago_take_nobodys_place_be_they_kept_or_looked_at() {
        limit(10, 100, 100);
        for (int i = 0; i < 400; i++) {
            append(series("m", i, "/" + i));
            time.advance(Duration.ofMinutes(50));
            if (i % 10 == 0) {
                opened.store().maintain();
                assertThat(cardinality(new Request(List.of(), "", 1, Order.TOTAL))
                                .series()
                                .total())
                        .isEqualTo(i + 1);
            }
        }
    }

    @Test
    void limits_hold_after_a_restart() {
        MemoryDisk disk = new MemoryDisk();
        TsdbOptions options = TsdbOptions.DEFAULT.withLimits(new TsdbOptions.SeriesLimits(1000, 500, 20, HOUR));
        opened.close();
        opened = StoreOnDisk.open(disk, Path.of("/data"), 4, options, time);
        for (int i = 0; i < 20; i++) {
            append(series("requests_total", i, "/user/" + i));
        }
        opened.store().flush();
        opened.close();
        opened = StoreOnDisk.open(disk, Path.of("/data"), 4, options, time);
        assertThatThrownBy(() -> append(series("requests_total", 99, "/"))).isInstanceOf(OperationException.class);
        append(series("requests_total", 3, "/user/3"));
    }

    private void fill() {
        for (int host = 0; host < 6; host++) {
            append(series("up", host, ""));
            for (int i = 0; i <= host; i++) {
                append(series("requests_total", host, "/" + i));
            }
        }
        opened.store().flush();
        time.advance(Duration.ofHours(30));
        append(series("requests_total", 0, "/0"));
        append(series("requests_total", 0, "/new"));
        time.advance(Duration.ofHours(3));
        append(series("requests_total", 5, "/newer"));
    }

    @Test
    void series_are_counted_by_metric_label_pair_and_target() {
        fill();
        Cardinality counted = cardinality(new Request(List.of(), "path", 3, Order.TOTAL));
        assertThat(counted.series()).isEqualTo(count(29, 1, 1, 2));
        assertThat(counted.metrics())
                .containsExactly(new Named("requests_total", count(23, 1, 1, 2)), new Named("up", count(6, 0, 0, 0)));
        assertThat(counted.labelCount()).isEqualTo(4);
        assertThat(counted.labels())
                .contains(new LabelCount("instance", 6, count(29, 1, 1, 2)))
                .hasSize(3);
        assertThat(counted.pairs().getFirst()).isEqualTo(new PairCount("job", "api", count(29, 1, 1, 2)));
        assertThat(counted.targetCount()).isEqualTo(6);
        assertThat(counted.targets().getFirst()).isEqualTo(new TargetCount("api", "host-5", count(8, 1, 1, 1)));
        assertThat(counted.focusCount()).isEqualTo(8);
        assertThat(counted.focus())
                .containsExactly(
                        new Named("/0", count(6, 0, 0, 0)),
                        new Named("/1", count(5, 0, 0, 0)),
                        new Named("/2", count(4, 0, 0, 0)));
    }

    private Cardinality cardinality(Request request) {
        return opened.store().cardinality(Tenant.DEFAULT, request, QueryBudget.unlimited());
    }

    /// Without any that were active before.
    private static Count count(long total, long active, long newInHour, long newInDay) {
        return new Count(total, active, newInHour, newInDay, List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    }

    private void append(String metric, int series) {
        for (int i = 0; i < series; i++) {
            append(series(metric, i % 3, "/" + i));
        }
    }

    @Test
    void what_was_active_before_is_told_and_lists_begin_with_what_has_grown() {
        append("steady", 20);
        append("growing", 1);
        append("gone", 4);
        opened.store().flush();
        time.advance(Duration.ofDays(6));
        append("steady", 20);
        append("growing", 3);
        opened.store().flush();
        time.advance(Duration.ofDays(1));
        append("steady", 20);
        append("growing", 10);
        Cardinality counted = cardinality(new Request(List.of(), "path", 3, Order.GROWTH_IN_WEEK));
        assertThat(counted.metrics())
                .containsExactly(
                        new Named("growing", new Count(10, 10, 7, 9, List.of(1L, 0L, 0L, 0L, 0L, 0L, 3L, 0L))),
                        new Named("steady", new Count(20, 20, 0, 0, List.of(20L, 0L, 0L, 0L, 0L, 0L, 20L, 0L))),
                        new Named("gone", new Count(4, 0, 0, 0, List.of(4L, 0L, 0L, 0L, 0L, 0L, 0L, 0L))));
        assertThat(counted.series().before()).containsExactly(25L, 0L, 0L, 0L, 0L, 0L, 23L, 0L);
        assertThat(counted.pairs().getFirst().value()).isEqualTo("growing");
        assertThat(cardinality(new Request(List.of(), "path", 1, Order.GROWTH_IN_DAY))
                        .metrics())
                .extracting(Named::name)
                .containsExactly("growing");
        assertThat(cardinality(new Request(List.of(), "path", 1, Order.TOTAL)).metrics())
                .extracting(Named::name)
                .containsExactly("steady");
    }

    @Test
    void matchers_narrow_what_is_counted() {
        fill();
        Cardinality counted =
                cardinality(new Request(List.of(LabelMatcher.equal("instance", "host-1")), "", 10, Order.TOTAL));
        assertThat(counted.series().total()).isEqualTo(3);
        assertThat(counted.targets()).hasSize(1);
        assertThat(counted.focus()).isEmpty();
    }

    @Test
    void bytes_of_metrics_add_up_to_what_blocks_take_without_their_index() {
        fill();
        opened.store().flush();
        Map<String, Long> bytes = opened.store().bytesByMetric(Tenant.DEFAULT, QueryBudget.unlimited());
        assertThat(bytes).containsOnlyKeys("up", "requests_total");
        long blocks = opened.catalog().state().segments("metrics").stream()
                .mapToLong(SegmentRecord::sizeBytes)
                .sum();
        long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
        assertThat(sum).isBetween(blocks / 5, blocks);
        assertThat(bytes.get("requests_total")).isGreaterThan(bytes.getOrDefault("up", 0L));
        assertThat(opened.store().bytesByMetric(new Tenant("nobody"), QueryBudget.unlimited()))
                .isEmpty();
    }
}
