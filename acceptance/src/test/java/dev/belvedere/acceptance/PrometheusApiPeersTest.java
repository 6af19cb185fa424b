package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The smaller endpoints of Prometheus' API: a real Prometheus and we, of the same configuration, answer with the same
/// keys, types and statuses.
final class PrometheusApiPeersTest {

    private static final String RULES = """
            groups:
            - name: g1
              interval: 1s
              rules:
              - {record: 'job:up:sum', expr: 'sum by (job) (up)', labels: {x: y}}
              - alert: Up
                expr: up == 1
                keep_firing_for: 1m
                labels: {severity: page}
                annotations: {summary: 'up {{ $labels.job }}'}
            - name: g2
              interval: 1s
              rules:
              - {alert: Never, expr: 'up == 7'}
            """;

    private static final String CONFIG = """
            global: {scrape_interval: 1s, external_labels: {replica: a}}
            rule_files: [rules.yml]
            scrape_configs:
            - job_name: self
              static_configs: [{targets: ["127.0.0.1:PORT"]}]
            - job_name: picky
              static_configs: [{targets: ["127.0.0.1:PORT", "127.0.0.1:2"]}]
              relabel_configs:
              - {source_labels: [__address__], regex: '.*:2', action: drop}
            """;

    private static final List<String> PATHS = List.of(
            "/rules",
            "/rules?type=alert",
            "/rules?type=record",
            "/rules?type=foo",
            "/rules?rule_name[]=Up",
            "/rules?rule_group[]=g2",
            "/rules?file[]=nope",
            "/rules?match[]=%7Bseverity=%22page%22%7D",
            "/rules?match[]=%7B",
            "/rules?exclude_alerts=true",
            "/rules?exclude_alerts=foo",
            "/rules?group_limit=1",
            "/rules?group_limit=-1",
            "/rules?group_limit=x",
            "/rules?group_next_token=abc",
            "/rules?group_limit=1&group_next_token=abc",
            "/alerts",
            "/targets",
            "/targets?state=active",
            "/targets?state=dropped",
            "/targets?state=any",
            "/targets?scrapePool=self",
            "/targets?scrapePool=nope",
            "/scrape_pools",
            "/targets/metadata?limit=2",
            "/targets/metadata?limit=x",
            "/targets/metadata?metric=go_goroutines",
            "/targets/metadata?match_target=%7Bjob=%22self%22%7D&limit=1",
            "/targets/metadata?match_target=%7B",
            "/metadata?metric=go_goroutines",
            "/metadata?limit=x",
            "/metadata?limit_per_metric=1&metric=go_goroutines",
            "/metadata?metric=nope",
            "/alertmanagers",
            "/status/config",
            "/status/runtimeinfo",
            "/status/buildinfo",
            "/status/tsdb",
            "/status/tsdb?limit=1",
            "/status/tsdb?limit=0",
            "/status/tsdb?limit=x",
            "/status/walreplay",
            "/notifications",
            "/query_exemplars?query=up&start=1&end=2",
            "/format_query?query=up");

    /// Of other builds and later versions of Prometheus.
    private static final Set<String> OTHER_FLAGS = Set.of("web.enable-otlp-receiver", "web.search.max-limit");

    @Test
    void answers_have_the_keys_and_types_of_prometheus(@TempDir Path folder) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("rules.yml"), RULES);
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), CONFIG);
                ServerProcess server = ServerProcess.startAlone(
                        folder.resolve("data"), "--config", prometheus.config().toString())) {
            String peer = prometheus.url("");
            for (String url : List.of(peer, server.url(""))) {
                Http.eventually(() -> isEvaluated(url));
            }
            List<String> differences = new ArrayList<>();
            for (String path : PATHS) {
                Http.Answer theirs = Http.get(peer + "/api/v1" + path);
                Http.Answer ours = Http.get(server.url("/api/v1" + path));
                if (theirs.status() != ours.status()) {
                    differences.add(path + ": status " + theirs.status() + ", ours " + ours.status());
                } else if (theirs.status() != 200) {
                    compareValues(path, theirs.json(), ours.json(), differences);
                } else {
                    compare(path, theirs.json(), ours.json(), differences);
                }
            }
            assertThat(differences).isEmpty();
            assertThat(names(Http.get(server.url("/api/v1/status/flags")).json()))
                    .as("flags that Prometheus does not have")
                    .allMatch(name -> OTHER_FLAGS.contains(name) || isTheirFlag(peer, name));
        }
    }

    private static boolean isEvaluated(String url) throws IOException, InterruptedException {
        JsonNode alerts = Http.get(url + "/api/v1/alerts").json().at("/data/alerts");
        String targets = Http.get(url + "/api/v1/targets?state=active").body();
        return alerts.size() == 2 && !targets.contains("\"unknown\"");
    }

    private static Set<String> names(JsonNode flags) {
        Set<String> names = new TreeSet<>();
        flags.at("/data").properties().forEach(flag -> names.add(flag.getKey()));
        return names;
    }

    private static boolean isTheirFlag(String peer, String name) {
        try {
            return names(Http.get(peer + "/api/v1/status/flags").json()).contains(name);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void compareValues(String at, JsonNode theirs, JsonNode ours, List<String> differences) {
        if (!theirs.equals(ours)) {
            differences.add(at + ": " + theirs + ", ours " + ours);
        }
    }

    private static void compare(String at, JsonNode theirs, JsonNode ours, List<String> differences) {
        if (theirs.getNodeType() != ours.getNodeType()) {
            differences.add(at + ": " + theirs.getNodeType() + ", ours " + ours.getNodeType());
        } else if (theirs.isArray() && theirs.isEmpty() != ours.isEmpty()) {
            differences.add(at + ": " + theirs.size() + " elements, ours " + ours.size());
        } else if (theirs.isArray() && !theirs.isEmpty()) {
            compare(at + "[]", theirs.get(0), ours.get(0), differences);
        } else if (theirs.isObject()) {
            for (Map.Entry<String, JsonNode> field : theirs.properties()) {
                JsonNode own = ours.get(field.getKey());
                if (own == null) {
                    differences.add(at + "." + field.getKey() + " is missing");
                } else {
                    compare(at + "." + field.getKey(), field.getValue(), own, differences);
                }
            }
            for (Map.Entry<String, JsonNode> field : ours.properties()) {
                if (!theirs.has(field.getKey())) {
                    differences.add(at + "." + field.getKey() + " is only ours");
                }
            }
        }
    }
}
