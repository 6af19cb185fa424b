package dev.belvedere.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.PrometheusConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ConfigTextTest {

    private static String shown(String text) {
        YamlNode document = YamlNode.parse("prometheus.yml", text).orElseThrow();
        ConfigSource source = new ConfigSource(Path.of("/etc"), new LocalDisk(), Map.of());
        return ConfigText.of(document, PrometheusConfig.read(document.map(), source));
    }

    @Test
    void secrets_are_replaced_and_everything_else_reads_back_the_same() {
        String shown = shown("""
                scrape_configs:
                  - job_name: node
                    basic_auth: {username: bob, password: hunter2}
                    proxy_url: http://user:pw@proxy:3128
                    proxy_connect_header: {X-Ticket: [ticket-9]}
                    static_configs: [{targets: ["a:9100", "b:9100"], labels: {}}]
                  - job_name: other
                    authorization: {credentials: tok-123}
                    tls_config: {key: "-----BEGIN", cert_file: c.pem}
                  - job_name: cloud
                    oauth2: {client_id: id, client_secret: cs-1, token_url: "http://x"}
                remote_write:
                  - url: http://user:pw@far/write
                    tls_config: {cert_file: c.pem, key_file: k.pem}
                    bearer_token: tok-124
                """);
        assertThat(shown)
                .doesNotContain("hunter2", "tok-12", "BEGIN", "cs-1", "user:pw", "ticket-9")
                .contains("password: <secret>", "key_file: k.pem", "job_name: node", "a:9100");
        assertThat(shown(shown.replace("<secret>", "secret"))).isEqualTo(shown);
    }

    @Test
    void what_is_not_given_is_shown_as_it_holds() {
        assertThat(shown("{}")).isEqualTo("""
                global:
                  scrape_interval: 1m
                  scrape_timeout: 10s
                  scrape_protocols:
                  - OpenMetricsText1.0.0
                  - OpenMetricsText0.0.1
                  - PrometheusText1.0.0
                  - PrometheusText0.0.4
                  evaluation_interval: 1m
                """);
        assertThat(shown("rule_files:\nscrape_configs:\n")).endsWith("rule_files: []\nscrape_configs:\n");
        assertThat(shown("""
                        rule_files: ["rules/*.yml"]
                        scrape_configs:
                        - job_name: pods
                          kubernetes_sd_configs: [{role: pod, api_server: "http://k", basic_auth: {username: u, password: hunter2}}]
                        global: {scrape_interval: 5s, external_labels: {b: "1", a: x}, rule_query_offset: 1m}
                        """))
                .startsWith("global:\n  scrape_interval: 5s\n  scrape_timeout: 5s\n")
                .contains("  rule_query_offset: 1m\n  external_labels:\n    a: x\n    b: '1'\n")
                .contains("rule_files:\n- /etc/rules/*.yml\n")
                .contains("scrape_configs:\n- job_name: pods\n  honor_timestamps: true\n")
                .contains("  scrape_interval: 5s\n  scrape_timeout: 5s\n")
                .contains("  kubernetes_sd_configs:\n    -\n      role: pod\n")
                .doesNotContain("hunter2")
                .containsOnlyOnce("global:");
    }

    /// Prometheus' own examples, where they are.
    @Test
    void what_is_read_can_be_shown_and_read_again() throws IOException {
        Path examples = Path.of(System.getProperty("belvedere.root", ".."))
                .toAbsolutePath()
                .resolve("../shared/conformance/prometheus-config")
                .normalize();
        assumeThat(examples).as("the conformance files are not here").exists();
        ConfigSource source = new ConfigSource(examples, new LocalDisk(), Map.of("TEST", "TestValue"));
        List<Path> files;
        try (Stream<Path> all = Files.list(examples)) {
            files = all.filter(file -> file.toString().endsWith(".good.yml")).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            YamlNode document = YamlNode.parse(file.toString(), Files.readString(file))
                    .orElseThrow(() -> new AssertionError("empty: " + file));
            String shown = ConfigText.of(document, PrometheusConfig.read(document.map(), source));
            assertThat(YamlNode.parse("shown", shown)).as(file.toString()).isPresent();
        }
    }
}
