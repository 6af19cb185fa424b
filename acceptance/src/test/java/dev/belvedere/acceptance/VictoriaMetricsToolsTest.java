package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tools around VictoriaMetrics, with us in its place: vmagent writes to us, vmalert evaluates its rules over us,
/// vmctl copies out of us.
final class VictoriaMetricsToolsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// A tool that runs until it is ended.
    private record Tool(Process process) implements AutoCloseable {

        static Tool start(Path log, List<String> command) throws IOException {
            return new Tool(Peers.start(log, command.toArray(String[]::new)));
        }

        /// As an operator does: it sends what it still has.
        void end() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String loopback(int port) {
        return "127.0.0.1:" + port;
    }

    @Test
    void vmagent_writes_to_us_by_either_protocol_and_says_what_has_ended(@TempDir Path folder)
            throws IOException, InterruptedException {
        String vmagent = Peers.find("vmagent");
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            // Its own protocol is the first of Prometheus' compressed by Zstandard.
            for (String protocol : new String[] {"Prom", "VM"}) {
                try (RichTarget target = new RichTarget()) {
                    Path config = Files.writeString(folder.resolve(protocol + ".yml"), """
                            global: {scrape_interval: 1s}
                            scrape_configs:
                            - job_name: text
                              metrics_path: /text
                              static_configs: [{targets: ["127.0.0.1:%d"]}]
                            """.formatted(target.port()));
                    List<String> command = List.of(
                            vmagent,
                            "-promscrape.config=" + config,
                            "-enableMetadata",
                            "-remoteWrite.url=" + server.url("/api/v1/write"),
                            "-remoteWrite.force" + protocol + "Proto",
                            "-remoteWrite.label=by=" + protocol,
                            "-remoteWrite.flushInterval=200ms",
                            "-remoteWrite.tmpDataPath=" + folder.resolve(protocol),
                            "-httpListenAddr="
                                    + loopback(ServerProcess.freePorts(1).getFirst()));
                    Path log = folder.resolve(protocol + ".log");
                    try (Tool agent = Tool.start(log, command)) {
                        arriveAndEnd(server, protocol, target);
                        agent.end();
                    }
                    assertThat(Files.readString(log, StandardCharsets.UTF_8)).doesNotContain("unexpected status code");
                }
            }
        }
    }

    private static void arriveAndEnd(ServerProcess server, String protocol, RichTarget target)
            throws IOException, InterruptedException {
        Http.eventually(() -> Http.value(server, of("count_over_time((up{%s} == 1)[1m:1s]) > 4", protocol)) != null);
        String bucket = of("rich_text_seconds_bucket{%s, le=\"+Inf\"}", protocol);
        assertThat(Http.value(server, bucket)).isNotNull();
        Http.eventually(() -> Http.get(server.url("/api/v1/metadata?metric=rich_text_seconds"))
                .body()
                .contains("\"type\":\"histogram\""));
        target.close();
        Http.eventually(() -> "0".equals(Http.value(server, of("up{%s}", protocol))));
        // What has ended is not what has not come for five minutes.
        String ended = "count_over_time(%1$s[4m]) unless %1$s".formatted(bucket);
        Http.eventually(() -> Http.value(server, ended) != null);
    }

    private static String of(String query, String protocol) {
        return query.formatted("by=\"" + protocol + "\"");
    }

    @Test
    void vmalert_evaluates_rules_over_us_now_and_for_the_past(@TempDir Path folder)
            throws IOException, InterruptedException {
        String vmalert = Peers.find("vmalert");
        Path rules = Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - name: g
                  interval: 1s
                  rules:
                  - {record: 'code:requests:sum', expr: 'sum by (code) (requests_total)'}
                  - {alert: Busy, expr: 'code:requests:sum > 0', for: 2s, annotations: {summary: 'by {{ $labels.code }}'}}
                """);
        long end = System.currentTimeMillis() / 1000;
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            SampleWriter.everyKind(end * 1000 - 3_600_000, 5_000, 720).sendTo(server);
            int port = ServerProcess.freePorts(1).getFirst();
            List<String> command = List.of(
                    vmalert,
                    "-rule=" + rules,
                    "-datasource.url=" + server.url(""),
                    "-remoteWrite.url=" + server.url(""),
                    "-remoteWrite.flushInterval=200ms",
                    "-httpListenAddr=" + loopback(port));
            List<String> live = new ArrayList<>(command);
            live.addAll(List.of("-notifier.blackhole", "-rule.evalDelay=0s"));
            try (Tool alerts = Tool.start(folder.resolve("live.log"), live)) {
                Http.eventually(() -> "3".equals(Http.value(server, "count(ALERTS{alertstate=\"firing\"})")));
                assertThat(Http.value(server, "count(code:requests:sum == on (code) sum by (code) (requests_total))"))
                        .isEqualTo("3");
                JsonNode shown = Http.get("http://" + loopback(port) + "/api/v1/alerts")
                        .json()
                        .at("/data/alerts");
                TreeSet<String> summaries = new TreeSet<>();
                shown.forEach(
                        alert -> summaries.add(alert.at("/annotations/summary").asText()));
                assertThat(summaries).containsExactly("by 200", "by 204", "by 500");
                alerts.end();
            }
            List<String> replay = new ArrayList<>(command);
            replay.addAll(List.of(
                    "-replay.timeFrom=" + Instant.ofEpochSecond(end - 1800),
                    "-replay.timeTo=" + Instant.ofEpochSecond(end - 1200),
                    "-replay.rulesDelay=0s",
                    "-external.label=made=afterwards"));
            Peers.Ended ended = Peers.run(folder, replay);
            assertThat(ended.code()).as(ended.output()).isZero();
            String sameThen =
                    "count(code:requests:sum{made=\"afterwards\"} == on (code) sum by (code) (requests_total))";
            JsonNode then = Http.get(
                            server.url("/api/v1/query?time=" + (end - 1500) + "&query=" + Http.encoded(sameThen)))
                    .json();
            assertThat(then.at("/data/result/0/value/1").asText())
                    .as(then.toString())
                    .isEqualTo("3");
        }
    }

    @Test
    void vmctl_copies_every_sample_out_of_us_by_both_ways_of_remote_read(@TempDir Path folder)
            throws IOException, InterruptedException {
        String vmctl = Peers.find("vmctl");
        String victoriaMetrics = Peers.find("victoria-metrics");
        long end = System.currentTimeMillis() / 1000;
        String copy = "http://" + loopback(ServerProcess.freePorts(1).getFirst());
        List<String> storage = List.of(
                victoriaMetrics,
                "-storageDataPath=" + folder.resolve("copy"),
                "-httpListenAddr=" + copy.substring("http://".length()));
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"));
                Tool copied = Tool.start(folder.resolve("copy.log"), storage)) {
            SampleWriter.everyKind(end * 1000 - 3_600_000, 5_000, 720).sendTo(server);
            Http.eventually(() -> Http.get(copy + "/health").status() == 200);
            Map<String, List<String>> ours = ours(server, end);
            assertThat(ours).hasSize(3);
            for (boolean isStreamed : new boolean[] {false, true}) {
                Peers.Ended ended = Peers.run(
                        folder,
                        vmctl,
                        "remote-read",
                        "--remote-read-src-addr=" + server.url(""),
                        "--remote-read-use-stream=" + isStreamed,
                        "--remote-read-step-interval=hour",
                        "--remote-read-filter-time-start=" + Instant.ofEpochSecond(end - 3600),
                        "--remote-read-filter-label=code",
                        "--remote-read-filter-label-value=.+",
                        "--vm-addr=" + copy,
                        "--vm-extra-label=streamed=" + isStreamed,
                        "-s",
                        "--disable-progress-bar");
                assertThat(ended.code()).as(ended.output()).isZero();
                Http.eventually(() -> theirs(copy, isStreamed).equals(ours));
            }
            copied.end();
        }
    }

    /// Values by series and time.
    private static Map<String, List<String>> ours(ServerProcess server, long end)
            throws IOException, InterruptedException {
        Map<String, List<String>> values = new TreeMap<>();
        String path = "/api/v1/query?time=" + end + "&query=" + Http.encoded("{code=~\".+\"}[2h]");
        for (JsonNode series : Http.get(server.url(path)).json().at("/data/result")) {
            List<String> samples = new ArrayList<>();
            for (JsonNode sample : series.at("/values")) {
                samples.add(sample.at("/0").decimalValue().movePointRight(3).longValueExact() + " "
                        + Double.parseDouble(sample.at("/1").asText()));
            }
            values.put(labels(series.at("/metric")), samples);
        }
        return values;
    }

    private static Map<String, List<String>> theirs(String url, boolean isStreamed)
            throws IOException, InterruptedException {
        Map<String, List<String>> values = new TreeMap<>();
        String path = "/api/v1/export?match[]=" + Http.encoded("{streamed=\"" + isStreamed + "\"}");
        for (String line : Http.get(url + path).body().lines().toList()) {
            JsonNode series = JSON.readTree(line);
            List<String> samples = new ArrayList<>();
            for (int i = 0; i < series.at("/values").size(); i++) {
                samples.add(series.at("/timestamps/" + i).asLong() + " "
                        + series.at("/values/" + i).asDouble());
            }
            values.put(labels(series.at("/metric")), samples);
        }
        return values;
    }

    private static String labels(JsonNode metric) {
        TreeMap<String, String> labels = new TreeMap<>();
        metric.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.remove("streamed");
        return labels.toString();
    }
}
