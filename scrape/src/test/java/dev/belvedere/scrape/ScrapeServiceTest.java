package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.http.OutboundRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeServiceTest {

    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final ScrapeFixture scrape = new ScrapeFixture();

    @AfterEach
    void stop() {
        scrape.close();
    }

    private static String job(String more) {
        return """
                global: {scrape_interval: 15s}
                scrape_configs:
                  - job_name: node
                    static_configs: [{targets: ["n1:9100"]}]
                """ + more.indent(4);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static final String N1 = "{instance=\"n1:9100\", job=\"node\"}";

    @Test
    void samples_and_the_scrapes_own_series_are_stored_with_the_targets_labels() {
        scrape.expose("n1:9100", "# TYPE a counter\na 1\nb{x=\"y\"} 2\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.pass(INTERVAL);

        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "1.0")));
        assertThat(scrape.values("b"))
                .isEqualTo(Map.of("{instance=\"n1:9100\", job=\"node\", x=\"y\"}", List.of("2.0", "2.0")));
        assertThat(scrape.values("up")).isEqualTo(Map.of(N1, List.of("1.0", "1.0")));
        assertThat(scrape.values("scrape_samples_scraped")).isEqualTo(Map.of(N1, List.of("2.0", "2.0")));
        assertThat(scrape.values("scrape_samples_post_metric_relabeling")).isEqualTo(Map.of(N1, List.of("2.0", "2.0")));
        assertThat(scrape.values("scrape_series_added")).isEqualTo(Map.of(N1, List.of("2.0", "0.0")));
        assertThat(scrape.values("scrape_duration_seconds")).isEqualTo(Map.of(N1, List.of("0.0", "0.0")));
        assertThat(scrape.values("scrape_timeout_seconds")).isEmpty();
    }

    @Test
    void the_request_says_who_asks_for_what_and_how_long_it_waits() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job("""
                scrape_timeout: 7s
                metrics_path: /m
                params: {"match[]": ["up", "a b"]}
                basic_auth: {username: u, password: p}
                """));
        scrape.pass(INTERVAL);

        OutboundRequest request = scrape.network.sent().getFirst();
        assertThat(request.uri()).hasToString("http://n1:9100/m?match%5B%5D=up&match%5B%5D=a+b");
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(request.headers())
                .containsEntry("User-Agent", "Belvedere/test")
                .containsEntry("X-Prometheus-Scrape-Timeout-Seconds", "7")
                .containsEntry("Accept-Encoding", "gzip")
                .containsEntry("Authorization", "Basic dTpw")
                .containsEntry(
                        "Accept",
                        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
    }

    @Test
    void a_series_that_is_not_exposed_any_more_ends_at_that_scrape() {
        scrape.expose("n1:9100", "a 1\nb 2\nc 3\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.expose("n1:9100", "c 3\na 1\nd 4\n");
        scrape.pass(INTERVAL);
        scrape.expose("n1:9100", "a 1\nb 2\nc 3\n");
        scrape.pass(INTERVAL);

        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "1.0", "1.0")));
        assertThat(scrape.values("b")).isEqualTo(Map.of(N1, List.of("2.0", "stale", "2.0")));
        assertThat(scrape.values("d")).isEqualTo(Map.of(N1, List.of("4.0", "stale")));
        assertThat(scrape.values("scrape_series_added")).isEqualTo(Map.of(N1, List.of("3.0", "1.0", "1.0")));
    }

    @Test
    void a_target_that_does_not_answer_is_down_and_its_series_end() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.network.disconnect("http://n1:9100");
        scrape.pass(INTERVAL);
        scrape.pass(INTERVAL);

        assertThat(scrape.values("up")).isEqualTo(Map.of(N1, List.of("1.0", "0.0", "0.0")));
        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "stale")));
        assertThat(scrape.onlyTarget().health()).isEqualTo(ActiveTarget.Health.DOWN);
        assertThat(scrape.onlyTarget().lastError()).isEqualTo("connection refused: http://n1:9100");
    }

    @Test
    void failed_scrapes_are_written_to_their_file() throws IOException {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job("scrape_failure_log_file: /var/log/scrapes.log"));
        scrape.pass(INTERVAL);
        assertThat(scrape.disk.exists(Path.of("/var/log/scrapes.log"))).isFalse();
        scrape.network.disconnect("http://n1:9100");
        scrape.pass(INTERVAL);
        scrape.pass(INTERVAL);
        String[] lines = new String(
                        scrape.disk.readAll(Path.of("/var/log/scrapes.log"), 10_000), StandardCharsets.UTF_8)
                .split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0])
                .startsWith("{\"time\":\"2023-11-14T22:")
                .endsWith("\"level\":\"ERROR\",\"msg\":\"connection refused: http://n1:9100\",\"job_name\":\"node\","
                        + "\"target\":\"http://n1:9100/metrics\"}");
    }

    @Test
    void the_time_between_scrapes_is_observed() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job(""));
        for (int i = 0; i < 3; i++) {
            scrape.pass(INTERVAL);
        }
        assertThat(scrape.registry.collect().stream()
                        .filter(family -> family.name().equals("prometheus_target_interval_length_seconds"))
                        .flatMap(family -> family.points().stream())
                        .map(point -> point.name() + point.labels() + " " + point.value()))
                .contains(
                        "prometheus_target_interval_length_seconds{interval=\"15s\", quantile=\"0.99\"} 15.0",
                        "prometheus_target_interval_length_seconds_sum{interval=\"15s\"} 30.0",
                        "prometheus_target_interval_length_seconds_count{interval=\"15s\"} 2.0");
        assertThat(ScrapeMetrics.goText(60_000)).isEqualTo("1m0s");
        assertThat(ScrapeMetrics.goText(3_661_500)).isEqualTo("1h1m1.5s");
        assertThat(ScrapeMetrics.goText(100)).isEqualTo("100ms");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|text/plain|a 1|server returned HTTP status 500",
                "200|text/plain|a 1 x|line 1: expected a timestamp in milliseconds, found \"x\"",
                "200|''|a 1|the target sent no Content-Type and the job has no fallback_scrape_protocol",
                "200|text/html|a 1|the target sent the unknown Content-Type \"text/html\" and the job has no"
                        + " fallback_scrape_protocol",
                "200|application/openmetrics-text|a 1|line 1: the exposition ends without \"# EOF\"",
            })
    void an_unusable_answer_is_the_targets_last_error(int status, String type, String body, String error) {
        scrape.answer("n1:9100", MemoryTransport.answer(status, type, body));
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        assertThat(scrape.onlyTarget().lastError()).isEqualTo(error);
        assertThat(scrape.values("a")).isEmpty();
        assertThat(scrape.values("up")).isEqualTo(Map.of(N1, List.of("0.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/openmetrics-text;version=1.0.0", "text/plain", "text/html", ""})
    void a_target_that_answers_nothing_is_up(String type) {
        scrape.answer("n1:9100", MemoryTransport.answer(200, type, ""));
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        assertThat(scrape.onlyTarget().lastError()).isEmpty();
        assertThat(scrape.values("up")).isEqualTo(Map.of(N1, List.of("1.0")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sample_limit: 1|sample_limit exceeded: more than 1 samples",
                "label_limit: 3|label_limit exceeded: metric b has a label count of 4, limit 3",
                "label_name_length_limit: 8|label_name_length_limit exceeded: metric b has a label name"
                        + " \"long_name\" of length 9, limit 8",
                "label_value_length_limit: 8|label_value_length_limit exceeded: metric b has a value of length 9 of"
                        + " label \"long_name\", limit 8",
                "body_size_limit: 10B|body_size_limit exceeded: more than 10 bytes",
                "target_limit: 1|target_limit exceeded (number of targets: 2, limit: 1)",
            })
    void a_broken_limit_fails_the_whole_scrape_with_its_name(String setting, String error) {
        scrape.expose("n1", "a 1\nb{long_name=\"1234567ä\"} 2\n");
        scrape.expose("n2", "a 1\nb{long_name=\"1234567ä\"} 2\n");
        scrape.apply("""
                scrape_configs:
                  - job_name: j
                    scrape_interval: 15s
                    static_configs: [{targets: [n1, n2]}]
                    %s
                """.formatted(setting));
        scrape.pass(INTERVAL);
        assertThat(scrape.onlyTarget().lastError()).isEqualTo(error);
        assertThat(scrape.values("a")).isEmpty();
        assertThat(scrape.values("up").values()).allMatch(values -> values.equals(List.of("0.0")));
    }

    @Test
    void a_target_over_its_sample_limit_reports_how_many_samples_it_has() {
        scrape.expose("n1:9100", "a 1\nb 2\n# TYPE c gauge\nc 3\ndropped 4\nd 5\n");
        scrape.apply(job("""
                sample_limit: 2
                metric_relabel_configs: [{source_labels: [__name__], regex: dropped, action: drop}]
                """));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("a")).isEmpty();
        assertThat(scrape.values("scrape_samples_scraped")).isEqualTo(Map.of(N1, List.of("5.0")));
        assertThat(scrape.values("scrape_samples_post_metric_relabeling")).isEqualTo(Map.of(N1, List.of("4.0")));
        assertThat(scrape.values("scrape_series_added")).isEqualTo(Map.of(N1, List.of("0.0")));
        assertThat(scrape.service.targets().getFirst().metadata().getFirst()).containsOnlyKeys("c");
    }

    @Test
    void a_compressed_bomb_stops_at_the_body_limit() throws IOException {
        byte[] bomb = gzip(new byte[50 << 20]);
        scrape.answer(
                "n1:9100",
                new OutboundRequest.Response(
                        200, Map.of("content-type", List.of("text/plain"), "content-encoding", List.of("gzip")), bomb));
        scrape.apply(job("body_size_limit: 1MB\nextra_scrape_metrics: true\n"));
        scrape.pass(INTERVAL);
        assertThat(scrape.onlyTarget().lastError()).isEqualTo("body_size_limit exceeded: more than 1048576 bytes");
        assertThat(scrape.values("scrape_body_size_bytes")).isEqualTo(Map.of(N1, List.of("-1.0")));
        assertThat(scrape.registry
                        .counter("prometheus_target_scrapes_exceeded_body_size_limit_total", "")
                        .value())
                .isEqualTo(1);
    }

    @Test
    void a_gzipped_exposition_is_inflated() throws IOException {
        byte[] body = ("a 1\n".repeat(3) + "b{x=\"" + "y".repeat(100_000) + "\"} 2\n").getBytes(StandardCharsets.UTF_8);
        scrape.answer(
                "n1:9100",
                new OutboundRequest.Response(
                        200,
                        Map.of("content-type", List.of("text/plain"), "content-encoding", List.of("gzip")),
                        gzip(body)));
        scrape.apply(job("extra_scrape_metrics: true\n"));
        scrape.pass(INTERVAL);
        assertThat(scrape.onlyTarget().lastError()).isEmpty();
        assertThat(scrape.values("b")).hasSize(1);
        assertThat(scrape.values("scrape_body_size_bytes"))
                .isEqualTo(Map.of(N1, List.of(Double.toString(body.length))));
    }

    @Test
    void labels_of_the_target_win_unless_the_exposed_ones_are_honoured() {
        scrape.expose("n1:9100", "a{job=\"mine\",exported_job=\"other\",instance=\"\"} 1\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("a").keySet())
                .containsExactly("{exported_exported_job=\"mine\", exported_job=\"other\", instance=\"n1:9100\","
                        + " job=\"node\"}");

        scrape.apply(job("honor_labels: true"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("a"))
                .containsEntry("{exported_job=\"other\", instance=\"n1:9100\", job=\"mine\"}", List.of("1.0"))
                .containsEntry(
                        "{exported_exported_job=\"mine\", exported_job=\"other\", instance=\"n1:9100\", job=\"node\"}",
                        List.of("1.0", "stale"));
    }

    @Test
    void timestamps_of_the_target_are_honoured_and_such_series_do_not_end_unless_tracked() {
        long own = ScrapeFixture.START - 5000;
        scrape.expose("n1:9100", "a 1 " + own + "\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.expose("n1:9100", "");
        scrape.pass(INTERVAL);
        assertThat(scrape.samples("a"))
                .isEqualTo(Map.of(
                        Labels.of("__name__", "a", "instance", "n1:9100", "job", "node"),
                        new TreeMap<>(Map.of(own, "1.0"))));

        scrape.expose("n1:9100", "b 1 " + (own + 20_000) + "\nc 1 " + own + "\n");
        scrape.apply(job("track_timestamps_staleness: true"));
        scrape.pass(INTERVAL);
        scrape.expose("n1:9100", "");
        scrape.pass(INTERVAL);
        assertThat(scrape.values("b")).isEqualTo(Map.of(N1, List.of("1.0", "stale")));

        scrape.expose("n1:9100", "d 1 " + own + "\n");
        scrape.apply(job("honor_timestamps: false"));
        scrape.pass(INTERVAL);
        assertThat(scrape.samples("d").values().iterator().next().firstKey()).isGreaterThan(own);
    }

    @Test
    void metric_relabelling_drops_and_renames_and_a_changed_rule_ends_what_it_no_longer_makes() {
        scrape.expose("n1:9100", "a 1\nb 2\n");
        scrape.apply(job("metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("scrape_samples_post_metric_relabeling")).isEqualTo(Map.of(N1, List.of("1.0")));
        assertThat(scrape.values("b")).isEmpty();

        scrape.apply(job("metric_relabel_configs: [{target_label: new, replacement: x}]"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("a"))
                .isEqualTo(Map.of(
                        N1,
                        List.of("1.0", "stale"),
                        "{instance=\"n1:9100\", job=\"node\", new=\"x\"}",
                        List.of("1.0")));
        assertThat(scrape.values("b")).hasSize(1);
    }

    @Test
    void a_reload_that_changes_nothing_of_a_job_leaves_its_targets_alone() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.apply(job("scrape_timeout: 3s"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "1.0")));
        assertThat(scrape.values("scrape_series_added")).isEqualTo(Map.of(N1, List.of("1.0", "0.0")));
        scrape.apply(job("scrape_timeout: 3s"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("scrape_series_added")).isEqualTo(Map.of(N1, List.of("1.0", "0.0", "0.0")));
    }

    @Test
    void the_series_of_a_removed_target_end_a_little_later_and_those_of_a_stopped_process_do_not() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.apply("scrape_configs: []");
        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0")));
        scrape.advanceUntilNewest("up", "stale");
        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "stale")));

        scrape.apply(job(""));
        scrape.pass(INTERVAL);
        scrape.close();
        assertThat(scrape.values("a")).isEqualTo(Map.of(N1, List.of("1.0", "stale", "1.0")));
    }

    @Test
    void series_have_the_type_and_unit_of_their_family_where_that_is_switched_on() {
        try (ScrapeFixture typed = new ScrapeFixture(true)) {
            typed.network.on(
                    "http://n1:9100",
                    request -> MemoryTransport.answer(200, "application/openmetrics-text; version=1.0.0", """
                            # TYPE a_seconds counter
                            # UNIT a_seconds seconds
                            a_seconds_total{__type__="mine",__unit__="mine"} 1
                            # TYPE b unknown
                            b{__type__="mine"} 2
                            c 3
                            # EOF
                            """));
            typed.apply(job(""));
            typed.pass(INTERVAL);
            assertThat(typed.samples("a_seconds_total").keySet())
                    .allSatisfy(labels -> assertThat(labels.get("__type__") + " " + labels.get("__unit__"))
                            .isEqualTo("counter seconds"))
                    .hasSize(1);
            assertThat(typed.samples("b").keySet().iterator().next().get("__type__"))
                    .isEqualTo("mine");
            assertThat(typed.samples("c").keySet().iterator().next().get("__type__"))
                    .isEmpty();
        }
    }

    @Test
    void targets_show_labels_before_and_after_relabelling_and_what_was_dropped() {
        scrape.expose("localhost:9100", "# HELP a Helps.\n# TYPE a counter\na 1\n# TYPE unused gauge\n");
        scrape.apply("""
                scrape_configs:
                  - job_name: j
                    static_configs: [{targets: ["localhost:9100", "dropme:1"], labels: {dc: fra}}]
                    relabel_configs:
                      - {source_labels: [__address__], regex: drop.*, action: drop}
                      - {source_labels: [dc], target_label: zone}
                """);
        scrape.pass(Duration.ofMinutes(1));
        PoolTargets pool = scrape.service.targets().getFirst();
        assertThat(pool.job()).isEqualTo("j");
        assertThat(pool.droppedCount()).isEqualTo(1);
        assertThat(pool.dropped().getFirst().get("__address__")).isEqualTo("dropme:1");
        ActiveTarget target = pool.active().getFirst();
        assertThat(target.discoveredLabels())
                .isEqualTo(Labels.of(
                        "__address__",
                        "localhost:9100",
                        "__always_scrape_classic_histograms__",
                        "false",
                        "__convert_classic_histograms_to_nhcb__",
                        "false",
                        "__metrics_path__",
                        "/metrics",
                        "__scheme__",
                        "http",
                        "__scrape_interval__",
                        "1m",
                        "__scrape_native_histograms__",
                        "false",
                        "__scrape_timeout__",
                        "10s",
                        "dc",
                        "fra",
                        "job",
                        "j"));
        assertThat(target.labels())
                .isEqualTo(Labels.of("dc", "fra", "instance", "localhost:9100", "job", "j", "zone", "fra"));
        assertThat(target.scrapeUrl()).isEqualTo("http://localhost:9100/metrics");
        assertThat(target.globalUrl()).isEqualTo("http://monitor-1:9100/metrics");
        assertThat(target.health().text()).isEqualTo("up");
        assertThat(target.lastScrapeMillis()).isGreaterThan(ScrapeFixture.START);
        assertThat(pool.metadata().getFirst())
                .isEqualTo(Map.of(
                        "a",
                        new MetricMetadata(MetricType.COUNTER, "", "Helps."),
                        "unused",
                        new MetricMetadata(MetricType.GAUGE, "", "")));
    }

    @Test
    void a_token_is_fetched_once_and_again_when_it_expires() {
        scrape.expose("n1:9100", "a 1\n");
        AtomicInteger tokens = new AtomicInteger();
        scrape.network.on(
                "http://auth",
                request -> MemoryTransport.answer(
                        200,
                        "application/json",
                        "{\"access_token\": \"t" + tokens.incrementAndGet() + "\", \"expires_in\": 50}"));
        scrape.apply(job("oauth2: {client_id: me, client_secret: s, token_url: \"http://auth/token\", scopes: [x]}"));
        for (int i = 0; i < 4; i++) {
            scrape.pass(INTERVAL);
        }
        assertThat(scrape.network.sent())
                .filteredOn(request -> request.uri().getHost().equals("n1"))
                .extracting(request -> request.headers().get("Authorization"))
                .containsExactly("Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2");
        OutboundRequest request = scrape.network.sent().getFirst();
        assertThat(new String(request.body(), StandardCharsets.UTF_8))
                .isEqualTo("grant_type=client_credentials&scope=x");
        assertThat(request.headers()).containsEntry("Authorization", "Basic bWU6cw==");
    }

    @Test
    void a_classic_histogram_becomes_a_native_one_where_asked_and_both_where_classic_ones_are_kept() {
        scrape.expose("n1:9100", "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 5\nh_count 5\n");
        scrape.apply(job("convert_classic_histograms_to_nhcb: true"));
        scrape.pass(INTERVAL);
        scrape.pass(INTERVAL);
        assertThat(scrape.values("h")).isEqualTo(Map.of(N1, List.of("histogram of 5.0", "histogram of 5.0")));
        assertThat(scrape.values("h_bucket")).isEmpty();

        scrape.apply(job("convert_classic_histograms_to_nhcb: true\nalways_scrape_classic_histograms: true"));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("h").get(N1)).hasSize(3);
        assertThat(scrape.values("h_bucket")).hasSize(2);

        scrape.network.disconnect("http://n1:9100");
        scrape.pass(INTERVAL);
        assertThat(scrape.values("h").get(N1)).last().isEqualTo("stale histogram");
    }

    @Test
    void a_label_says_for_one_target_what_becomes_of_its_histograms() {
        String exposition = "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 5\nh_count 5\n";
        scrape.expose("n1:9100", exposition);
        scrape.expose("n2:9100", exposition);
        String config = """
                global: {scrape_interval: 15s}
                scrape_configs:
                  - job_name: node
                    static_configs: [{targets: ["n1:9100", "n2:9100", "n3:9100"]}]
                    relabel_configs:
                      - {source_labels: [__address__], regex: "n2:.*", replacement: CONVERTS,
                         target_label: __convert_classic_histograms_to_nhcb__}
                      - {source_labels: [__address__], regex: "n3:.*", replacement: maybe,
                         target_label: __scrape_native_histograms__}
                """;
        scrape.apply(config.replace("CONVERTS", "T"));
        scrape.pass(INTERVAL);
        String n2 = N1.replace("n1", "n2");
        assertThat(scrape.values("h")).isEqualTo(Map.of(n2, List.of("histogram of 5.0")));
        assertThat(scrape.values("h_bucket")).hasSize(2);
        assertThat(scrape.service.targets().getFirst().active()).hasSize(2);

        scrape.apply(config.replace("CONVERTS", "\"\""));
        scrape.pass(INTERVAL);
        assertThat(scrape.values("h").get(n2)).last().isEqualTo("stale histogram");
        assertThat(scrape.values("h_bucket")).hasSize(4);
        assertThat(scrape.values("up").get(n2)).isEqualTo(List.of("1.0", "1.0"));
    }

    @Test
    void a_target_says_more_of_a_parameter_than_its_job() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply("""
                scrape_configs:
                  - job_name: node
                    params: {module: [http, tcp]}
                    static_configs: [{targets: ["n1:9100"], labels: {__param_module: icmp}}]
                """);
        assertThat(scrape.service.targets().getFirst().active().getFirst().scrapeUrl())
                .isEqualTo("http://n1:9100/metrics?module=icmp&module=tcp");
    }

    @Test
    void exemplars_of_native_histograms_need_a_time() {
        String body = """
                # TYPE h histogram
                h_bucket{le="1"} 2 # {id="timeless"} 0.5
                h_bucket{le="+Inf"} 5 # {id="timed"} 7 1700000000.5
                h_count 5
                # EOF
                """;
        scrape.network.on(
                "http://n1:9100",
                request -> MemoryTransport.answer(200, "application/openmetrics-text; version=1.0.0", body));
        scrape.apply(job("convert_classic_histograms_to_nhcb: true\nalways_scrape_classic_histograms: true"));
        scrape.pass(INTERVAL);
        assertThat(scrape.exemplars("h")).containsExactly("{id=\"timed\"}");
        assertThat(scrape.exemplars("h_bucket")).containsExactlyInAnyOrder("{id=\"timeless\"}", "{id=\"timed\"}");
    }

    @Test
    void the_address_alone_decides_when_a_target_is_scraped_and_timestamps_keep_to_the_interval() {
        scrape.expose("n1:9100", "a 1\n");
        scrape.apply(job(""));
        for (int i = 0; i < 15_000 / 50 * 3; i++) {
            scrape.pass(Duration.ofMillis(50));
        }
        List<Long> times =
                List.copyOf(scrape.samples("a").values().iterator().next().keySet());
        assertThat(times).hasSize(3);
        assertThat(times.get(1) - times.get(0)).isEqualTo(15_000);
        assertThat(times.get(2) - times.get(1)).isEqualTo(15_000);
    }
}
