package dev.belvedere.api.own;

import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.OwnApi;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.QuerySource;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnCardinalityFaceTest {

    private static final List<Long> BEFORE = List.of(0L, 0L, 1L, 2L, 2L, 2L, 3L, 4L);
    private static final long NOW = 1_700_000_000_000L;

    private final ManualTime time = new ManualTime(NOW);
    private final List<MetricCardinality.Request> requests = new ArrayList<>();
    private final MetricUsage usage = MetricUsage.open(new MemoryDisk(), Path.of("/state"), time);
    private IngestServer server;

    private final MetricCardinality cardinality = new MetricCardinality() {
        @Override
        public Cardinality cardinality(Tenant tenant, Request request, QueryBudget budget) {
            requests.add(request);
            Count count = new Count(9, 4, 1, 2, BEFORE);
            return new Cardinality(
                    count,
                    2,
                    List.of(new Named("up", count), new Named("forgotten", new Count(3, 3, 0, 0, BEFORE))),
                    1,
                    List.of(new LabelCount("job", 2, count)),
                    List.of(new PairCount("job", "a", count)),
                    1,
                    List.of(new TargetCount("a", "h:1", count)),
                    7,
                    List.of(new Named("x", count)));
        }

        @Override
        public Map<String, Long> bytesByMetric(Tenant tenant, QueryBudget budget) {
            return Map.of("up", 7000L);
        }

        @Override
        public List<SeriesCut> cuts(Tenant tenant) {
            return List.of(new SeriesCut("metric", "up", 5, 4, "data.maxSeriesPerMetric", 17, NOW - 1000));
        }
    };

    @BeforeEach
    void start() {
        Routes routes = new Routes();
        new OwnCardinalityFace(
                        cardinality,
                        usage,
                        TenantResolver.single(),
                        new QueryBudgets(QueryBudget.Limits.DEFAULT, QueryMemory.unlimited(), time),
                        time)
                .addTo(routes);
        server = new IngestServer(routes);
        try (MetricQuerier querier = usage.counted(new MemoryMetricStore(), QuerySource.RULE)
                .querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            querier.select(SelectRequest.samples(List.of(LabelMatcher.equal("__name__", "up")), 0, 1));
        }
    }

    @AfterEach
    void stop() {
        server.close();
        usage.close();
    }

    private String get(String path) {
        return text(server.get(OwnApi.BASE + path));
    }

    @Test
    void counts_usage_and_cuts_are_told_together() {
        String count = "{\"total\":9,\"active\":4,\"newInHour\":1,\"newInDay\":2,\"before\":[0,0,1,2,2,2,3,4]}";
        assertThat(get("/cardinality?limit=5&focus=pod"))
                .isEqualTo("{\"beforeSeconds\":[604800,518400,432000,345600,259200,172800,86400,3600],\"series\":"
                        + count + ",\"metricCount\":2,\"metrics\":[{\"name\":\"up\",\"series\":"
                        + count
                        + ",\"bytes\":7000,\"usage\":{\"lastQueriedMillis\":" + NOW
                        + ",\"rules\":1,\"dashboards\":0,\"api\":0}},"
                        + "{\"name\":\"forgotten\",\"series\":{\"total\":3,\"active\":3,\"newInHour\":0,\"newInDay\":0,"
                        + "\"before\":[0,0,1,2,2,2,3,4]},"
                        + "\"bytes\":0,\"usage\":{\"lastQueriedMillis\":null,\"rules\":0,\"dashboards\":0,\"api\":0}}],"
                        + "\"labelCount\":1,\"labels\":[{\"name\":\"job\",\"values\":2,\"series\":" + count + "}],"
                        + "\"pairs\":[{\"name\":\"job\",\"value\":\"a\",\"series\":" + count + "}],\"targetCount\":1,"
                        + "\"targets\":[{\"job\":\"a\",\"instance\":\"h:1\",\"series\":" + count + "}],"
                        + "\"focus\":{\"label\":\"pod\",\"count\":7,\"values\":[{\"name\":\"x\",\"series\":" + count
                        + "}]},\"cuts\":[{\"scope\":\"metric\",\"name\":\"up\",\"active\":5,\"limit\":4,"
                        + "\"limitKey\":\"data.maxSeriesPerMetric\",\"refused\":17,\"sinceMillis\":" + (NOW - 1000)
                        + "}],\"usageSinceMillis\":" + NOW + "}");
        assertThat(requests.getFirst().focusLabel()).isEqualTo("pod");
        assertThat(requests.getFirst().limit()).isEqualTo(5);
        assertThat(requests.getFirst().order()).isEqualTo(MetricCardinality.Order.TOTAL);
    }

    @Test
    void lists_are_ordered_by_growth() {
        get("/cardinality?sort=hour");
        get("/cardinality?sort=week");
        assertThat(requests)
                .extracting(MetricCardinality.Request::order)
                .containsExactly(MetricCardinality.Order.GROWTH_IN_HOUR, MetricCardinality.Order.GROWTH_IN_WEEK);
        assertThat(get("/cardinality?sort=name")).contains("is none of total, hour, day and week");
    }

    @Test
    void a_selector_narrows_and_a_wrong_one_is_told() {
        get("/cardinality?match=" + URLEncoder.encode("up{job=\"a\"}", StandardCharsets.UTF_8));
        assertThat(requests.getFirst().matchers())
                .containsExactlyInAnyOrder(LabelMatcher.equal("__name__", "up"), LabelMatcher.equal("job", "a"));
        HttpResponse<byte[]> wrong = server.get(OwnApi.BASE + "/cardinality?match=up%7B");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(text(wrong)).contains("parameter match: ");
        assertThat(get("/cardinality?limit=0")).contains("parameter limit: \\\"0\\\" is not 1 to 1000");
    }

    @Test
    void metrics_that_nobody_queries_are_found() {
        assertThat(get("/cardinality/unused?days=30"))
                .contains("\"metricCount\":1,\"seriesCount\":3,\"metrics\":[{\"name\":\"forgotten\"");
        time.advance(Duration.ofDays(31));
        assertThat(get("/cardinality/unused?days=30")).contains("\"metricCount\":2,\"seriesCount\":12");
    }
}
