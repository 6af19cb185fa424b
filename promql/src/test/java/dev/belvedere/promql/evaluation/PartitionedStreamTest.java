package dev.belvedere.promql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.script.GroupedStore;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionedStreamTest {

    private static final long SEED = Long.getLong("seed", 20261126L);
    private static final long START = 1_790_000_000_000L;
    private static final int ROWS = 60;

    private static final List<String> QUERIES = List.of(
            "sum(m_total)",
            "sum by (i) (rate(m_total[5m]))",
            "avg without (i) (rate(m_total[5m]))",
            "avg by (job) (huge)",
            "sum by (job) (huge)",
            "count by (job) (m_total)",
            "min by (job) (m_total)",
            "max by (job) (irate(m_total[2m]))",
            "group(m_total)",
            "rate(m_total[5m])",
            "m_total",
            "quantile_over_time(0.5, m_total[5m])",
            "quantile_over_time(scalar(m_total{instance=\"h1\"}) * 0, m_total[5m])",
            "sum(h)",
            "avg by (job) (rate(h[5m]))",
            "sum({__name__=~\"m_total|h\"})",
            "topk(3, m_total)");

    private final MemoryMetricStore store = new MemoryMetricStore();
    private final QueryWorkers workers = new QueryWorkers(3, () -> false);

    @BeforeEach
    void fill() {
        SplittableRandom random = new SplittableRandom(SEED);
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < 40; i++) {
                String[] own = {"job", "j" + i % 3, "instance", "h" + i, "i", Integer.toString(i % 5)};
                long counter = appender.series(Labels.of(own).with("__name__", "m_total"));
                long huge = appender.series(Labels.of(own).with("__name__", "huge"));
                long histogram = appender.series(Labels.of(own).with("__name__", "h"));
                double value = 0;
                for (int row = 0; row < ROWS; row++) {
                    value = random.nextInt(30) == 0 ? 0 : value + random.nextDouble() * 1e6;
                    appender.append(counter, START + row * 15_000L, 0, value);
                    appender.append(huge, START + row * 15_000L, 0, random.nextDouble() * Double.MAX_VALUE);
                    appender.append(histogram, START + row * 15_000L, 0, histogram(row + 1, random.nextDouble()));
                }
            }
            appender.commit();
        }
    }

    private static NativeHistogram histogram(double count, double sum) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                3,
                1e-128,
                0,
                count,
                sum * count,
                new int[] {2, 1},
                new double[] {count},
                new int[0],
                new double[0],
                new double[0]);
    }

    @AfterEach
    void stopWorkers() {
        workers.close();
    }

    private static PromqlEngine engine(QueryWorkers workers) {
        return new PromqlEngine(PromqlOptions.DEFAULT, Optional.empty(), Optional.of(workers));
    }

    private static QueryAnswer ask(PromqlEngine engine, MetricStore store, String query, QueryBudget budget) {
        return engine.range(
                store,
                Tenant.DEFAULT,
                engine.parse(query),
                START + 60_000,
                START + (ROWS + 20) * 15_000L,
                30_000,
                budget);
    }

    private static QueryAnswer ask(PromqlEngine engine, MetricStore store, String query) {
        return ask(engine, store, query, QueryBudget.unlimited());
    }

    @Test
    void answers_do_not_depend_on_who_works_for_them() {
        PromqlEngine alone = new PromqlEngine(PromqlOptions.DEFAULT);
        PromqlEngine helped = engine(workers);
        MetricStore partitioned = new GroupedStore(store, 4);
        for (String query : QUERIES) {
            QueryAnswer expected = ask(alone, partitioned, query);
            MatrixValues values = MatrixValues.of(expected);
            for (int round = 0; round < 20; round++) {
                QueryAnswer answer = ask(helped, partitioned, query);
                assertThat(MatrixValues.of(answer).labels()).as(query).isEqualTo(values.labels());
                assertThat(MatrixValues.of(answer).values()).as(query).containsExactly(values.values());
                assertThat(answer.warnings()).isEqualTo(expected.warnings());
                assertThat(answer.infos()).isEqualTo(expected.infos());
                assertThat(answer.statistics().samples().queryable())
                        .isEqualTo(expected.statistics().samples().queryable());
                assertThat(answer.statistics().samples().read())
                        .isEqualTo(expected.statistics().samples().read());
            }
        }
        assertThat(workers.takenCount()).isPositive();
    }

    @Test
    void partitions_change_no_more_than_the_last_digits() {
        PromqlEngine alone = new PromqlEngine(PromqlOptions.DEFAULT);
        for (String query : QUERIES) {
            MatrixValues whole = MatrixValues.of(ask(alone, store, query));
            MatrixValues parts = MatrixValues.of(ask(alone, new GroupedStore(store, 4), query));
            assertThat(parts.labels()).as(query).isEqualTo(whole.labels());
            assertThat(parts.values().length).isEqualTo(whole.values().length);
            for (int i = 0; i < whole.values().length; i++) {
                double expected = whole.values()[i];
                double difference = Math.abs(parts.values()[i] - expected);
                assertThat(parts.values()[i] == expected || difference <= Math.abs(expected) * 1e-12)
                        .as("%s: %s, not %s (seed %d)", query, parts.values()[i], expected, SEED)
                        .isTrue();
            }
        }
    }

    /// All floats of an answer, and the sums of its histograms.
    private record MatrixValues(List<Labels> labels, double[] values) {

        static MatrixValues of(QueryAnswer answer) {
            List<Labels> labels = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (Value.MatrixSeries series : ((Value.MatrixValue) answer.value()).series()) {
                labels.add(series.labels());
                for (double value : series.values()) {
                    values.add(value);
                }
                for (NativeHistogram histogram : series.histograms()) {
                    values.add(histogram.sum());
                    values.add(histogram.count());
                }
            }
            return new MatrixValues(
                    labels, values.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }

    @Test
    void series_of_two_partitions_that_become_alike_are_refused() {
        MemoryMetricStore two = new MemoryMetricStore();
        try (MetricAppender appender = two.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (String name : List.of("a", "b")) {
                long series = appender.series(Labels.of("__name__", name, "job", "j"));
                for (int row = 0; row < ROWS; row++) {
                    appender.append(series, START + row * 15_000L, 0, row);
                }
            }
            appender.commit();
        }
        assertThatThrownBy(() -> ask(engine(workers), new GroupedStore(two, 2), "rate({job=\"j\"}[5m])"))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("same labelset");
    }

    @Test
    void the_budget_is_one_for_all_who_work() {
        PromqlEngine helped = engine(workers);
        QueryBudget small = new QueryBudget(new QueryBudget.Limits(300, 1, 60_000), () -> 0);
        assertThatThrownBy(() -> ask(helped, new GroupedStore(store, 4), "rate(m_total[5m])", small))
                .isInstanceOf(QueryCancelledException.class)
                .hasMessageContaining("limit 300");
        QueryBudget cancelled = QueryBudget.unlimited();
        cancelled.cancel("cancelled by its client");
        assertThatThrownBy(() -> ask(helped, new GroupedStore(store, 4), "sum(m_total)", cancelled))
                .isInstanceOf(QueryCancelledException.class)
                .hasMessageContaining("cancelled by its client");
    }

    @Test
    void all_that_was_held_is_given_back() {
        QueryBudget budget = QueryBudget.unlimited();
        ask(engine(workers), new GroupedStore(store, 4), "sum by (instance) (rate(m_total[5m]))", budget);
        long peak = budget.peakSamplesHeld();
        budget.holdSamples(peak);
        assertThat(budget.peakSamplesHeld()).isEqualTo(peak);
    }

    @Test
    void nobody_helps_where_queries_wait() {
        try (QueryWorkers crowded = new QueryWorkers(3, () -> true)) {
            ask(engine(crowded), new GroupedStore(store, 4), "sum(m_total)");
            assertThat(crowded.takenCount()).isZero();
        }
    }

    @Test
    void a_query_does_without_workers_that_are_busy() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (QueryWorkers one = new QueryWorkers(1, () -> false)) {
            assertThat(one.offer(() -> awaitQuietly(end))).isTrue();
            ask(engine(one), new GroupedStore(store, 4), "sum(m_total)");
            assertThat(one.takenCount()).isEqualTo(1);
            end.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void an_error_in_one_partition_ends_the_query() {
        PromqlEngine helped = engine(workers);
        AtomicLong clock = new AtomicLong();
        QueryBudget slow =
                new QueryBudget(new QueryBudget.Limits(Long.MAX_VALUE, 1, 1), () -> clock.addAndGet(200_000));
        assertThatThrownBy(() -> ask(helped, new GroupedStore(store, 4), "sum(rate(m_total[5m]))", slow))
                .isInstanceOf(QueryCancelledException.class)
                .hasMessageContaining("timed out");
        assertThat(ask(helped, new GroupedStore(store, 4), "sum(m_total)").value())
                .isNotNull();
    }
}
