package dev.belvedere.scrape.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as a prometheus.yml: it loads or is refused with a sentence, and both times the same.
class ConfigFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(64 << 20, 40_000);
    private static final Path FILE = Path.of("/etc/prometheus.yml");

    static Stream<byte[]> files() {
        return Stream.of("""
                global: {scrape_interval: 15s, external_labels: {a: "${X}"}}
                rule_files: [a/*.yml]
                scrape_configs:
                - job_name: node
                  static_configs:
                  - targets: ["localhost:9100", 'b:1']
                    labels: {env: prod}
                  relabel_configs:
                  - source_labels: [__address__, job]
                    regex: "(.*):.*"
                    target_label: host
                    replacement: $1
                    action: replace
                  - {action: hashmod, source_labels: [a], modulus: 7, target_label: b}
                  metric_relabel_configs: [{action: labeldrop, regex: x.*}]
                  basic_auth: {username: u, password: p}
                  params: {m: [a, b]}
                """, """
                remote_write:
                - url: http://127.0.0.1/w
                  write_relabel_configs: [{action: keep, source_labels: [x], regex: a|b}]
                  queue_config: {max_shards: 5}
                otlp: {promote_resource_attributes: [a.b], translation_strategy: NoTranslation}
                storage: {tsdb: {out_of_order_time_window: 30m}}
                alerting: {alertmanagers: [{static_configs: [{targets: [x]}], scheme: https}]}
                """, "a: &x [1, 2]\nb: *x\n? {c: d}\n: !!binary aGk=\n---\n--- |\n text\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String outcome(byte[] content) {
        MemoryDisk disk = new MemoryDisk();
        try (DiskFile file = disk.open(FILE)) {
            file.write(ByteBuffer.wrap(content), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        try {
            ConfigSource source = new ConfigSource(Path.of("/etc"), disk, Map.of("X", "y"));
            return PrometheusConfig.load(FILE, source).scrapeConfigs().size() + " scrape configs";
        } catch (ConfigException e) {
            assertThat(e.getMessage()).contains("/etc");
            return e.getMessage();
        }
    }

    @MethodSource("files")
    @FuzzTest
    void prometheus_yml(byte[] content) {
        BUDGET.run(content.length, () -> outcome(content));
        assertThat(outcome(content)).isEqualTo(outcome(content));
    }

    @MethodSource("files")
    @FuzzTest
    void yaml(byte[] content) {
        BUDGET.run(content.length, () -> {
            try {
                YamlNode.parseAll("f.yml", new String(content, StandardCharsets.UTF_8))
                        .forEach(node -> walk(node, 0));
            } catch (ConfigException e) {
                assertThat(e.getMessage()).startsWith("f.yml");
            }
        });
    }

    private static void walk(YamlNode node, int depth) {
        if (depth > 20) {
            return;
        }
        if (node.isMap()) {
            node.map().forEach((key, value) -> walk(value, depth + 1));
        } else if (node.isList()) {
            node.list().forEach(value -> walk(value, depth + 1));
        } else {
            assertThat(node.string()).isNotNull();
        }
    }
}
