package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator lives with: alerts that reach a webhook, a disk that is full, a configuration that changes.
final class OperationTest {

    private static final String JSON = "application/json";

    private static String sample(double value) {
        return """
                {"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[{"name":"queue_length",
                "gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%s}]}}]}]}]}
                """.formatted(System.currentTimeMillis() * 1_000_000, value);
    }

    private static Http.Answer push(ServerProcess server, double value) throws IOException, InterruptedException {
        return Http.post(server.url("/v1/metrics"), JSON, sample(value).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_rule_fires_a_webhook_is_called_and_again_when_it_is_over(@TempDir Path folder)
            throws IOException, InterruptedException {
        BlockingQueue<JsonNode> called = new LinkedBlockingQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            called.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - name: serving
                  rules:
                  - alert: QueueTooLong
                    expr: queue_length > 10
                    labels: {severity: page}
                    annotations: {summary: "{{ $value }} requests wait"}
                """);
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, """
                global: {evaluation_interval: 1s}
                rule_files: [rules.yml]
                alertmanager:
                  route: {receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s}
                  receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:%d/hook"}]}]
                """.formatted(receiver.getAddress().getPort()));
        Path data = folder.resolve("data");
        try {
            try (ServerProcess server = ServerProcess.start(data, "--config", config.toString())) {
                assertThat(push(server, 42).status()).isEqualTo(200);
                JsonNode firing = called.poll(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(firing).as(server.output()).isNotNull();
                assertThat(firing.at("/status").asText()).isEqualTo("firing");
                assertThat(firing.at("/version").asText()).isEqualTo("4");
                assertThat(firing.at("/alerts/0/annotations/summary").asText()).isEqualTo("42 requests wait");
                assertThat(firing.at("/alerts/0/generatorURL").asText()).contains("/graph?g0.expr=queue_length");
                assertThat(Http.get(firing.at("/alerts/0/generatorURL").asText())
                                .status())
                        .as("leads to the screen")
                        .isEqualTo(302);
                String alerts = "ALERTS{alertname=\"QueueTooLong\", alertstate=\"firing\"}";
                Http.eventually(() -> "1".equals(Http.value(server, alerts)));
                server.stop();
            }
            try (ServerProcess server = ServerProcess.start(data, "--config", config.toString())) {
                Http.eventually(
                        () -> Http.get(server.url("/api/v1/alerts")).body().contains("QueueTooLong"));
                assertThat(called.poll(3, TimeUnit.SECONDS))
                        .as("nobody is told twice")
                        .isNull();
                assertThat(push(server, 0).status()).isEqualTo(200);
                JsonNode resolved = called.poll(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(resolved).as(server.output()).isNotNull();
                assertThat(resolved.at("/status").asText()).isEqualTo("resolved");
            }
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void a_full_disk_refuses_writes_with_the_reason_and_goes_on_answering(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(push(server, 7).status()).isEqualTo(200);
        }
        try (ServerProcess server = ServerProcess.start(data, "--set", "data.reserve=900PB")) {
            Http.Answer refused = push(server, 8);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("data.reserve");
            byte[] line = "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"%d\",\"x\"]]}]}"
                    .formatted(System.currentTimeMillis() * 1_000_000)
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(Http.post(server.url("/loki/api/v1/push"), JSON, line).status())
                    .isEqualTo(503);
            assertThat(Http.value(server, "max_over_time(queue_length[5m])")).isEqualTo("7");
            assertThat(Http.get(server.url("/-/ready")).status()).isEqualTo(200);
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(push(server, 9).status()).isEqualTo(200);
            assertThat(Http.value(server, "max_over_time(queue_length[5m])")).isEqualTo("9");
        }
    }

    @Test
    void a_changed_configuration_is_taken_and_a_wrong_one_is_refused(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, "scrape_configs: []\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", config.toString())) {
            String job = "scrape_configs: [{job_name: added, static_configs: [{targets: ['127.0.0.1:%d']}]}]\n";
            Files.writeString(config, job.formatted(server.port()));
            Process hangUp = new ProcessBuilder(List.of(
                            "kill", "-HUP", Long.toString(server.handle().pid())))
                    .start();
            assertThat(hangUp.waitFor()).isZero();
            Http.eventually(() -> Http.get(server.url("/api/v1/targets")).body().contains("\"added\""));
            Files.writeString(config, "scrape_confgs: []\n");
            Http.Answer refused = Http.post(server.url("/-/reload"), JSON, new byte[0]);
            assertThat(refused.status()).isNotEqualTo(200);
            assertThat(refused.body()).contains("belvedere.yml:1:1: unknown key");
            assertThat(Http.get(server.url("/api/v1/targets")).body()).contains("\"added\"");
        }
    }
}
