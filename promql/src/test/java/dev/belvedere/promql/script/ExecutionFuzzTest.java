package dev.belvedere.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text as a query over a small store: it is refused, is ended by its budget or answers. A range of one step
/// answers what an instant does, and a store that shows its series otherwise changes nothing.
class ExecutionFuzzTest {

    /// What a query may allocate is bounded by its own budget of samples, not by its length.
    private static final ParserBudget BUDGET = ParserBudget.of(512L << 20, 40_000);

    private static final QueryBudget.Limits LIMITS = new QueryBudget.Limits(100_000, 64 << 20, 2000);
    private static final long NOW = 1_800_000;
    private static final int MAX_BYTES = 600;

    /// Says which of equal series it takes by their order, or what steps there are.
    private static final Pattern BY_ORDER_OR_STEP =
            Pattern.compile("(?i)topk|bottomk|limit|step|range|start|end|info|sort");

    private static final PromqlEngine ENGINE = new PromqlEngine(PromqlOptions.EVERYTHING);
    private static final MemoryMetricStore STORE = filled("""
            load 30s
              m{i="1", j="a"} 0+3x30 _x3 5 NaN Inf -Inf stale 1+1x30
              m{i="2", j="a"} 100-2x30 0x30
              m{i="3", j="b"} _x40 7x30
              r_total{i="1"} 0+10x20 0+10x20 3+4x30
              r_total{i="2"} 0+1.5x70
              h_bucket{le="0.1", i="1"} 0+1x70
              h_bucket{le="1", i="1"} 0+3x70
              h_bucket{le="+Inf", i="1"} 0+5x70
              n{i="1"} {{schema:1 count:4 sum:5 buckets:[1 2 1]}}x40 {{schema:0 count:9 sum:5 buckets:[1 2 6]}}x30
              n{i="2"} {{schema:-53 sum:5 count:4 custom_values:[5 10] buckets:[1 2 1]}}x70
              build_info{i="1", version="v"} 1x70
              target_info{i="1", job="x", data="é"} 1x70
            """);

    private static MemoryMetricStore filled(String script) {
        MemoryMetricStore store = new MemoryMetricStore();
        for (Command command : ScriptParser.parse(script)) {
            SeriesLoader.load((Command.Load) command, store);
        }
        return store;
    }

    static Stream<byte[]> queries() {
        return Stream.of(
                        "sum by (j) (rate(m[5m] offset 1m)) / on (j) group_left max by (j) (m @ 900)",
                        "histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m]))) or histogram_quantile(0.5, n)",
                        "max_over_time(deriv(r_total[3m])[10m:30s]) > bool 0.1 unless m{i=~\"1|3\"}",
                        "label_replace(m, \"k\", \"$1x\", \"j\", \"(.*)\") * on (i) group_right (k) r_total",
                        "histogram_count(n) + histogram_sum(n) - histogram_fraction(0, 2, n)",
                        "count_values(\"v\", m) and absent(nothing{a=\"b\"}) or quantile(0.3, m)",
                        "-m ^ 2 % 3 atan2 vector(time()) == m",
                        "increase(r_total[5m] smoothed) - rate(r_total[5m] anchored) + on () fill_left (0) m",
                        "predict_linear(m[10m], 60) + holt_winters(m[5m], 0.5, 0.5)",
                        "info(m) or label_join(m, \"x\", \"-\", \"i\", \"j\") or mad_over_time(m[5m])",
                        "n * 2 - n / 3 + on (i) group_left n",
                        "changes(m[1h]) + resets(r_total[30m]) + ts_of_max_over_time(m[5m])")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static QueryBudget budget() {
        return new QueryBudget(LIMITS, System::nanoTime);
    }

    /// Empty where the query has no answer.
    private static Optional<Value> instant(MetricStore store, Expr expr) {
        try {
            return Optional.of(
                    ENGINE.instant(store, Tenant.DEFAULT, expr, NOW, budget()).value());
        } catch (OperationException e) {
            assertThat(e.code()).isIn("execution", "query_too_many_samples", "query_timeout", "invalid_regex");
            assertThat(e.getMessage()).isNotEmpty();
            return Optional.empty();
        }
    }

    @MethodSource("queries")
    @FuzzTest
    void query(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return;
        }
        String query = new String(bytes, StandardCharsets.UTF_8);
        Expr expr;
        try {
            expr = ENGINE.parse(query);
        } catch (ParseException e) {
            assertThat(e.reason()).isNotEmpty();
            return;
        }
        BUDGET.run(bytes.length, () -> instant(STORE, expr));
        BUDGET.run(bytes.length, () -> range(expr));
        Optional<Value> value = instant(STORE, expr);
        if (value.isEmpty() || BY_ORDER_OR_STEP.matcher(query).find()) {
            return;
        }
        instant(GroupedStore.inPartitions(STORE), expr).ifPresent(other -> requireSame(query, value.get(), other));
        if (expr.type() == ValueType.VECTOR) {
            Value range = ENGINE.range(STORE, Tenant.DEFAULT, expr, NOW, NOW, 1000, budget())
                    .value();
            requireSame(query, value.get(), range);
        }
    }

    private static void range(Expr expr) {
        try {
            ENGINE.range(STORE, Tenant.DEFAULT, expr, 0, 2 * NOW, 60_000, budget());
        } catch (OperationException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static void requireSame(String query, Value value, Value other) {
        Map<Labels, Object> expected = samples(value);
        Map<Labels, Object> actual = samples(other);
        assertThat(actual.keySet()).as(query).isEqualTo(expected.keySet());
        expected.forEach((labels, sample) -> {
            Object same = actual.get(labels);
            if (sample instanceof Double number && same instanceof Double found) {
                requireClose(query + " of " + labels, number, found);
            } else if (sample instanceof NativeHistogram histogram && same instanceof NativeHistogram found) {
                requireClose(query + " count of " + labels, histogram.count(), found.count());
                requireClose(query + " sum of " + labels, histogram.sum(), found.sum());
            } else {
                assertThat(same).as(query + " of " + labels).isInstanceOf(sample.getClass());
            }
        });
    }

    private static void requireClose(String what, double expected, double actual) {
        if (Double.isFinite(expected)) {
            assertThat(actual).as(what).isCloseTo(expected, within(Math.abs(expected) * 1e-9 + 1e-9));
        } else {
            assertThat(Double.compare(actual, expected))
                    .as(what + ": " + expected + " and " + actual)
                    .isZero();
        }
    }

    /// Values and histograms by labels; of a matrix the last ones.
    private static Map<Labels, Object> samples(Value value) {
        Map<Labels, Object> samples = new HashMap<>();
        switch (value) {
            case Value.ScalarValue scalar -> samples.put(Labels.EMPTY, scalar.value());
            case Value.StringValue string -> samples.put(Labels.EMPTY, string.value());
            case Value.VectorValue vector -> {
                for (VectorSample sample : vector.samples()) {
                    samples.put(sample.labels(), sampleOf(sample.value(), sample.histogram()));
                }
            }
            case Value.MatrixValue matrix -> {
                for (MatrixSeries series : matrix.series()) {
                    int floats = series.values().length;
                    int histograms = series.histograms().length;
                    samples.put(
                            series.labels(),
                            histograms > 0 ? series.histograms()[histograms - 1] : series.values()[floats - 1]);
                }
            }
        }
        return samples;
    }

    private static Object sampleOf(double value, @Nullable NativeHistogram histogram) {
        return histogram == null ? value : histogram;
    }
}
