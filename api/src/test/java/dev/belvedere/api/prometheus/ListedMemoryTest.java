package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.AlertState;
import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that list what is stored count against the memory that all queries share, and long ones are sent in pieces.
@Timeout(120)
class ListedMemoryTest {

    private static final int COUNT = 1500;
    private static final long NOW_NANOS = PrometheusServer.NOW * 1_000_000;

    private QueryMemory memory = new QueryMemory(64 << 20);
    private PrometheusServer server = start();

    private PrometheusServer start() {
        PrometheusServer started =
                new PrometheusServer(QueryOptions.DEFAULT, PromqlOptions.DEFAULT, memory, store -> store);
        List<Span> spans = new ArrayList<>();
        List<LogRecord> lines = new ArrayList<>();
        List<AlertSnapshot> alerts = new ArrayList<>();
        try (MetricAppender appender = started.store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < COUNT; i++) {
                String name = "metric_" + i;
                long ref = appender.series(Labels.of("__name__", name));
                appender.append(ref, PrometheusServer.NOW - 1000, MetricAppender.NO_START, 1);
                appender.appendExemplar(ref, new Exemplar(Labels.of("trace_id", "t" + i), 1, PrometheusServer.NOW));
                appender.updateMetadata(name, new MetricMetadata(MetricType.GAUGE, "", "help of " + i));
                spans.add(span(i));
                lines.add(new LogRecord(
                        Labels.of("app", name),
                        NOW_NANOS - 1000,
                        0,
                        0,
                        "line",
                        Attributes.EMPTY,
                        TraceId.NONE,
                        SpanId.NONE));
                alerts.add(new AlertSnapshot(
                        Labels.of("alertname", name),
                        Labels.EMPTY,
                        AlertState.FIRING,
                        1,
                        PrometheusServer.NOW,
                        AlertSnapshot.NOT_KEPT));
            }
            appender.commit();
        }
        started.traces.append(Tenant.DEFAULT, spans);
        started.logs.append(Tenant.DEFAULT, lines);
        started.alerts = alerts;
        return started;
    }

    private static Span span(int number) {
        return new Span(
                new TraceId(1, number + 1),
                new SpanId(number + 1),
                SpanId.NONE,
                "",
                new Resource(Attributes.of("service.name", "service-" + number)),
                Scope.EMPTY,
                "GET",
                Span.Kind.SERVER,
                NOW_NANOS - 1000,
                1,
                Attributes.EMPTY,
                List.of(),
                List.of(),
                Span.Status.UNSET,
                "");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static final String MATCH_ALL = "match[]=" + encoded("{__name__=~\".+\"}");
    private static final String RANGE =
            "start=" + (PrometheusServer.NOW / 1000 - 60) + "&end=" + (PrometheusServer.NOW / 1000 + 60);

    /// Paths with what is in each answer once for each element.
    private static final List<String> LISTS = List.of(
            "/api/v1/metadata help of",
            "/api/v1/alerts alertname",
            "/api/v1/search/metric_names?limit=100000 \"name\"",
            "/federate?" + MATCH_ALL + " (?m)^metric_",
            "/jaeger/api/services service-",
            "/api/belvedere/v1/services?" + RANGE + " service-",
            "/loki/api/v1/label/app/values?" + RANGE + " metric_",
            "/loki/api/v1/series?match=" + encoded("{app=~\".+\"}") + "&" + RANGE + " metric_",
            "/api/v1/query_exemplars?query=" + encoded("{__name__=~\".+\"}") + "&" + RANGE + " trace_id");

    private void awaitNothingHeld() {
        while (memory.heldBytes() != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void long_lists_come_whole_and_what_they_held_comes_back() {
        server.maxSearchLimit = 100_000;
        for (String list : LISTS) {
            int space = list.indexOf(' ');
            String answer = server.get(list.substring(0, space));
            assertThat(answer).as(list).startsWith("200 ");
            assertThat(Pattern.compile(list.substring(space + 1))
                            .matcher(answer)
                            .results())
                    .as(list)
                    .hasSize(COUNT);
            awaitNothingHeld();
        }
    }

    /// All but the exemplars, which the store in memory does not count.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void a_longer_list_than_one_query_may_hold_is_refused_with_the_key_that_helps(int list) {
        server.close();
        memory = new QueryMemory(32 << 10);
        server = start();
        server.maxSearchLimit = 100_000;
        String path = LISTS.get(list);
        assertThat(server.get(path.substring(0, path.indexOf(' '))))
                .matches("(?s)4(00|22) .*")
                .contains("query would hold more than 0 MiB in memory")
                .contains("raise query.memoryBytes");
        awaitNothingHeld();
    }
}
