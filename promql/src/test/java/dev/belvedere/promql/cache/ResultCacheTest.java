package dev.belvedere.promql.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.histogram.HistogramText;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

    private static final long SEED = Long.getLong("seed", 20261126L);
    private static final int ROUNDS = Integer.getInteger("rounds", 12_000);
    private static final long STEP = 15_000;

    private final MemoryMetricStore store = new MemoryMetricStore();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final ResultCache cache = new ResultCache(1 << 20);

    private void write(String name, String instance, long atMillis, double value) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(Labels.of("__name__", name, "i", instance));
            appender.append(ref, atMillis, MetricAppender.NO_START, value);
            appender.commit();
        }
    }

    private void writeMinutes(int from, int to) {
        for (int minute = from; minute < to; minute++) {
            write("m", "a", minute * 60_000L, minute);
        }
    }

    private ResultCache.Outcome ask(String query, long startMillis, long endMillis) {
        Steps steps = new Steps(startMillis, endMillis, STEP);
        return cache.range(
                engine, new QueryRequest(store, Tenant.DEFAULT, engine.plan(query), steps, QueryBudget.unlimited()));
    }

    private static List<MatrixSeries> series(ResultCache.Outcome outcome) {
        return ((MatrixValue) outcome.answer().value()).series();
    }

    @Test
    void the_same_range_again_is_the_same_answer() {
        writeMinutes(0, 60);
        ResultCache.Outcome first = ask("sum(m)", 600_000, 1_200_000);
        assertThat(first.stepsKept()).isZero();
        ResultCache.Outcome second = ask("sum(m)", 600_000, 1_200_000);
        assertThat(second.stepsKept()).isEqualTo(41);
        assertThat(second.answer()).isSameAs(first.answer());
    }

    @Test
    void what_was_written_of_a_result_stays_beside_it_until_it_changes() {
        writeMinutes(0, 60);
        assertThat(ask("sum(m)", 600_000, 1_200_000).form()).isEmpty();
        KeptForm form = ask("sum(m)", 600_000, 1_200_000).form().orElseThrow();
        assertThat(form.bytes()).isEmpty();
        long before = cache.sizeBytes();
        form.keep(new byte[1000]);
        assertThat(cache.sizeBytes()).isEqualTo(before + 1000);
        assertThat(ask("sum(m)", 600_000, 1_200_000).form().orElseThrow().bytes())
                .get()
                .matches(written -> written.length == 1000);
        assertThat(ask("sum(m)", 615_000, 1_215_000).form()).isEmpty();
        assertThat(cache.sizeBytes()).isLessThan(before + 500);
        form.keep(new byte[1000]);
        assertThat(ask("sum(m)", 615_000, 1_215_000).form().orElseThrow().bytes())
                .as("what was written of another answer")
                .isEmpty();
    }

    @Test
    void what_is_too_large_to_stay_is_not_kept_and_displaces_nothing() {
        writeMinutes(0, 60);
        ask("sum(m)", 600_000, 1_200_000);
        long before = cache.sizeBytes();
        ask("sum(m)", 600_000, 1_200_000).form().orElseThrow().keep(new byte[300_000]);
        assertThat(cache.sizeBytes()).isEqualTo(before);
        assertThat(ask("sum(m)", 600_000, 1_200_000).stepsKept()).isEqualTo(41);
    }

    @Test
    void a_sliding_range_works_out_its_new_steps_only() {
        writeMinutes(0, 20);
        ask("sum(m)", 0, 600_000);
        write("m", "a", 20 * 60_000, 20);
        ResultCache.Outcome slid = ask("sum(m)", 60_000, 660_000);
        assertThat(slid.stepsKept()).isEqualTo(37);
        assertThat(series(slid).getFirst().timestamps())
                .hasSize(41)
                .startsWith(60_000)
                .endsWith(660_000);
    }

    @Test
    void steps_at_and_after_a_late_sample_are_worked_out_again() {
        writeMinutes(0, 20);
        ask("count(m)", 0, 900_000);
        write("m", "late", 450_000, 1);
        ResultCache.Outcome answer = ask("count(m)", 0, 900_000);
        assertThat(answer.stepsKept()).isEqualTo(30);
        assertThat(series(answer).getFirst().values()[30]).isEqualTo(2);
        assertThat(series(answer).getFirst().values()[29]).isEqualTo(1);
    }

    @Test
    void deleted_samples_are_gone_from_kept_results() {
        writeMinutes(0, 20);
        ask("m", 0, 900_000);
        store.deleteSeries(
                Tenant.DEFAULT, List.of(LabelMatcher.equal("i", "a")), new TimeRange(300_000, Long.MAX_VALUE));
        assertThat(series(ask("m", 0, 900_000)).getFirst().timestamps()).endsWith(525_000);
    }

    /// A store that hides samples as time goes on, and says so.
    private record HidingStore(MetricStore store, ChangeLog log) implements MetricStore {

        @Override
        public MetricAppender appender(Tenant tenant, AppendOptions options) {
            return store.appender(tenant, options);
        }

        @Override
        public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
            return store.querier(tenant, budget);
        }

        @Override
        public Capabilities capabilities() {
            return store.capabilities();
        }

        @Override
        public Optional<ChangeLog> changes(Tenant tenant) {
            return Optional.of(log);
        }
    }

    @Test
    void results_that_reach_where_samples_may_be_hidden_are_not_kept() {
        writeMinutes(0, 30);
        HidingStore hiding = new HidingStore(store, new ChangeLog(() -> 600_000));
        Map<String, Long> reaches =
                Map.of("m", 300_000L, "sum_over_time(m[10m])", 600_000L, "max_over_time(m[5m:1m] offset 5m)", 900_000L);
        reaches.forEach((query, reach) -> {
            assertThat(keptWhenAskedTwice(hiding, query, 600_000 + reach - 1))
                    .as(query)
                    .isZero();
            assertThat(keptWhenAskedTwice(hiding, query, 600_000 + reach))
                    .as(query)
                    .isPositive();
        });
        assertThat(keptWhenAskedTwice(hiding, "m @ 800", 1_500_000)).isZero();
    }

    private long keptWhenAskedTwice(MetricStore of, String query, long startMillis) {
        QueryRequest request = new QueryRequest(
                of,
                Tenant.DEFAULT,
                engine.plan(query),
                new Steps(startMillis, startMillis + 300_000, STEP),
                QueryBudget.unlimited());
        cache.range(engine, request);
        return cache.range(engine, request).stepsKept();
    }

    @Test
    void the_bytes_kept_are_bounded_and_the_least_used_go() {
        writeMinutes(0, 20);
        ResultCache small = new ResultCache(20_000);
        for (int i = 0; i < 100; i++) {
            Steps steps = new Steps(0, 900_000, STEP);
            small.range(
                    engine,
                    new QueryRequest(store, Tenant.DEFAULT, engine.plan("m + " + i), steps, QueryBudget.unlimited()));
            assertThat(small.sizeBytes()).isLessThanOrEqualTo(20_000);
        }
        assertThat(small.entries()).isBetween(2, 50);
    }

    @Test
    void a_query_that_comes_again_is_parsed_once() {
        PlanCache plans = new PlanCache(engine, 2);
        assertThat(plans.plan("sum(m)")).isSameAs(plans.plan("sum(m)"));
        plans.plan("a");
        plans.plan("b");
        assertThat(plans.size()).isEqualTo(2);
        assertThat(plans.hits()).isEqualTo(1);
        assertThat(plans.misses()).isEqualTo(3);
    }

    /// Either the answer or the error.
    private static String outcome(Function<QueryRequest, QueryAnswer> how, QueryRequest request) {
        try {
            QueryAnswer answer = how.apply(request);
            StringBuilder text = new StringBuilder();
            for (MatrixSeries one : ((MatrixValue) answer.value()).series()) {
                text.append(one.labels()).append(Arrays.toString(one.timestamps()));
                for (double value : one.values()) {
                    text.append(' ').append(value);
                }
                text.append(Arrays.toString(one.histogramTimestamps()));
                for (NativeHistogram histogram : one.histograms()) {
                    text.append(HistogramText.of(histogram));
                }
                text.append('\n');
            }
            return text.append(answer.warnings())
                    .append(answer.infos())
                    .append(Arrays.toString(answer.statistics().samples().queryable()))
                    .toString();
        } catch (OperationException e) {
            return e.getMessage();
        }
    }

    @Test
    void whatever_happens_a_kept_answer_is_the_one_worked_out_anew() {
        PromqlOptions everything = PromqlOptions.EVERYTHING;
        PromqlEngine delayed = new PromqlEngine(everything);
        PromqlEngine plain =
                new PromqlEngine(new PromqlOptions(ParserOptions.EVERYTHING, 300_000, 60_000, false, false, false));
        RandomHistory history = new RandomHistory(SEED);
        ResultCache kept = new ResultCache(4 << 20);
        PlanCache plans = new PlanCache(plain, 1000);
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 5 == 0) {
                history.happen();
            }
            PromqlEngine asked = history.flip() ? delayed : plain;
            QueryRequest request = new QueryRequest(
                    history.store,
                    Tenant.DEFAULT,
                    plans.plan(history.query()),
                    history.steps(),
                    QueryBudget.unlimited());
            String expected = outcome(asked::evaluate, request);
            assertThat(outcome(r -> kept.range(asked, r).answer(), request))
                    .as("%s at %s in round %d, seed %d", request.plan().text(), request.steps(), round, SEED)
                    .isEqualTo(expected);
        }
        assertThat(kept.stepsFromCache()).as("steps found, seed %d", SEED).isGreaterThan(3 * ROUNDS);
    }
}
