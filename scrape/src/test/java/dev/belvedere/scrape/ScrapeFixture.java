package dev.belvedere.scrape;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.MemoryLoop;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A scrape service in memory whose clock moves when told to, and a look at what it stored.
final class ScrapeFixture implements AutoCloseable {

    static final long START = 1_700_000_000_000L;

    final MemoryTransport network = new MemoryTransport();
    final ManualTime time = new ManualTime(START);
    final MemoryDisk disk = new MemoryDisk();
    final MemoryMetricStore store = new MemoryMetricStore(0);
    final MetricRegistry registry = new MetricRegistry();
    final ScrapeService service;

    private final boolean addsTypeAndUnit;

    ScrapeFixture() {
        this(false);
    }

    ScrapeFixture(boolean addsTypeAndUnit) {
        this.addsTypeAndUnit = addsTypeAndUnit;
        this.service = new ScrapeService(environment(network));
    }

    ScrapeEnvironment environment(HttpTransport transport) {
        MemoryLoop loop = MemoryLoop.start(time, transport);
        return new ScrapeEnvironment(
                store,
                Tenant.DEFAULT,
                List.of(loop),
                transport,
                time,
                disk,
                registry,
                "Belvedere/test",
                addsTypeAndUnit,
                "monitor-1");
    }

    void apply(String yaml) {
        service.apply(config(yaml));
    }

    PrometheusConfig config(String yaml) {
        return PrometheusConfig.read(
                YamlNode.parse("test.yml", yaml).orElseThrow().map(),
                new ConfigSource(Path.of("/etc/belvedere"), disk, Map.of()));
    }

    void write(String path, String text) throws IOException {
        try (DiskFile file = disk.open(Path.of(path))) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            file.truncate(0);
            file.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /// A target that exposes this text.
    void expose(String host, String body) {
        network.on("http://" + host, request -> MemoryTransport.answer(200, "text/plain; version=0.0.4", body));
    }

    void answer(String host, OutboundRequest.Response response) {
        network.on("http://" + host, request -> response);
    }

    /// Lets time pass once the service's loop waits for it, and returns when it waits again.
    void pass(Duration duration) {
        try {
            time.awaitSleepers(1);
            time.advance(duration);
            time.awaitSleepers(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The labels of all exemplars of a metric.
    List<String> exemplars(String metric) {
        List<LabelMatcher> matchers = List.of(LabelMatcher.equal(Labels.METRIC_NAME, metric));
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            return querier.exemplars(matchers, new TimeRange(0, Long.MAX_VALUE)).values().stream()
                    .flatMap(List::stream)
                    .map(exemplar -> exemplar.labels().toString())
                    .toList();
        }
    }

    /// All samples of each series of a metric, in time order, stale markers as "stale".
    Map<String, List<String>> values(String metric) {
        Map<String, List<String>> result = new TreeMap<>();
        samples(metric)
                .forEach((labels, samples) -> samples.values()
                        .forEach(value -> result.computeIfAbsent(
                                        labels.withoutMetricName().toString(), key -> new ArrayList<>())
                                .add(value)));
        return result;
    }

    Map<Labels, TreeMap<Long, String>> samples(String metric) {
        Map<Labels, TreeMap<Long, String>> result = new TreeMap<>();
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            SelectRequest request = SelectRequest.samples(
                    List.of(LabelMatcher.equal(Labels.METRIC_NAME, metric)), 0, Long.MAX_VALUE / 2);
            SampleColumn column = new SampleColumn();
            for (SeriesCursor cursor : querier.select(request)) {
                while (cursor.next()) {
                    SeriesGroup group = cursor.group();
                    for (int series = 0; series < group.seriesCount(); series++) {
                        group.read(series, column);
                        for (int row = 0; row < group.rowCount(); row++) {
                            if (!column.isAbsent(row)) {
                                result.computeIfAbsent(group.labels(series), key -> new TreeMap<>())
                                        .put(group.timestamps()[row], text(column, row));
                            }
                        }
                    }
                }
            }
        }
        return result;
    }

    private static String text(SampleColumn column, int row) {
        NativeHistogram histogram = column.histogram(row);
        if (histogram != null) {
            return histogram.isStale() ? "stale histogram" : "histogram of " + histogram.count();
        }
        double value = column.values()[row];
        return SampleValues.isStale(value) ? "stale" : Double.toString(value);
    }

    /// Lets time pass until the newest sample of the metric's first series has this value.
    void advanceUntilNewest(String metric, String value) {
        passUntil(
                Duration.ofMillis(100),
                () -> values(metric).values().iterator().next().getLast().equals(value));
    }

    /// Lets time pass in steps until something has come true. The service's loop, which may have nothing left to wait
    /// for then, has all the time that it needs for each step.
    void passUntil(Duration step, BooleanSupplier condition) {
        try {
            while (true) {
                time.awaitSleepers(() -> condition.getAsBoolean() ? 0 : 1);
                if (condition.getAsBoolean()) {
                    return;
                }
                time.advance(step);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    ActiveTarget onlyTarget() {
        return service.targets().getFirst().active().getFirst();
    }

    @Override
    public void close() {
        service.close();
    }
}
