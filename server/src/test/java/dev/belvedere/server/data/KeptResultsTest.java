package dev.belvedere.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.cache.PlanCache;
import dev.belvedere.promql.cache.ResultCache;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kept results over the real store, whose samples are flushed, compacted, deleted, downsampled and expire meanwhile.
class KeptResultsTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long START = 20_000L * 24 * HOUR;
    private static final int ROUNDS = Integer.getInteger("rounds", 500);

    private static final List<String> QUERIES = List.of(
            "sum(rate(c[5m]))",
            "c",
            "sum by (i) (increase(c[1h]))",
            "g offset 10m",
            "max_over_time(g[30m])",
            "avg_over_time(g[10m:1m])",
            "g @ " + (START / 1000 + 7200),
            "count({__name__=~\"c|g\"})",
            "rate({__name__=~\"c|g\"}[10m])");

    private final long seed = Long.getLong("seed", 20261126);
    private final Random random = new Random(seed);
    private final ManualTime time = new ManualTime(START);
    private final MemoryDisk disk = new MemoryDisk();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final PlanCache plans = new PlanCache(engine, 100);
    private final ResultCache cache = new ResultCache(8 << 20);

    private TsdbStore open(boolean hasRules) {
        Retention retention = new Retention(
                12 * HOUR,
                Long.MAX_VALUE,
                hasRules
                        ? List.of(new Retention.Rule(List.of(LabelMatcher.equal("__name__", "g")), 2 * HOUR))
                        : List.of(),
                hasRules ? List.of() : List.of(new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR)));
        return TsdbStore.open(
                TsdbOptions.DEFAULT
                        .withBlockSpan(3 * HOUR)
                        .withHead(10 * MINUTE, 1 << 20)
                        .withRetention(retention),
                new TsdbEnvironment(
                        new LocalIngestLog(disk, Path.of("/d/wal"), 2, new LocalIngestLog.Options(4 << 20, 0), time),
                        new LocalCatalog(disk, Path.of("/d/catalog")),
                        new LocalSegmentStore(disk, Path.of("/d/segments")),
                        time,
                        new MetricRegistry()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_kept_answer_is_the_one_worked_out_anew(boolean hasRules) {
        try (TsdbStore store = open(hasRules)) {
            for (int round = 0; round < ROUNDS; round++) {
                happen(store);
                for (int i = 0; i < 3; i++) {
                    compare(store, round);
                }
            }
        }
        assertThat(cache.stepsFromCache()).as("seed %d", seed).isGreaterThan(ROUNDS);
    }

    private void happen(TsdbStore store) {
        long now = time.currentMillis();
        switch (random.nextInt(30)) {
            case 0 -> store.flush();
            case 1 ->
                store.deleteSeries(
                        Tenant.DEFAULT,
                        List.of(LabelMatcher.equal("i", String.valueOf(random.nextInt(3)))),
                        new TimeRange(now - random.nextInt((int) HOUR), now));
            case 2 -> scrape(store, now - random.nextInt((int) (50 * MINUTE)));
            case 3, 4 -> store.maintain();
            default -> {
                time.advance(Duration.ofMillis(MINUTE));
                scrape(store, time.currentMillis());
            }
        }
    }

    private void scrape(TsdbStore store, long at) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            for (int i = 0; i < 3; i++) {
                Labels counter = Labels.of("__name__", "c", "i", String.valueOf(i), "instance", "h" + i);
                Labels gauge = Labels.of("__name__", "g", "i", String.valueOf(i), "instance", "h" + i);
                appender.append(appender.series(counter), at, 0, (at - START) / 1000.0 % 5000 + i);
                appender.append(appender.series(gauge), at, 0, random.nextInt(10));
            }
            appender.commit();
        }
    }

    private void compare(TsdbStore store, int round) {
        long step = random.nextInt(3) == 0 ? 5 * MINUTE : MINUTE;
        long end = Math.floorDiv(time.currentMillis() - (random.nextInt(4) == 0 ? random.nextInt(1 << 24) : 0), step)
                * step;
        Steps steps = new Steps(end - random.nextInt(3) * HOUR, end, step);
        String query = QUERIES.get((round / 40 + random.nextInt(3)) % QUERIES.size());
        QueryRequest request =
                new QueryRequest(store, Tenant.DEFAULT, plans.plan(query), steps, QueryBudget.unlimited());
        String where = query + " at " + steps + " in round " + round + ", seed " + seed;
        String failure = "";
        List<MatrixSeries> expected = List.of();
        try {
            expected = ((MatrixValue) engine.evaluate(request).value()).series();
        } catch (RuntimeException e) {
            failure = String.valueOf(e.getMessage());
        }
        try {
            equal(((MatrixValue) cache.range(engine, request).answer().value()).series(), expected, where);
            assertThat(failure).as(where).isEmpty();
        } catch (RuntimeException e) {
            assertThat(e).as(where).hasMessage(failure);
        }
    }

    private static void equal(List<MatrixSeries> found, List<MatrixSeries> expected, String where) {
        assertThat(found.stream().map(MatrixSeries::labels).toList())
                .as(where)
                .isEqualTo(expected.stream().map(MatrixSeries::labels).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).timestamps())
                    .as(where)
                    .isEqualTo(expected.get(i).timestamps());
            for (int k = 0; k < expected.get(i).values().length; k++) {
                double value = expected.get(i).values()[k];
                assertThat(found.get(i).values()[k])
                        .as(where)
                        .isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value))));
            }
        }
    }
}
