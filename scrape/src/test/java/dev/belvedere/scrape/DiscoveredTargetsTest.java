package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.http.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveredTargetsTest {

    private final ScrapeFixture scrape = new ScrapeFixture();

    @AfterEach
    void stop() {
        scrape.close();
    }

    private List<String> urls() {
        return scrape.service.targets().getFirst().active().stream()
                .map(ActiveTarget::scrapeUrl)
                .sorted()
                .toList();
    }

    private void await(List<String> urls) {
        scrape.passUntil(Duration.ofSeconds(1), () -> urls().equals(urls));
    }

    private void awaitCounted(String failures) {
        scrape.passUntil(
                Duration.ofSeconds(1),
                () -> scrape.registry.counter(failures, "").value() > 0);
    }

    @Test
    void files_are_read_again_when_they_change_and_a_broken_one_changes_nothing() throws IOException {
        scrape.write("/etc/belvedere/targets/a.yml", "- targets: [a:1]\n  labels: {x: y}\n");
        scrape.write("/etc/belvedere/targets/b.json", "[{\"targets\": [\"b:1\"]}]");
        scrape.apply("""
                scrape_configs:
                  - job_name: files
                    file_sd_configs: [{files: ["targets/*.yml", "targets/b.json"]}]
                    relabel_configs: [{source_labels: [__meta_filepath], target_label: file}]
                """);
        await(List.of("http://a:1/metrics", "http://b:1/metrics"));
        ActiveTarget first = scrape.onlyTarget();
        assertThat(first.labels().get("x")).isEqualTo("y");
        assertThat(first.labels().get("file")).isEqualTo("/etc/belvedere/targets/a.yml");

        scrape.write("/etc/belvedere/targets/b.json", "[{\"targets\": [\"b:2\", \"b:3\"]}]");
        await(List.of("http://a:1/metrics", "http://b:2/metrics", "http://b:3/metrics"));

        scrape.write("/etc/belvedere/targets/b.json", "[{");
        awaitCounted("prometheus_sd_file_read_errors_total");
        assertThat(urls()).hasSize(3);
    }

    @Test
    void a_discovery_server_is_asked_at_its_interval_and_its_failure_changes_nothing() {
        scrape.network.on(
                "http://sd",
                request ->
                        MemoryTransport.answer(200, "application/json; charset=utf-8", "[{\"targets\": [\"a:1\"]}]"));
        scrape.apply("""
                scrape_configs:
                  - job_name: http
                    http_sd_configs: [{url: "http://sd/targets", refresh_interval: 30s}]
                """);
        await(List.of("http://a:1/metrics"));
        assertThat(scrape.network.sent().getFirst().headers())
                .containsEntry("X-Prometheus-Refresh-Interval-Seconds", "30.0");

        scrape.network.disconnect("http://sd");
        awaitCounted("prometheus_sd_http_failures_total");
        assertThat(urls()).containsExactly("http://a:1/metrics");
        scrape.network.on("http://sd", request -> MemoryTransport.answer(200, "application/json", "[]"));
        await(List.of());
    }

    @Test
    void a_discovery_that_is_not_built_in_finds_nothing_and_says_so() {
        String yaml = """
                scrape_configs:
                  - job_name: k
                    kubernetes_sd_configs: [{role: node}]
                """;
        assertThat(scrape.config(yaml).warnings())
                .containsExactly("job \"k\": kubernetes discovery is not built in yet and finds no targets; use"
                        + " file_sd_configs or http_sd_configs meanwhile");
        scrape.apply(yaml);
        assertThat(urls()).isEmpty();
    }
}
