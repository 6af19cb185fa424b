package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.rules.RuleOrigin;
import dev.belvedere.api.queries.ActiveQuery;
import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Queries as an operator sees them: limits, the list of active ones, logs, statistics.
class GovernedQueriesTest {

    private static final String OWN = "/api/belvedere/v1/queries";
    private static final long NOW = PrometheusServer.NOW / 1000;

    private final AtomicReference<HeldStore> held = new AtomicReference<>();
    private PrometheusServer server = new PrometheusServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static String instant(String query) {
        return "/api/v1/query?query=" + encoded(query);
    }

    private static String range(String query) {
        return "/api/v1/query_range?query=" + encoded(query) + "&start=" + (NOW - 300) + "&end=" + NOW + "&step=15";
    }

    /// Starts anew with a store that holds its readers.
    private HeldStore hold(QueryOptions options) {
        server.close();
        server = new PrometheusServer(options, PromqlOptions.DEFAULT, store -> {
            held.set(new HeldStore(store));
            return held.get();
        });
        return held.get();
    }

    private static QueryOptions places(int concurrent, int queued) {
        return new QueryOptions(concurrent, concurrent, queued, 11_000, 0, 10, 10, 0);
    }

    private void awaitWaiting(int count) {
        while (server.queries.runs().active().stream()
                        .filter(q -> !q.isRunning())
                        .count()
                < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void beyond_the_places_queries_wait_and_beyond_the_queue_they_are_refused() throws Exception {
        HeldStore store = hold(places(1, 1));
        CompletableFuture<HttpResponse<String>> first = server.begin(instant("up"));
        store.awaitReaders(1);
        CompletableFuture<HttpResponse<String>> second = server.begin(instant("up + 1"));
        awaitWaiting(1);
        assertThat(server.get(OWN))
                .contains("\"query\":\"up\",\"state\":\"running\",\"waitsFor\":null")
                .contains("\"query\":\"up + 1\",\"state\":\"waiting\",\"waitsFor\":\"place\"")
                .endsWith("\"running\":1,\"waiting\":1,\"maxConcurrent\":1,\"maxQueued\":1}");
        assertThat(server.get(instant("up + 2")))
                .isEqualTo("503 {\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"1 queries are running "
                        + "and 1 wait: try again later, or raise query.maxConcurrent or query.maxQueued\"}");
        assertThat(server.get(instant("up + 3") + "&timeout=1ms")).contains("query.maxQueued");
        store.gate.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        assertThat(server.get(OWN)).contains("\"queries\":[],\"running\":0,\"waiting\":0");
        assertThat(server.get("/metrics"))
                .contains("belvedere_queries_total{language=\"promql\",result=\"refused\"} 2")
                .contains("belvedere_queries_total{language=\"promql\",result=\"success\"} 2")
                .contains("belvedere_queries_max_concurrent 1");
    }

    @Test
    void a_query_that_waits_too_long_says_what_it_waited_for() throws Exception {
        HeldStore store = hold(places(1, 1));
        CompletableFuture<HttpResponse<String>> first = server.begin(instant("up"));
        store.awaitReaders(1);
        assertThat(server.get(instant("up") + "&timeout=10ms"))
                .isEqualTo(
                        "503 {\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out in query queue "
                                + "behind 1 others: try again later, or raise query.maxConcurrent or query.timeout\"}");
        store.gate.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
    }

    @Test
    void an_active_query_is_listed_and_can_be_ended() throws Exception {
        HeldStore store = hold(places(2, 1));
        CompletableFuture<HttpResponse<String>> answer = server.begin(range("sum(up)"));
        store.awaitReaders(1);
        ActiveQuery active = server.queries.runs().active().getFirst();
        assertThat(server.get(OWN))
                .contains("\"id\":" + active.id() + ",\"language\":\"promql\",\"query\":\"sum(up)\"")
                .contains("\"caller\":\"127.0.0.1 GET /api/v1/query_range\"")
                .contains("\"stepSeconds\":15")
                .contains("\"since\":\"2023-11-14T22:13:20Z\"");
        assertThat(server.delete(OWN + "/" + active.id())).isEqualTo("204 ");
        assertThat(answer.get().statusCode()).isEqualTo(499);
        assertThat(answer.get().body()).contains("query was cancelled through the API");
        assertThat(server.delete(OWN + "/" + active.id())).startsWith("404 ").contains("no active query has the id");
        assertThat(server.delete(OWN + "/x")).startsWith("404 ");
    }

    @Test
    void a_client_that_leaves_ends_its_query() throws Exception {
        HeldStore store = hold(places(2, 1));
        try (Socket client = server.connect(instant("up"))) {
            assertThat(client.isConnected()).isTrue();
            store.awaitReaders(1);
        }
        while (store.ended.get() == 0 || !server.queries.runs().active().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(server.get("/metrics"))
                .contains("belvedere_queries_total{language=\"promql\",result=\"cancelled\"} 1");
    }

    private void writeUp() {
        for (int second = 0; second <= 300; second += 15) {
            server.write(Labels.of("__name__", "up", "job", "a"), second, second);
            server.write(Labels.of("__name__", "up", "job", "b"), second, 2);
        }
    }

    @Test
    void a_range_asked_again_is_not_worked_out_again_unless_asked_for() {
        writeUp();
        String once = server.get(range("sum(up)"));
        assertThat(server.get(range("sum(up)"))).isEqualTo(once);
        assertThat(server.get(range("sum(up)") + "&nocache=1")).isEqualTo(once);
        assertThat(server.get("/metrics"))
                .contains("belvedere_query_cache_steps_total{source=\"kept\"} 21")
                .contains("belvedere_query_cache_steps_total{source=\"evaluated\"} 21")
                .contains("belvedere_query_plans_total{source=\"kept\"} 2")
                .contains("belvedere_query_plans_total{source=\"made\"} 1");
        server.write(Labels.of("__name__", "up", "job", "c"), 0, 1000);
        assertThat(server.get(range("sum(up)"))).isNotEqualTo(once).contains("[1700000000,\"1002\"]");
    }

    @Test
    void statistics_count_samples_as_prometheus_does() {
        writeUp();
        assertThat(server.get(range("sum(rate(up[1m]))") + "&stats=true"))
                .contains("\"samples\":{\"totalQueryableSamples\":156,\"samplesRead\":42,\"peakSamples\":");
        String all = server.get(instant("up") + "&stats=all");
        assertThat(all)
                .contains("\"samples\":{\"totalQueryableSamplesPerStep\":[[1700000000,2]],\"totalQueryableSamples\":2,"
                        + "\"samplesReadPerStep\":[[1700000000,2]],\"samplesRead\":2,\"peakSamples\":")
                .containsPattern("\"timings\":\\{\"evalTotalTime\":[0-9.eE-]+,\"resultSortTime\":[0-9.eE-]+,"
                        + "\"queryPreparationTime\":[0-9.eE-]+,\"innerEvalTime\":[0-9.eE-]+,"
                        + "\"execQueueTime\":[0-9.eE-]+,\"execTotalTime\":[0-9.eE-]+}");
    }

    @Test
    void what_queries_cost_is_told_by_text() {
        writeUp();
        server.get(instant("up"));
        server.get(instant("up"));
        server.get(instant("up * on() up"));
        server.get(range("up"));
        assertThat(server.get(OWN + "/top?by=count&limit=1"))
                .contains("\"query\":\"up\",\"isCut\":false,\"count\":3,\"failures\":0,")
                .doesNotContain("on()");
        assertThat(server.get(OWN + "/top?by=worst"))
                .contains("\"query\":\"up * on() up\",\"isCut\":false,\"count\":1,\"failures\":1,");
        assertThat(server.get(OWN + "/top?by=beauty"))
                .startsWith("400 ")
                .contains("total, worst, compute, count, samples, bytes");
    }

    @Test
    void an_explained_query_tells_what_each_node_cost() {
        writeUp();
        String explained =
                server.get(OWN + "/explain?query=" + encoded("sum(rate(up[1m])) + scalar(up{job=\"a\"} @ 1700000000)")
                        + "&start=" + (NOW - 60) + "&end=" + NOW + "&step=15");
        assertThat(explained)
                .startsWith("200 {\"query\":\"sum(rate(up[1m]))")
                .contains("\"steps\":5,\"cache\":\"whole\"")
                .contains("\"plan\":{\"node\":\"BinaryExpr\"")
                .contains("{\"node\":\"AggregateExpr\",\"expr\":\"sum(rate(up[1m]))\",\"position\":[0,17],"
                        + "\"evaluations\":1,\"steps\":5,\"once\":false,\"series\":1,")
                .contains("{\"node\":\"Call\",\"expr\":\"rate(up[1m])\",\"position\":[4,16],"
                        + "\"evaluations\":1,\"steps\":5,\"once\":false,\"series\":2,")
                .contains("\"once\":true")
                .containsPattern("\"cpuSeconds\":([0-9.e-]+|null),\"totalCpuSeconds\":([0-9.e-]+|null)");
        assertThat(server.get(OWN + "/explain?query=up")).contains("\"node\":\"VectorSelector\"");
        assertThat(server.get(OWN + "/explain?query=up%5B")).startsWith("400 ").contains("parse error");
        assertThat(server.get(OWN + "/explain?query=up&start=1&end=99999&step=1"))
                .contains("query.maxPoints");
    }

    @Test
    void a_range_that_comes_again_is_answered_with_the_same_bytes_until_something_changes() {
        writeUp();
        String first = server.get(range("up"));
        assertThat(server.get(range("up"))).isEqualTo(first);
        assertThat(server.get(range("up"))).isEqualTo(first);
        assertThat(server.get(range("up") + "&stats=all")).contains("\"stats\":{\"timings\"");
        assertThat(server.get(range("up") + "&limit=1")).contains("results truncated due to limit");
        assertThat(server.get(range("up") + "&nocache=1")).isEqualTo(first);
    }

    @Test
    void queries_are_logged_as_prometheus_logs_them() throws IOException {
        writeUp();
        List<String> lines = logged(() -> {
            server.get(range("up"));
            server.get(instant("up * on() up"));
        });
        server.get(instant("unlogged"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .startsWith("{\"time\":\"2023-11-14T22:13:20.000Z\",\"level\":\"INFO\",\"msg\":\"promql query logged\","
                        + "\"params\":{\"end\":\"2023-11-14T22:13:20.000Z\",\"query\":\"up\","
                        + "\"start\":\"2023-11-14T22:08:20.000Z\",\"step\":15},\"stats\":{\"timings\":{")
                .contains("\"samples\":{\"totalQueryableSamples\":42,\"samplesRead\":42,")
                .endsWith(
                        "\"httpRequest\":{\"clientIP\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/api/v1/query_range\"}}");
        assertThat(lines.getLast()).contains("\"error\":\"found duplicate series for the match group");
    }

    private List<String> logged(Runnable queries) throws IOException {
        Path file = Path.of("/log/queries.log");
        server.disk.createDirectories(Path.of("/log"));
        server.queryLog.reopen(Optional.of(file));
        queries.run();
        server.queryLog.reopen(Optional.empty());
        return new String(server.disk.readAll(file, 1 << 20), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @Test
    void queries_in_every_language_share_places_lists_and_the_switch_that_ends_them() throws Exception {
        HeldStore store = hold(places(1, 1));
        CompletableFuture<HttpResponse<String>> first = server.begin(instant("up"));
        store.awaitReaders(1);
        CompletableFuture<HttpResponse<String>> lines = server.begin("/loki/api/v1/query_range?query="
                + encoded("{app=\"api\"} |= \"x\"") + "&start=" + (NOW - 60) + "&end=" + NOW);
        awaitWaiting(1);
        assertThat(server.get(OWN))
                .contains("\"language\":\"logql\",\"query\":\"{app=\\\"api\\\"} |= \\\"x\\\"\",\"state\":\"waiting\"")
                .contains("\"caller\":\"127.0.0.1 GET /loki/api/v1/query_range\",\"start\":1699999940,"
                        + "\"end\":1700000000");
        assertThat(server.get("/jaeger/api/traces?service=checkout"))
                .startsWith("503 ")
                .contains("1 queries are running and 1 wait");
        assertThat(server.get("/api/belvedere/v1/traces?service=checkout"))
                .startsWith("503 ")
                .contains("query_queue_full");
        assertThat(server.delete(
                        OWN + "/" + server.queries.runs().active().getLast().id()))
                .isEqualTo("204 ");
        assertThat(lines.get().statusCode()).isEqualTo(499);
        assertThat(lines.get().body()).isEqualTo("query was cancelled through the API\n");
        store.gate.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(server.get("/metrics"))
                .contains("belvedere_queries_total{language=\"logql\",result=\"cancelled\"} 1")
                .contains("belvedere_queries_total{language=\"traceql\",result=\"refused\"} 2");
    }

    @Test
    void searches_of_traces_and_logs_are_logged_as_the_queries_that_say_the_same() throws IOException {
        List<String> lines = logged(() -> {
            server.get("/jaeger/api/traces?service=checkout&operation=" + encoded("GET \"/\"")
                    + "&minDuration=10ms&tags=" + encoded("{\"error\":\"true\",\"http.status_code\":\"500\"}")
                    + "&start=" + (NOW - 60) + "000000&end=" + NOW + "000000");
            server.get("/api/belvedere/v1/traces/0123456789abcdef0123456789abcdef");
            server.get("/api/belvedere/v1/traces/0123456789abcdef0123456789abcdef/logs");
            server.get("/loki/api/v1/query?query=" + encoded("count_over_time({app=\"api\"}[1m])"));
        });
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst())
                .contains("\"msg\":\"traceql query logged\",\"params\":{\"end\":\"2023-11-14T22:13:20.000Z\",\"query\":"
                        + "\"{ resource.service.name = \\\"checkout\\\" && name = \\\"GET \\\\\\\"/\\\\\\\"\\\" && status = "
                        + "error && .http.status_code = \\\"500\\\" && duration >= 10000000ns }\"")
                .endsWith(
                        "\"httpRequest\":{\"clientIP\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/jaeger/api/traces\"}}");
        assertThat(lines.get(1)).contains("{ trace:id = \\\"0123456789abcdef0123456789abcdef\\\" }");
        assertThat(lines.get(2)).contains("logql query logged").contains("{} | trace_id=");
        assertThat(lines.getLast()).contains("logql query logged").contains("count_over_time");
    }

    @Test
    void queries_of_rules_tell_their_file_and_group() throws IOException {
        writeUp();
        PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT, Optional.of(server.queries.rules()));
        List<String> lines = logged(() -> ScopedValue.where(RuleOrigin.CURRENT, new RuleOrigin("/etc/rules.yml", "api"))
                .run(() -> engine.instant(
                        server.store,
                        Tenant.DEFAULT,
                        engine.parse("sum(up)"),
                        PrometheusServer.NOW,
                        QueryBudget.unlimited())));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"query\":\"sum(up)\"")
                .endsWith("\"ruleGroup\":{\"file\":\"/etc/rules.yml\",\"name\":\"api\"}}");
    }

    @Test
    void the_points_of_a_series_are_bounded_by_a_key() {
        server.close();
        server = new PrometheusServer(new QueryOptions(1, 1, 1, 10, 0, 0, 0, 0), PromqlOptions.DEFAULT, store -> store);
        assertThat(server.get(range("up")))
                .isEqualTo(
                        "400 {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"exceeded maximum resolution of 10 "
                                + "points per timeseries. Try decreasing the query resolution (?step=XX)\"}");
    }
}
