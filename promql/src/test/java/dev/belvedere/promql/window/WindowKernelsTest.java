package dev.belvedere.promql.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that go on from window to window, against the same functions worked out of each window by itself.
class WindowKernelsTest {

    private static final long SEED = Long.getLong("seed", 20261126L);
    private static final int ROWS = 400;
    private static final long SPACING = 1000;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private double[] values = {};

    private MemoryMetricStore store(double[] samples) {
        values = samples;
        MemoryMetricStore store = new MemoryMetricStore();
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(Labels.of("__name__", "m"));
            for (int row = 0; row < samples.length; row++) {
                appender.append(ref, row * SPACING, 0, samples[row]);
            }
            appender.commit();
        }
        return store;
    }

    private double[] numbers() {
        double[] numbers = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            numbers[row] = random.nextBoolean() ? random.nextInt(7) - 3 : random.nextGaussian() * 1e6;
        }
        return numbers;
    }

    private double[] withNans() {
        double[] numbers = numbers();
        for (int row = 0; row < ROWS; row++) {
            numbers[row] = random.nextInt(4) == 0 || row > 200 && row < 240 ? Double.NaN : numbers[row];
        }
        return numbers;
    }

    private void check(
            MemoryMetricStore store, String call, int window, int stepRows, ToDoubleFunction<double[]> naive) {
        String query = call.replace("m[]", "m[" + window + "s]");
        MatrixValue answer = (MatrixValue) engine.range(
                        store,
                        Tenant.DEFAULT,
                        engine.parse(query),
                        0,
                        (ROWS - 1) * SPACING,
                        stepRows * SPACING,
                        QueryBudget.unlimited())
                .value();
        MatrixSeries series = answer.series().getFirst();
        for (int i = 0; i < series.timestamps().length; i++) {
            int end = (int) (series.timestamps()[i] / SPACING) + 1;
            int start = Math.max(0, end - window);
            double expected = naive.applyAsDouble(Arrays.copyOfRange(values, start, end));
            double got = series.values()[i];
            String where = query + " at row " + end + " seed=" + SEED;
            if (Double.isNaN(expected) || Double.isInfinite(expected)) {
                assertThat(got).as(where).isEqualTo(Double.valueOf(expected));
            } else {
                assertThat(got).as(where).isEqualTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private static double quantile(double q, double[] window) {
        // NaN first, then ascending.
        Double[] sorted = Arrays.stream(window).boxed().toArray(Double[]::new);
        Arrays.sort(sorted, (a, b) -> a.isNaN() || b.isNaN() ? Boolean.compare(b.isNaN(), a.isNaN()) : a.compareTo(b));
        double rank = q * (sorted.length - 1);
        int lower = (int) Math.floor(rank);
        double weight = rank - lower;
        return sorted[lower] * (1 - weight) + sorted[Math.min(sorted.length - 1, lower + 1)] * weight;
    }

    private static double sum(double[] window) {
        return Arrays.stream(window)
                .mapToObj(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    private static double extreme(double[] window, boolean isMax) {
        double extreme = Double.NaN;
        for (double value : window) {
            if (Double.isNaN(extreme) || (isMax ? value > extreme : value < extreme)) {
                extreme = value;
            }
        }
        return extreme;
    }

    /// The least-squares line in exact arithmetic: its slope, and its value so many seconds behind the last sample.
    private static double line(double[] window, double ahead, boolean isSlope) {
        BigDecimal count = BigDecimal.valueOf(window.length);
        BigDecimal x = BigDecimal.ZERO;
        BigDecimal y = BigDecimal.ZERO;
        BigDecimal xy = BigDecimal.ZERO;
        BigDecimal xx = BigDecimal.ZERO;
        for (int row = 0; row < window.length; row++) {
            BigDecimal at = BigDecimal.valueOf(row - window.length + 1);
            BigDecimal value = new BigDecimal(window[row]);
            x = x.add(at);
            y = y.add(value);
            xy = xy.add(at.multiply(value));
            xx = xx.add(at.multiply(at));
        }
        BigDecimal slope = count.multiply(xy)
                .subtract(x.multiply(y))
                .divide(count.multiply(xx).subtract(x.multiply(x)), MathContext.DECIMAL128);
        BigDecimal intercept = y.subtract(slope.multiply(x)).divide(count, MathContext.DECIMAL128);
        return (isSlope ? slope : intercept.add(slope.multiply(BigDecimal.valueOf(ahead)))).doubleValue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 20, 90})
    void quantiles_are_those_of_each_window(int stepRows) {
        for (double[] samples : new double[][] {numbers(), withNans()}) {
            MemoryMetricStore store = store(samples);
            for (double q : new double[] {0, 0.1, 0.5, 0.95, 1}) {
                check(store, "quantile_over_time(" + q + ", m[])", 40, stepRows, window -> quantile(q, window));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 20, 30, 60, 90})
    void extremes_are_those_of_each_window(int stepRows) {
        for (double[] samples : new double[][] {numbers(), withNans()}) {
            MemoryMetricStore store = store(samples);
            check(store, "max_over_time(m[])", 60, stepRows, window -> extreme(window, true));
            check(store, "min_over_time(m[])", 60, stepRows, window -> extreme(window, false));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 20, 60, 90})
    void sums_are_those_of_each_window(int stepRows) {
        MemoryMetricStore store = store(numbers());
        check(store, "sum_over_time(m[])", 60, stepRows, WindowKernelsTest::sum);
        check(store, "avg_over_time(m[])", 60, stepRows, window -> sum(window) / window.length);
    }

    @Test
    void a_large_value_leaves_no_error_behind_when_its_window_is_over() {
        double[] samples = new double[ROWS];
        Arrays.fill(samples, 0.1);
        samples[100] = 1e200;
        samples[150] = -1e200;
        MemoryMetricStore store = store(samples);
        check(store, "sum_over_time(m[])", 30, 1, WindowKernelsTest::sum);
    }

    @Test
    void what_overflows_a_sum_does_so_in_the_order_of_time() {
        double[] samples = numbers();
        samples[100] = Double.MAX_VALUE;
        samples[101] = Double.MAX_VALUE;
        samples[102] = -Double.MAX_VALUE;
        MemoryMetricStore store = store(samples);
        check(store, "sum_over_time(m[])", 30, 1, window -> {
            double sum = 0;
            for (double value : window) {
                sum += value;
            }
            return Double.isInfinite(sum) ? sum : sum(window);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60})
    void lines_are_those_of_each_window(int stepRows) {
        double[] samples = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            samples[row] = 1e6 + row + random.nextInt(5);
        }
        MemoryMetricStore store = store(samples);
        check(store, "predict_linear(m[], 100)", 60, stepRows, window -> line(window, 100, false));
        check(store, "deriv(m[])", 60, stepRows, window -> line(window, 0, true));
    }

    @Test
    void instant_rates_are_of_the_last_two_samples() {
        double[] samples = numbers();
        MemoryMetricStore store = store(samples);
        check(store, "idelta(m[])", 5, 1, w -> w[w.length - 1] - w[w.length - 2]);
        check(store, "irate(m[])", 5, 1, w -> {
            double last = w[w.length - 1];
            double before = w[w.length - 2];
            return last < before ? last : last - before;
        });
    }
}
