package dev.belvedere.tsdb.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.tsdb.StoreOnDisk;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was found of label names and values is kept: it must be found anew whenever it may have changed.
class SeriesPresenceTest {

    private static final long START = 1_790_000_000_000L;

    private final StoreOnDisk opened = StoreOnDisk.open(
            new MemoryDisk(), Path.of("/data"), 2, TsdbOptions.DEFAULT, new ManualTime(START + 7_200_000));

    private void append(String instance, String name, long timestampMillis) {
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            Labels labels = Labels.of("__name__", "m", "job", "j", "instance", instance, name, instance);
            appender.append(appender.series(labels), timestampMillis, MetricAppender.NO_START, 1);
            assertThat(appender.commit().accepted()).isEqualTo(1);
        }
    }

    private List<String> names(long fromMillis, long toMillis) {
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            return querier.labelNames(List.of(), new TimeRange(fromMillis, toMillis), 0);
        }
    }

    private List<String> instances(long fromMillis, long toMillis) {
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            return querier.labelValues("instance", List.of(), new TimeRange(fromMillis, toMillis), 0);
        }
    }

    @Test
    void names_and_values_asked_again_are_those_of_now() {
        append("a", "x", START);
        for (int round = 0; round < 2; round++) {
            assertThat(names(START, START + 60_000)).containsExactly("__name__", "instance", "job", "x");
            assertThat(instances(START, START + 60_000)).containsExactly("a");
        }
        append("b", "y", START + 30_000);
        for (int round = 0; round < 2; round++) {
            assertThat(names(START, START + 60_000)).containsExactly("__name__", "instance", "job", "x", "y");
            assertThat(instances(START, START + 60_000)).containsExactly("a", "b");
            assertThat(names(START, START + 1)).containsExactly("__name__", "instance", "job", "x");
            assertThat(instances(START + 1, START + 60_000)).containsExactly("b");
        }
        opened.store().flush();
        assertThat(instances(START, START + 60_000)).containsExactly("a", "b");
        append("a", "x", START + 90_000);
        assertThat(instances(START + 60_000, START + 120_000)).containsExactly("a");
        assertThat(instances(START + 1, START + 60_000)).containsExactly("b");
        opened.close();
    }
}
