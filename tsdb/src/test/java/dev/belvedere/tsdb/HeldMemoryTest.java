package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lists of series, names and values count against the memory that all queries share.
@Timeout(120)
class HeldMemoryTest {

    private static final int COUNT = 2000;
    private static final long NOW = 20_000L * 24 * 3_600_000;
    private static final TimeRange RANGE = new TimeRange(NOW - 1, NOW + 1);

    private final StoreOnDisk opened =
            StoreOnDisk.open(new MemoryDisk(), Path.of("/data"), 2, TsdbOptions.DEFAULT, new ManualTime(NOW));

    @BeforeEach
    void fill() {
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < COUNT; i++) {
                Labels labels = Labels.of("__name__", "up", "host", Integer.toString(i));
                long ref = appender.series(labels);
                appender.append(ref, NOW, MetricAppender.NO_START, 1);
                appender.appendExemplar(ref, new Exemplar(Labels.of("trace_id", "t"), 1, NOW));
                appender.updateMetadata("family_" + i, new MetricMetadata(MetricType.GAUGE, "", "helps"));
            }
            appender.commit();
        }
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private interface Asked {
        List<?> of(MetricQuerier querier);
    }

    private List<?> ask(QueryBudget budget, Asked asked) {
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, budget)) {
            return asked.of(querier);
        }
    }

    private static QueryBudget budget(QueryMemory memory) {
        return new QueryBudget(QueryBudget.Limits.DEFAULT, () -> 0, memory, QueryMemory.Rank.CLIENT);
    }

    @Test
    void lists_are_held_until_the_answer_is_sent() {
        QueryMemory memory = new QueryMemory(64 << 20);
        for (List<LabelMatcher> matchers :
                List.of(List.<LabelMatcher>of(), List.of(LabelMatcher.equal("__name__", "up")))) {
            QueryBudget series = budget(memory);
            assertThat(ask(series, querier -> querier.series(matchers, RANGE, 0)))
                    .hasSize(COUNT);
            assertThat(series.bytesHeld()).isBetween(COUNT * 160L, COUNT * 200L);
            QueryBudget values = budget(memory);
            assertThat(ask(values, querier -> querier.labelValues("host", matchers, RANGE, 0)))
                    .hasSize(COUNT);
            assertThat(values.bytesHeld()).isBetween(COUNT * 16L, COUNT * 32L);
            QueryBudget exemplars = budget(memory);
            assertThat(ask(
                            exemplars,
                            querier -> List.copyOf(
                                    querier.exemplars(matchers, RANGE).keySet())))
                    .hasSize(COUNT);
            assertThat(exemplars.bytesHeld()).isBetween(COUNT * 128L, COUNT * 160L);
            assertThat(memory.heldBytes())
                    .isGreaterThanOrEqualTo(series.bytesHeld() + values.bytesHeld() + exemplars.bytesHeld());
            series.close();
            values.close();
            exemplars.close();
        }
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void longer_ones_than_one_query_may_have_are_refused() {
        List<Asked> lists = List.of(
                querier -> querier.series(List.of(), RANGE, 0),
                querier -> querier.labelValues("host", List.of(), RANGE, 0),
                querier -> List.copyOf(querier.exemplars(List.of(), RANGE).keySet()),
                querier -> List.copyOf(querier.metadata().keySet()));
        for (Asked asked : lists) {
            assertThatThrownBy(() -> ask(budget(new QueryMemory(16 << 10)), asked))
                    .isInstanceOfSatisfying(
                            QueryCancelledException.class,
                            e -> assertThat(e.code()).isEqualTo("query_too_much_memory"));
        }
        assertThat(ask(budget(new QueryMemory(16 << 10)), querier -> querier.labelNames(List.of(), RANGE, 0)))
                .hasSize(2);
    }

    /// Of a limit of 128 KiB one query may have 98, which is less than 2,000 pairs in two partitions take.
    @Test
    void counts_of_series_hold_what_they_count_with() {
        MetricCardinality.Request request =
                new MetricCardinality.Request(List.of(), "host", 10, MetricCardinality.Order.TOTAL);
        List<Consumer<QueryBudget>> counts = List.of(
                budget -> opened.store().statistics(Tenant.DEFAULT, 10, budget),
                budget -> opened.store().cardinality(Tenant.DEFAULT, request, budget));
        for (Consumer<QueryBudget> count : counts) {
            QueryBudget enough = budget(new QueryMemory(64 << 20));
            count.accept(enough);
            assertThat(enough.bytesHeld()).isBetween(COUNT * 64L, COUNT * 400L);
            QueryBudget tooLittle = budget(new QueryMemory(128 << 10));
            assertThatThrownBy(() -> count.accept(tooLittle))
                    .isInstanceOfSatisfying(
                            QueryCancelledException.class,
                            e -> assertThat(e.code()).isEqualTo("query_too_much_memory"));
            QueryBudget left = budget(new QueryMemory(64 << 20));
            left.cancel("cancelled: its client has gone");
            assertThatThrownBy(() -> count.accept(left)).isInstanceOf(QueryCancelledException.class);
        }
    }
}
