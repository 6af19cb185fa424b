package dev.belvedere.promql.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.answer.Value.VectorValue;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.script.GroupedStore;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelectingTest {

    private static final int SERIES = 24;

    private final MemoryMetricStore store = new MemoryMetricStore();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);

    /// Of most values there are several, and every seventh series is not a number.
    @BeforeEach
    void fill() {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < SERIES; i++) {
                long ref = appender.series(
                        Labels.of("__name__", "m", "i", Integer.toString(i * 7 % SERIES), "job", "j" + i % 3));
                for (int row = 0; row < 2; row++) {
                    appender.append(ref, row * 60_000L, 0, i % 7 == 3 ? Double.NaN : i * 5 % 9);
                }
            }
            appender.commit();
        }
    }

    private Map<Labels, Double> instant(MetricStore from, String query) {
        QueryAnswer answer = engine.instant(from, Tenant.DEFAULT, engine.parse(query), 0, QueryBudget.unlimited());
        Map<Labels, Double> found = new TreeMap<>();
        for (VectorSample sample : ((VectorValue) answer.value()).samples()) {
            found.put(sample.labels(), sample.value());
        }
        return found;
    }

    /// The same at the first of two moments.
    private Map<Labels, Double> firstOfRange(String query) {
        QueryAnswer answer =
                engine.range(store, Tenant.DEFAULT, engine.parse(query), 0, 60_000, 60_000, QueryBudget.unlimited());
        Map<Labels, Double> found = new TreeMap<>();
        for (MatrixSeries series : ((MatrixValue) answer.value()).series()) {
            found.put(series.labels(), series.values()[0]);
        }
        return found;
    }

    @Test
    void which_of_equal_samples_stay_depends_on_labels_alone() {
        for (String operator : new String[] {"topk", "bottomk", "topk by (job) ", "bottomk without (i) "}) {
            for (int k = 1; k <= SERIES + 1; k++) {
                String query = operator + "(" + k + ", m)";
                Map<Labels, Double> expected = firstOfRange(query);
                for (int groups = 1; groups < 6; groups++) {
                    assertThat(instant(new GroupedStore(store, groups), query))
                            .as("%s in %d groups", query, groups)
                            .isEqualTo(expected);
                }
            }
        }
    }
}
