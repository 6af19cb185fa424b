package dev.belvedere.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ForwardingQuerier;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromqlEngineTest {

    private static final int SERIES = 20;

    private final MemoryMetricStore store = new MemoryMetricStore();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);

    @BeforeEach
    void fill() {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int series = 0; series < SERIES; series++) {
                long ref = appender.series(Labels.of("__name__", "m", "i", String.format("%02d", series)));
                for (int sample = 0; sample < 100; sample++) {
                    appender.append(ref, sample * 1000L, 0, sample);
                }
            }
            appender.commit();
        }
    }

    private QueryAnswer instant(String query, QueryBudget budget) {
        return engine.instant(store, Tenant.DEFAULT, engine.parse(query), 50_000, budget);
    }

    private QueryAnswer range(String query, QueryBudget budget) {
        return engine.range(store, Tenant.DEFAULT, engine.parse(query), 0, 90_000, 1000, budget);
    }

    private static QueryBudget samples(long max) {
        return new QueryBudget(new QueryBudget.Limits(max, Long.MAX_VALUE, 60_000), () -> 0);
    }

    /// A store that knows that something is missing.
    private record Holed(MetricStore store) implements MetricStore {

        private record HoledQuerier(MetricQuerier querier) implements ForwardingQuerier {
            @Override
            public List<String> warnings() {
                return List.of("block 7 is damaged");
            }
        }

        @Override
        public Capabilities capabilities() {
            return store.capabilities();
        }

        @Override
        public MetricAppender appender(Tenant tenant, AppendOptions options) {
            return store.appender(tenant, options);
        }

        @Override
        public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
            return new HoledQuerier(store.querier(tenant, budget));
        }
    }

    @Test
    void faults_of_durations_are_placed_in_bytes_and_found_after_those_of_types() {
        QueryBudget budget = samples(1000);
        assertThatThrownBy(() -> instant("m{\"größe\"=\"\"}[(5m - 10m)]", budget))
                .hasMessage("17:25: duration must be greater than 0");
        assertThatThrownBy(() -> range("m[(5m - 10m)]", budget))
                .hasMessage(
                        "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
    }

    @Test
    void what_the_store_could_not_read_is_a_warning_beside_the_answer() {
        QueryAnswer answer = engine.instant(
                new Holed(store), Tenant.DEFAULT, engine.parse("sum(m)"), 50_000, QueryBudget.unlimited());
        assertThat(answer.warnings()).containsExactly("block 7 is damaged");
        assertThat(((Value.VectorValue) answer.value()).samples()).hasSize(1);
    }

    @Test
    void a_range_answer_is_sorted_and_as_long_as_its_steps() {
        Value.MatrixValue matrix =
                (Value.MatrixValue) range("m", QueryBudget.unlimited()).value();
        List<Labels> labels =
                matrix.series().stream().map(Value.MatrixSeries::labels).toList();
        assertThat(labels).hasSize(SERIES).isSorted();
        assertThat(matrix.series().getFirst().timestamps()).hasSize(91).startsWith(0, 1000);
        assertThat(matrix.series().getFirst().values()[90]).isEqualTo(90);
    }

    @Test
    void a_range_vector_at_an_instant_is_its_samples() {
        Value.MatrixValue matrix = (Value.MatrixValue)
                instant("m{i=\"03\"}[3s]", QueryBudget.unlimited()).value();
        assertThat(matrix.series().getFirst().timestamps()).containsExactly(48_000, 49_000, 50_000);
    }

    @Test
    void a_range_vector_with_edges_counts_the_samples_of_its_answer() {
        PromqlEngine extending = new PromqlEngine(PromqlOptions.EVERYTHING);
        QueryBudget budget = QueryBudget.unlimited();
        QueryAnswer answer =
                extending.instant(store, Tenant.DEFAULT, extending.parse("m{i=\"03\"}[3s] anchored"), 50_500, budget);
        assertThat(((Value.MatrixValue) answer.value()).series().getFirst().timestamps())
                .containsExactly(47_500, 48_000, 49_000, 50_000, 50_500);
        assertThat(answer.statistics().samples().totalQueryable()).isEqualTo(5);
        assertThat(budget.peakSamplesHeld()).isEqualTo(5);
    }

    @Test
    void too_many_samples_end_a_query_with_advice() {
        assertThatThrownBy(() -> range("m", samples(1000)))
                .isInstanceOf(QueryCancelledException.class)
                .hasMessageContaining("raise the step or raise query.maxSamples");
    }

    @Test
    void series_that_a_function_invents_count_too() {
        assertThatThrownBy(() -> range("count_values(\"v\", m)", samples(3_000)))
                .isInstanceOf(QueryCancelledException.class);
    }

    @Test
    void values_that_are_counted_are_kept_only_where_they_occur() {
        // 91 values at 100 steps each, which in columns are 820,000 samples; the operand has 181,000.
        QueryBudget budget = samples(250_000);
        String values = "count_values(\"v\", m)";
        Value.MatrixValue counted = (Value.MatrixValue)
                engine.range(store, Tenant.DEFAULT, engine.parse("count(" + values + ")"), 0, 90_000, 10, budget)
                        .value();
        assertThat(counted.series().getFirst().values()).hasSize(9001).containsOnly(1);
        for (String subquery : List.of("absent_over_time(%s[1s:10ms])", "sum(sum_over_time(%s[1s:10ms])) != 2000")) {
            String query = subquery.formatted(values);
            Value.MatrixValue matrix = (Value.MatrixValue)
                    engine.range(store, Tenant.DEFAULT, engine.parse(query), 2000, 90_000, 1000, budget)
                            .value();
            assertThat(matrix.series()).as(query).isEmpty();
        }
    }

    @Test
    void a_subquery_of_short_ranges_is_evaluated_where_they_are() {
        long hour = 3_600_000;
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(Labels.of("__name__", "hourly"));
            for (int i = 0; i < 100; i++) {
                appender.append(ref, i * hour, 0, i);
            }
            appender.commit();
        }
        String query = "sum_over_time((hourly + max_over_time(hourly[1m:1ms]))[2ms:1ms] offset -1ms)";
        Value.MatrixValue matrix = (Value.MatrixValue)
                engine.range(store, Tenant.DEFAULT, engine.parse(query), 0, 99 * hour, hour, QueryBudget.unlimited())
                        .value();
        assertThat(matrix.series().getFirst().values())
                .hasSize(100)
                .startsWith(0, 4, 8)
                .endsWith(4 * 99);
    }

    @Test
    void an_aggregation_does_not_keep_the_series_that_it_sums() {
        QueryBudget budget = samples(500);
        assertThat(range("sum(m)", budget).value()).isInstanceOf(Value.MatrixValue.class);
        assertThat(range("sum(rate(m[10s]))", budget).value()).isInstanceOf(Value.MatrixValue.class);
    }

    @Test
    void what_was_held_is_given_back() {
        QueryBudget budget = samples(5_000);
        for (int i = 0; i < 20; i++) {
            range("m + on(i) m", samples(20_000));
            range("abs(m) > 5", budget);
        }
        assertThat(budget.peakSamplesHeld()).isGreaterThan(1000);
    }

    @Test
    void a_query_notices_its_end_amid_the_windows_of_one_series() {
        AtomicLong looks = new AtomicLong();
        QueryBudget budget = new QueryBudget(QueryBudget.Limits.DEFAULT, looks::incrementAndGet);
        range("quantile_over_time(0.5, vector(1)[1m:1ms])", budget);
        assertThat(looks.get()).as("looks at the clock over 5,460,000 rows").isGreaterThan(40);
    }

    @Test
    void a_cancelled_query_stops() {
        QueryBudget budget = samples(1_000_000);
        budget.cancel("cancelled by its client");
        assertThatThrownBy(() -> range("rate(m[10s])", budget)).hasMessage("query was cancelled by its client");
    }

    @Test
    void tenants_do_not_see_each_other() {
        QueryAnswer answer =
                engine.instant(store, new Tenant("other"), engine.parse("m"), 50_000, QueryBudget.unlimited());
        assertThat(((Value.VectorValue) answer.value()).samples()).isEmpty();
    }

    @Test
    void a_range_query_must_be_possible() {
        assertThatThrownBy(() -> range("m[5s]", QueryBudget.unlimited()))
                .isInstanceOf(OperationException.class)
                .hasMessage(
                        "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
        assertThatThrownBy(() -> engine.range(
                        store, Tenant.DEFAULT, engine.parse("m"), 0, Long.MAX_VALUE / 2, 1, QueryBudget.unlimited()))
                .hasMessageContaining("steps: narrow the range or raise the step");
        assertThatThrownBy(() -> instant("count_over_time(m[100y:1ms])", QueryBudget.unlimited()))
                .hasMessageContaining("narrow its range or raise its step");
    }

    @Test
    void remarks_tell_their_place() {
        assertThat(instant("1 + sum(rate(m[10s]))", QueryBudget.unlimited()).infos())
                .containsExactly("PromQL info: metric might not be a counter, name does not end in"
                        + " _total/_sum/_count/_bucket: \"m\" (1:14)");
    }

    @Test
    void selectors_that_several_parts_share_are_read_once() {
        QueryBudget once = samples(1_000_000);
        range("max_over_time(m[10s])", once);
        QueryBudget shared = samples(1_000_000);
        range("max_over_time(m[10s]) - min_over_time(m[10s]) > avg_over_time(m[10s])", shared);
        assertThat(shared.samplesRead()).isEqualTo(once.samplesRead());
    }
}
