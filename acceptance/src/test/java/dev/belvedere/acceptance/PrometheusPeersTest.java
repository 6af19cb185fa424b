package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Debian's Prometheus writes to us and its promtool asks us; its node_exporter is scraped by us.
final class PrometheusPeersTest {

    @Test
    void prometheus_writes_to_us_and_promtool_reads_it_back(@TempDir Path folder)
            throws IOException, InterruptedException {
        String promtool = Peers.find("promtool");
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            String config = """
                    global: {scrape_interval: 1s, external_labels: {replica: a}}
                    scrape_configs:
                    - job_name: self
                      static_configs: [{targets: ["127.0.0.1:PORT"]}]
                    remote_write:
                    - url: %s
                    """.formatted(server.url("/api/v1/write"));
            try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), config)) {
                Http.eventually(() -> "1".equals(Http.value(server, "up{job=\"self\", replica=\"a\"}")));
                Http.eventually(() ->
                        Http.value(server, "rate(prometheus_tsdb_head_samples_appended_total{job=\"self\"}[10s]) > 0")
                                != null);
                // Where the peer was too busy to answer itself, the next second does.
                Http.eventually(() -> {
                    Peers.Ended instant =
                            Peers.run(folder, promtool, "query", "instant", server.url(""), "up{job=\"self\"}");
                    return instant.code() == 0
                            && instant.output().contains("replica=\"a\"")
                            && instant.output().contains("=> 1 @");
                });
                Peers.Ended labels = Peers.run(folder, promtool, "query", "labels", server.url(""), "job");
                assertThat(labels.output()).contains("self");
                Peers.Ended series = Peers.run(folder, promtool, "query", "series", "--match=up", server.url(""));
                assertThat(series.output()).contains("job=\"self\"");
                Peers.Ended range = Peers.run(
                        folder,
                        promtool,
                        "query",
                        "range",
                        "--step=1s",
                        server.url(""),
                        "sum(up) + 0 * go_goroutines{job=\"self\"}");
                assertThat(range.code()).isZero();
                assertSameAnswers(server, prometheus);
            }
        }
    }

    /// What the peer holds is what we answer once it has been sent, to the last digit.
    private static void assertSameAnswers(ServerProcess server, PrometheusProcess prometheus)
            throws IOException, InterruptedException {
        String scraped = "/api/v1/query?query=" + Http.encoded("count_over_time(up{job=\"self\"}[30s]) > 8");
        Http.eventually(() ->
                !Http.get(prometheus.url(scraped)).json().at("/data/result").isEmpty());
        long at = System.currentTimeMillis() / 1000 - 4;
        for (String query : new String[] {
            "count by (__name__) ({job=\"self\", __name__=~\"prometheus_.+\"})",
            "sum by (le) (prometheus_http_request_duration_seconds_bucket{job=\"self\"})",
            "max_over_time(process_resident_memory_bytes{job=\"self\"}[3s])"
        }) {
            String path = "/api/v1/query?time=" + at + "&query=" + Http.encoded(query);
            Http.eventually(() -> {
                List<String> ours = values(server.url(path));
                return !ours.isEmpty() && ours.equals(values(prometheus.url(path)));
            });
        }
    }

    private static List<String> values(String url) throws IOException, InterruptedException {
        List<String> values = new ArrayList<>();
        for (JsonNode series : Http.get(url).json().at("/data/result")) {
            ObjectNode metric = (ObjectNode) series.at("/metric");
            metric.remove("replica");
            values.add(metric + " " + series.at("/value/1").asText());
        }
        Collections.sort(values);
        return values;
    }

    @Test
    void promtool_pushes_metrics_and_finds_them(@TempDir Path folder) throws IOException, InterruptedException {
        String promtool = Peers.find("promtool");
        assumeTrue(
                Peers.run(folder, promtool, "--help").output().contains("push metrics"),
                "skipped: this promtool is too old to push metrics; .ci/run fetches a newer one");
        Path metrics = folder.resolve("metrics.prom");
        Files.writeString(metrics, "# HELP pushed Help.\n# TYPE pushed gauge\npushed{site=\"a\"} 4.5\n");
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            Peers.Ended pushed = Peers.run(
                    folder,
                    promtool,
                    "push",
                    "metrics",
                    "--label=job=batch",
                    server.url("/api/v1/write"),
                    metrics.toString());
            assertThat(pushed.code()).as(pushed.output()).isZero();
            Peers.Ended instant = Peers.run(folder, promtool, "query", "instant", server.url(""), "pushed");
            assertThat(instant.output()).contains("pushed{job=\"batch\", site=\"a\"} => 4.5 @");
            Peers.Ended labels = Peers.run(folder, promtool, "query", "labels", server.url(""), "site");
            assertThat(labels.output().strip()).isEqualTo("a");
        }
    }

    @Test
    void node_exporter_is_scraped_and_agrees_with_our_own_agent(@TempDir Path folder)
            throws IOException, InterruptedException {
        String exporter = Peers.find("prometheus-node-exporter");
        int port = ServerProcess.freePorts(1).getFirst();
        Process process =
                Peers.start(folder.resolve("exporter.log"), exporter, "--web.listen-address=127.0.0.1:" + port);
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, """
                global: {scrape_interval: 1s}
                scrape_configs:
                - job_name: exporter
                  static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(port));
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", config.toString())) {
            Http.eventually(() -> "1".equals(Http.value(server, "up{job=\"exporter\"}")));
            Http.eventually(() -> Http.value(server, "node_memory_MemTotal_bytes{job=\"node\"}") != null);
            for (String metric : new String[] {
                "node_memory_MemTotal_bytes",
                "node_boot_time_seconds",
                "count(node_cpu_seconds_total{JOB})",
                "count(node_filefd_maximum{JOB})"
            }) {
                String template = metric.contains("{") ? metric : metric + "{JOB}";
                Http.eventually(() -> {
                    String theirs = Http.value(server, template.replace("JOB", "job=\"exporter\""));
                    String ours = Http.value(server, template.replace("JOB", "job=\"node\""));
                    return ours != null && ours.equals(theirs);
                });
            }
            Http.eventually(() -> {
                JsonNode targets =
                        Http.get(server.url("/api/v1/targets")).json().at("/data/activeTargets");
                return Set.copyOf(targets.findValuesAsText("health")).equals(Set.of("up"));
            });
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
    }
}
