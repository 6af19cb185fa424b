package dev.belvedere.scrape.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Prometheus' own examples of good and bad configuration files.
class ConformanceConfigTest {

    private static final Path DIRECTORY = Path.of(System.getProperty("belvedere.root", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("../shared/conformance/prometheus-config")
            .normalize();

    /// Files of other names that Prometheus refuses.
    private static final List<String> ALSO_BAD =
            List.of("incompatible.yml", "config_with_deprecated_am_api_config.yml");

    private static boolean isBad(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".bad.") || ALSO_BAD.stream().anyMatch(name::endsWith);
    }

    private static List<Path> files(boolean areBad) throws IOException {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of(Path.of("absent"));
        }
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".yml") && isBad(file) == areBad)
                    .sorted()
                    .toList();
        }
    }

    static List<Path> goodFiles() throws IOException {
        return files(false);
    }

    static List<Path> badFiles() throws IOException {
        return files(true);
    }

    private static PrometheusConfig load(Path file) {
        assumeThat(DIRECTORY).as("the conformance files are not here").exists();
        return PrometheusConfig.load(file, new ConfigSource(DIRECTORY, new LocalDisk(), Map.of("TEST", "TestValue")));
    }

    @ParameterizedTest
    @MethodSource("goodFiles")
    void good_files_load(Path file) {
        assertThat(load(file).global()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void bad_files_are_refused_with_their_place_and_a_sentence(Path file) {
        assumeThat(DIRECTORY).as("the conformance files are not here").exists();
        assertThatThrownBy(() -> load(file)).isInstanceOfSatisfying(ConfigException.class, e -> {
            assertThat(e.line()).as(e.getMessage()).isPositive();
            assertThat(e.column()).as(e.getMessage()).isPositive();
            assertThat(e.getMessage()).contains(":" + e.line() + ":" + e.column() + ": ");
        });
    }

    @Test
    void the_large_example_is_read_in_full() {
        PrometheusConfig config = load(DIRECTORY.resolve("conf.good.yml"));
        assertThat(config.scrapeConfigs()).hasSize(34);
        ScrapeConfig first = config.scrapeConfigs().getFirst();
        assertThat(first.settings().intervalMillis()).isEqualTo(15_000);
        assertThat(first.settings().timeoutMillis()).isEqualTo(10_000);
        assertThat(first.settings().limits().bodyBytes()).isEqualTo(15L << 20);
        assertThat(first.client().authorization().orElseThrow().credentialsFile())
                .isEqualTo(DIRECTORY.resolve("valid_token_file").toString());
        ScrapeConfig second = config.scrapeConfigs().get(1);
        assertThat(second.client().basicAuth().orElseThrow().password().reveal())
                .isEqualTo("multiline\nmysecret\ntest");
        assertThat(second.toString()).doesNotContain("mysecret");
        assertThat(config.storage().retentionMillis()).isEqualTo(86_400_000);
        assertThat(config.storage().outOfOrderWindowMillis()).isEqualTo(1_800_000);
        assertThat(config.remoteWrites().get(1).isVersion2()).isTrue();
        assertThat(config.alerting().alertmanagers()).hasSize(1);
        assertThat(config.warnings())
                .contains("job \"service-y\": consul discovery is not built in yet and finds no targets; use"
                        + " file_sd_configs or http_sd_configs meanwhile");
    }

    private static final String WITH_URL = """
            scrape_configs:
            - job_name: probes
              %s
              static_configs: [{targets: ["https://example.org/"]}]
            """;

    private static PrometheusConfig parse(String text) {
        YamlNode document = YamlNode.parse("p.yml", text).orElseThrow();
        return PrometheusConfig.read(document.map(), new ConfigSource(Path.of("/"), new LocalDisk(), Map.of()));
    }

    /// A prober is asked about URLs that relabelling makes parameters of.
    @Test
    void targets_may_be_urls_where_relabelling_can_make_addresses_of_them() {
        assertThat(parse(WITH_URL.formatted(
                                "relabel_configs: [{source_labels: [__address__], target_label: __param_x}]"))
                        .scrapeConfigs())
                .hasSize(1);
        assertThatThrownBy(() -> parse(WITH_URL.formatted("")))
                .hasMessage("p.yml:4:31: \"https://example.org/\" is not a host and port: leave out scheme and path");
    }

    @Test
    void keys_of_remote_write_that_came_late_are_known() {
        assertThat(parse("remote_write: [{url: http://a, failed_request_logging: true, round_robin_dns: true}]\n")
                        .remoteWrites())
                .hasSize(1);
    }

    @Test
    void external_labels_take_environment_variables() {
        assertThat(load(DIRECTORY.resolve("external_labels.good.yml"))
                        .global()
                        .externalLabels()
                        .toMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "bar",
                        "foo",
                        "foo",
                        "TestValue",
                        "baz",
                        "fooTestValuebar",
                        "qux",
                        "foo${TEST}",
                        "xyz",
                        "foo$bar"));
    }
}
