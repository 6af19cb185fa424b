package dev.belvedere.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SelectRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricUsageTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final Path STATE = Path.of("/state");

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(NOW);

    private static void select(MetricStore store, LabelMatcher... matchers) {
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            querier.select(SelectRequest.samples(List.of(matchers), 0, 1));
        }
    }

    private static LabelMatcher regex(String pattern) {
        return LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", pattern);
    }

    private static Usage of(MetricUsage usage, String metric) {
        return usage.of(Tenant.DEFAULT, List.of(metric)).getFirst();
    }

    @Test
    void selections_count_for_the_metrics_they_name() {
        try (MetricUsage usage = MetricUsage.open(disk, STATE, time)) {
            MetricStore api = usage.counted(new MemoryMetricStore(), QuerySource.API);
            MetricStore rules = usage.counted(new MemoryMetricStore(), QuerySource.RULE);
            select(api, LabelMatcher.equal("__name__", "up"), LabelMatcher.equal("job", "a"));
            time.advance(Duration.ofSeconds(5));
            select(rules, LabelMatcher.equal("__name__", "up"));
            select(api, regex("a|b"));
            select(api, regex("node_.*"));
            select(api, regex(".*"), LabelMatcher.equal("job", "a"));
            select(api, LabelMatcher.equal("job", "a"));
            select(api, LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "__name__", "c"));
            ScopedValue.where(QuerySource.CURRENT, QuerySource.DASHBOARD)
                    .run(() -> select(api, LabelMatcher.equal("__name__", "b")));
            assertThat(of(usage, "up")).isEqualTo(new Usage(NOW + 5000, 1, 0, 1));
            assertThat(of(usage, "a")).isEqualTo(new Usage(NOW + 5000, 0, 0, 1));
            assertThat(of(usage, "b")).isEqualTo(new Usage(NOW + 5000, 0, 1, 1));
            assertThat(of(usage, "node_load1")).isEqualTo(new Usage(NOW + 5000, 0, 0, 1));
            assertThat(of(usage, "c")).isEqualTo(Usage.NEVER);
        }
    }

    @Test
    void usage_survives_a_restart() {
        try (MetricUsage usage = MetricUsage.open(disk, STATE, time)) {
            MetricStore store = usage.counted(new MemoryMetricStore(), QuerySource.API);
            select(store, LabelMatcher.equal("__name__", "odd name\n%é"));
            select(store, regex("node_.*"));
        }
        time.advance(Duration.ofDays(1));
        try (MetricUsage usage = MetricUsage.open(disk, STATE, time)) {
            assertThat(of(usage, "odd name\n%é")).isEqualTo(new Usage(NOW, 0, 0, 1));
            assertThat(of(usage, "node_x")).isEqualTo(new Usage(NOW, 0, 0, 1));
            assertThat(usage.sinceMillis()).isEqualTo(NOW);
        }
    }

    @Test
    void a_damaged_file_counts_anew() throws IOException {
        try (MetricUsage usage = MetricUsage.open(disk, STATE, time)) {
            select(usage.counted(new MemoryMetricStore(), QuerySource.API), LabelMatcher.equal("__name__", "up"));
        }
        try (DiskFile file = disk.open(STATE.resolve("metric-usage"))) {
            file.write(ByteBuffer.wrap(new byte[] {'x'}), 30);
        }
        time.advance(Duration.ofDays(1));
        try (MetricUsage usage = MetricUsage.open(disk, STATE, time)) {
            assertThat(of(usage, "up")).isEqualTo(Usage.NEVER);
            assertThat(usage.sinceMillis()).isEqualTo(NOW + Duration.ofDays(1).toMillis());
        }
    }
}
