package dev.belvedere.scrape.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectiveConfigTest {

    private static ScrapeConfig read(String job) {
        String yaml = "scrape_configs:\n- " + job.strip().indent(2).strip() + "\n";
        return PrometheusConfig.read(
                        YamlNode.parse("test.yml", yaml).orElseThrow().map(),
                        new ConfigSource(Path.of("/etc"), new MemoryDisk(), Map.of()))
                .scrapeConfigs()
                .getFirst();
    }

    private static final String EVERYTHING = """
            job_name: "odd: name"
            honor_labels: true
            honor_timestamps: false
            track_timestamps_staleness: true
            params: {"match[]": ["a", "{b=\\"c\\"}"], x: [""]}
            scrape_interval: 1m30s
            scrape_timeout: 1500ms
            scrape_protocols: [PrometheusProto, PrometheusText0.0.4]
            fallback_scrape_protocol: PrometheusText1.0.0
            scrape_native_histograms: true
            always_scrape_classic_histograms: true
            convert_classic_histograms_to_nhcb: true
            scrape_failure_log_file: log/failures
            metrics_path: /m?x=#y
            scheme: https
            enable_compression: false
            body_size_limit: 1536KiB
            sample_limit: 1
            target_limit: 2
            label_limit: 3
            label_name_length_limit: 4
            label_value_length_limit: 5
            native_histogram_bucket_limit: 6
            native_histogram_min_bucket_factor: 1.1
            keep_dropped_targets: 7
            metric_name_validation_scheme: legacy
            metric_name_escaping_scheme: dots
            extra_scrape_metrics: true
            oauth2: {client_id: "yes", client_secret_file: s, token_url: "http://t", scopes: [a, b], endpoint_params: {k: v}}
            tls_config: {ca_file: ca.pem, server_name: "1", insecure_skip_verify: true, min_version: TLS13}
            follow_redirects: false
            enable_http2: false
            proxy_url: http://proxy:3128
            no_proxy: a,10.0.0.0/8
            http_headers: {X-A: {values: ["1", "a: b"], files: [h]}}
            relabel_configs:
              - {source_labels: [a, b], separator: "", regex: "(.*):\\\\d+", target_label: c, replacement: "$1: #"}
              - {action: labeldrop, regex: "tmp_.*"}
              - {source_labels: [x], modulus: 8, target_label: shard, action: hashmod}
            metric_relabel_configs:
              - {source_labels: [__name__], regex: "go_.*", action: drop}
            static_configs:
              - {targets: ["a:1", "b:2"], labels: {n: "null", t: "true"}}
              - {targets: []}
            file_sd_configs:
              - {files: ["t/*.yml", /abs/x.json], refresh_interval: 10s}
            http_sd_configs:
              - {url: "https://sd/targets?a=b", refresh_interval: 5m}
            consul_sd_configs:
              - {server: "c:8500"}
            """;

    @Test
    void what_is_shown_reads_back_as_the_same_job() {
        for (String job : new String[] {"job_name: plain", EVERYTHING}) {
            ScrapeConfig config = read(job);
            String shown = EffectiveConfig.yaml(config);
            assertThat(EffectiveConfig.yaml(
                            read(shown.replace("consul_sd_configs:\n- {\n  }", "consul_sd_configs: []"))))
                    .as(shown)
                    .isEqualTo(shown.replace("consul_sd_configs:\n- {\n  }\n", ""));
        }
    }

    @Test
    void a_job_without_settings_is_shown_as_prometheus_shows_it() {
        assertThat(EffectiveConfig.yaml(read("job_name: node\nstatic_configs: [{targets: ['localhost:9090']}]")))
                .isEqualTo("""
                        job_name: node
                        honor_timestamps: true
                        track_timestamps_staleness: false
                        scrape_interval: 1m
                        scrape_timeout: 10s
                        scrape_protocols:
                        - OpenMetricsText1.0.0
                        - OpenMetricsText0.0.1
                        - PrometheusText1.0.0
                        - PrometheusText0.0.4
                        scrape_native_histograms: false
                        always_scrape_classic_histograms: false
                        convert_classic_histograms_to_nhcb: false
                        metrics_path: /metrics
                        scheme: http
                        enable_compression: true
                        metric_name_validation_scheme: utf8
                        metric_name_escaping_scheme: allow-utf-8
                        extra_scrape_metrics: false
                        follow_redirects: true
                        enable_http2: true
                        static_configs:
                        - targets:
                          - localhost:9090
                        """);
    }

    @Test
    void no_secret_is_shown() {
        String shown = EffectiveConfig.yaml(read("""
                job_name: node
                authorization: {credentials: tok-123}
                tls_config: {cert: c, key: BEGIN-KEY}
                proxy_url: http://user:pw@1@proxy:3128
                proxy_connect_header: {X-Ticket: [ticket-9]}
                http_headers: {X-A: {secrets: [header-5]}}
                http_sd_configs: [{url: "http://u:pw-7@sd/", basic_auth: {username: bob, password: hunter2}}]
                """));
        assertThat(shown)
                .doesNotContain("tok-123", "BEGIN-KEY", "user:pw", "ticket-9", "header-5", "pw-7", "hunter2")
                .contains("credentials: <secret>", "http://<secret>@proxy:3128", "X-Ticket:\n  - <secret>");
    }
}
