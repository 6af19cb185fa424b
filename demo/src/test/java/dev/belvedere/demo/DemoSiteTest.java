package dev.belvedere.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.demo.site.Incident;
import dev.belvedere.demo.site.Schedule;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.otlp.MetricSink;
import dev.belvedere.wire.otlp.OtlpLogs;
import dev.belvedere.wire.otlp.OtlpMetrics;
import dev.belvedere.wire.otlp.OtlpTraces;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DemoSiteTest {

    private static final String SERVER = "http://monitor:9090";

    private final ManualTime time = new ManualTime(1_750_000_000_000L);
    private final MemoryTransport transport =
            new MemoryTransport().on(SERVER, request -> MemoryTransport.answer(200, "text/plain", ""));
    private DemoSite site = open();

    private DemoSite open() {
        try {
            return DemoSite.open(new DemoOptions(URI.create(SERVER), 42, 10, 0), transport, time);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void begin() {
        site.begin();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void live(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            time.awaitSleepers(1);
            time.advance(Duration.ofSeconds(1));
        }
        time.awaitSleepers(1);
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + site.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void endpoints_are_scraped_over_http_and_unknown_paths_are_refused() throws Exception {
        live(10);
        HttpResponse<String> dcgm = get("/dcgm/gpu-node-1");
        assertThat(dcgm.statusCode()).isEqualTo(200);
        assertThat(dcgm.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(dcgm.body())
                .contains("# TYPE DCGM_FI_DEV_GPU_UTIL gauge")
                .contains("Hostname=\"gpu-node-1\"")
                .contains("modelName=\"NVIDIA H100 80GB HBM3\"");
        assertThat(get("/vllm/vllm-llama-0").body()).contains("vllm:e2e_request_latency_seconds_bucket");
        HttpResponse<String> unknown = get("/dcgm/gpu-node-9");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("nothing is simulated at /dcgm/gpu-node-9");
    }

    @Test
    void a_crashed_run_answers_503() throws Exception {
        live(new Schedule(10).startSeconds(Incident.XID_79) + 40);
        HttpResponse<String> ranks = get("/ranks/llama-8b-pretrain");
        assertThat(ranks.statusCode()).isEqualTo(503);
        assertThat(ranks.body()).contains("the process is down");
    }

    @Test
    void every_second_is_pushed_over_otlp_and_loki() throws Exception {
        live(30);
        assertThat(transport.sent().stream()
                        .map(request -> request.uri().getPath())
                        .distinct())
                .containsExactlyInAnyOrder("/v1/logs", "/v1/traces", "/v1/metrics", "/loki/api/v1/push");
        assertThat(transport.sent())
                .allMatch(request ->
                        "application/x-protobuf".equals(request.headers().get("content-type")));
        assertThat(transport.sent()).allMatch(request -> request.body().length > 0);
    }

    @Test
    void what_is_pushed_arrives_under_the_names_that_the_screen_reads() throws Exception {
        live(60);
        Set<String> metrics = new TreeSet<>();
        Set<String> services = new TreeSet<>();
        Set<String> operations = new TreeSet<>();
        long now = TimeUnit.MILLISECONDS.toNanos(time.currentMillis());
        for (OutboundRequest request : transport.sent()) {
            byte[] body = request.body();
            switch (request.uri().getPath()) {
                case "/v1/logs" -> {
                    OtlpLogs.Decoded decoded = OtlpLogs.decode(body, body.length, IngestLimits.DEFAULT, now);
                    assertThat(decoded.rejections().isEmpty()).isTrue();
                    decoded.records()
                            .forEach(record -> services.add(record.stream().get("service_name")));
                }
                case "/v1/traces" -> {
                    OtlpTraces.Decoded decoded = OtlpTraces.decode(body, body.length, IngestLimits.DEFAULT, now);
                    assertThat(decoded.rejections().isEmpty()).isTrue();
                    decoded.spans()
                            .forEach(span -> operations.add(span.resource().serviceName() + " " + span.name()));
                }
                case "/v1/metrics" ->
                    assertThat(OtlpMetrics.decode(body, body.length, OtlpMetrics.Rules.ofDefaults(), names(metrics))
                                    .isEmpty())
                            .isTrue();
                default -> assertThat(request.uri().getPath()).isEqualTo("/loki/api/v1/push");
            }
        }
        assertThat(services).contains("trainer", "chat-gateway", "image-studio", "data-pipelines");
        assertThat(operations)
                .contains("chat-gateway POST /v1/chat/completions", "vllm prefill", "image-studio denoise");
        assertThat(metrics)
                .contains(
                        "ml_training_loss",
                        "ml_training_step",
                        "ml_training_steps",
                        "ml_training_tokens_per_second",
                        "ml_training_tokens_total");
    }

    private static MetricSink names(Set<String> names) {
        return new MetricSink() {
            @Override
            public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
                names.add(labels.metricName());
            }

            @Override
            public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
                names.add(labels.metricName());
            }

            @Override
            public void exemplar(Labels series, Exemplar exemplar) {
                names.add(series.metricName());
            }

            @Override
            public void metadata(String metricFamily, MetricMetadata metadata) {
                names.add(metricFamily);
            }
        };
    }

    @Test
    void the_same_seed_pushes_the_same_bytes() throws Exception {
        live(30);
        List<byte[]> first =
                transport.sent().stream().map(OutboundRequest::body).toList();
        site.close();
        time.jumpTo(1_750_000_000_000L);
        site = open();
        site.begin();
        live(30);
        List<OutboundRequest> second =
                transport.sent().subList(first.size(), transport.sent().size());
        assertThat(second).hasSameSizeAs(first);
        for (int i = 0; i < first.size(); i++) {
            assertThat(Arrays.equals(first.get(i), second.get(i).body())).isTrue();
        }
    }

    @Test
    void a_server_that_is_away_does_not_stop_the_site() throws Exception {
        transport.disconnect(SERVER);
        live(5);
        assertThat(get("/prices").body()).contains("node_gpu_hourly_cost");
        transport.on(SERVER, request -> MemoryTransport.answer(200, "text/plain", ""));
        int before = transport.sent().size();
        live(5);
        assertThat(transport.sent().size()).isGreaterThan(before);
    }

    @Test
    void the_scrape_configuration_is_one_that_our_own_reader_takes() {
        PrometheusConfig config = PrometheusConfig.read(
                YamlNode.parse("demo.yml", site.scrapeConfig()).orElseThrow().map(),
                new ConfigSource(Path.of("/"), new MemoryDisk(), Map.of()));
        assertThat(config.scrapeConfigs())
                .extracting(ScrapeConfig::jobName)
                .containsExactly("dcgm", "node", "vllm", "trainer-ranks", "diffusion", "pipelines", "prices");
    }

    @Test
    void every_incident_has_its_rule_and_every_expression_is_promql() {
        List<String> alerts = new ArrayList<>();
        YamlMap file =
                YamlNode.parse("rules.yml", DemoSite.ruleFile()).orElseThrow().map();
        for (YamlNode group : file.list("groups")) {
            for (YamlNode rule : group.map().list("rules")) {
                String expression = rule.map().require("expr").string();
                assertThat(Parser.parse(expression, ParserOptions.DEFAULT))
                        .as(expression)
                        .isNotNull();
                rule.map().get("alert").ifPresent(name -> alerts.add(name.string()));
            }
        }
        for (Incident incident : Incident.values()) {
            assertThat(alerts).contains(incident.alert());
        }
    }

    @Test
    void the_schedule_is_printed_with_clock_times() {
        assertThat(site.schedule())
                .startsWith("Incidents (UTC), repeated every ")
                .contains("alert LlmQueueBuildUp")
                .contains("alert CudaOutOfMemory")
                .contains("alert TrainingLossSpike")
                .contains("alert TrainingStraggler")
                .contains("alert GpuXid");
    }
}
