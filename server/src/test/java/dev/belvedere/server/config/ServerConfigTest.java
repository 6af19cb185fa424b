package dev.belvedere.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.api.remoteread.RemoteReadFace;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.tsdb.options.Retention;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerConfigTest {

    private static final Path FILE = Path.of("/etc/belvedere/belvedere.yml");

    private final MemoryDisk disk = new MemoryDisk();
    private final ServerConfig.Origin origin = new ServerConfig.Origin(Optional.of(FILE), List.of(), disk, Map.of(), 4);

    private void write(Path path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private ServerConfig load(String text, String... settings) throws IOException {
        write(FILE, text);
        List<ServerConfig.Override> overrides = List.of(settings).stream()
                .map(setting -> setting.split("=", 2))
                .map(parts -> new ServerConfig.Override(parts[0], parts[1], "--set " + parts[0]))
                .toList();
        return ServerConfig.load(new ServerConfig.Origin(Optional.of(FILE), overrides, disk, Map.of(), 4));
    }

    @Test
    void an_empty_file_means_the_defaults() throws IOException {
        ServerConfig config = load("");
        assertThat(config.listen().listen().address()).contains(new ListenAddress("127.0.0.1", 9090));
        assertThat(config.listen().zipkin().isRequired()).isFalse();
        assertThat(config.data().partitions()).isEqualTo(4);
        assertThat(config.query().lookbackMillis()).isEqualTo(300_000);
        assertThat(config.query().service()).isEqualTo(QueryOptions.DEFAULT);
        assertThat(config.query().workers()).isEqualTo(4);
        assertThat(config.queryLogFile(origin)).isEmpty();
        assertThat(config.self().scrapeIntervalMillis()).isEqualTo(15_000);
        assertThat(config.rules()).isEqualTo(new RulesConfig(4, 100_000));
    }

    @Test
    void every_key_of_a_section_reaches_its_place_from_the_file_and_from_the_command_line() throws IOException {
        ServerConfig config = load("""
                server: {listen: "127.0.0.1:1", zipkinListen: "", maxBodyBytes: 1MB, allowedHosts: [a], corsOrigin: "https?://a.*", adminApi: true, warmUp: false}
                data: {directory: /d, partitions: 3, reserve: 1GB, logRetention: 1d, eventFlushBytes: 2MB, maxSeriesPerMetric: 7,
                  retentionRules: [{match: 'up{job=~"a.*"}', keep: 3d}], metricFlushBytes: 9MB, metricFlushAge: 10m, scrubPeriod: 3d,
                  downsampling: [{resolution: 5m, after: 2d, keep: 90d}, {resolution: 1h, keep: 2y}]}
                query: {timeout: 5s, maxSamples: 9, memoryBytes: 3MB, lookback: 1m, features: [promql-binop-fill-modifiers, search-api], maxSearchLimit: 11,
                  maxConcurrent: 3, maxComputing: 2, maxQueued: 4, maxPoints: 5, slowQuery: 6s, topQueries: 7, maxPlans: 8, cacheBytes: 9KB,
                  workers: 5, remoteReadMaxSamples: 1, remoteReadConcurrency: 2, remoteReadFrameBytes: 3}
                global: {query_log_file: queries.log}
                ingest: {maxLabels: 5, maxLineBytes: 1KB}
                rules: {concurrency: 2}
                agent: {host: false}
                """, "query.timeout=7s", "server.otlpGrpcListen=127.0.0.1:2");
        assertThat(config.listen().zipkin().address()).isEmpty();
        assertThat(config.listen().http().maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(config.listen().http().allowedHosts()).containsExactly("a");
        assertThat(config.listen().http().corsOrigin())
                .map(AnchoredRegex::toString)
                .hasValue("https?://a.*");
        assertThat(config.listen().isAdminApiEnabled()).isTrue();
        assertThat(config.listen().isWarmedUp()).isFalse();
        assertThat(config.listen().otlpGrpc().isRequired()).isTrue();
        assertThat(config.data().directory()).isEqualTo(Path.of("/d"));
        assertThat(config.data().reserveBytes()).isEqualTo(1L << 30);
        assertThat(config.data().events().logsRetention()).isEqualTo(Duration.ofDays(1));
        assertThat(config.data().events().flushBytes()).isEqualTo(2 << 20);
        assertThat(config.data().series().perMetric()).isEqualTo(7);
        assertThat(config.data().metrics().flushBytes()).isEqualTo(9 << 20);
        assertThat(config.data().metrics().flushAgeMillis()).isEqualTo(600_000);
        assertThat(config.data().metrics().scrubPeriodMillis()).isEqualTo(3 * 86_400_000L);
        assertThat(config.data().metrics().rollups())
                .extracting(Retention.Rollup::resolutionMillis, Retention.Rollup::afterMillis)
                .containsExactly(tuple(300_000L, 2 * 86_400_000L), tuple(3_600_000L, 0L));
        assertThat(config.data().metrics().rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.keepMillis()).isEqualTo(3 * 86_400_000L))
                .satisfies(rule -> assertThat(rule.match()).hasSize(2));
        assertThat(config.query().limits().timeoutMillis()).isEqualTo(7_000);
        assertThat(config.query().limits().maxSamples()).isEqualTo(9);
        assertThat(config.query().memory(1000).maxBytes()).isEqualTo(3 << 20);
        assertThat(config.query().service()).isEqualTo(new QueryOptions(3, 2, 4, 5, 6000, 7, 8, 9216));
        assertThat(config.query().workers()).isEqualTo(5);
        assertThat(config.queryLogFile(origin)).contains(FILE.toAbsolutePath().resolveSibling("queries.log"));
        assertThat(config.query().promql(config.prometheus()).parser().hasFillModifiers())
                .isTrue();
        assertThat(config.query().maxSearchLimit()).isEqualTo(11);
        assertThat(load("{}").query().maxSearchLimit()).isNegative();
        assertThat(config.query().remoteRead()).isEqualTo(new RemoteReadFace.Limits(1, 2, 3));
        assertThat(config.ingest().limits().maxLabels()).isEqualTo(5);
        assertThat(config.ingest().limits().maxLineBytes()).isEqualTo(1024);
        assertThat(config.rules().concurrency()).isEqualTo(2);
        assertThat(config.agent().isHostOn()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "surver: {}#belvedere.yml:1:1: unknown key \"surver\"",
                "server: {lisen: x}#belvedere.yml:1:10: unknown key \"lisen\"",
                "server: {listen: nonsense}#belvedere.yml:1:18: expected HOST:PORT",
                "server: {listen: \"\"}#cannot be turned off",
                "server: {listen: \"0.0.0.0:9090\"}#allowUnauthenticatedAccess",
                "server: {maxConnections: 0}#at least 1",
                "data: {partitions: 1000}#expected 1 to 256",
                "data: {logRetention: 0s}#data.logRetention must be positive",
                "data: {metricFlushBytes: 0}#must be positive",
                "data: {downsampling: [{resolution: 7m, keep: 1d}]}#a divisor of a day",
                "data: {downsampling: [{resolution: 5m, keep: 1d}, {resolution: 5m, keep: 1d}]}#a multiple of the resolution",
                "data: {downsampling: [{resolution: 5m, after: 2d, keep: 1d}]}#must be longer than",
                "data: {downsampling: [{resolution: 5m, after: 20d, keep: 90d}]}#less than the retention",
                "data: {retentionRules: [{match: '{job=', keep: 1d}]}#not a selector such as {job=",
                "data: {retentionRules: [{match: up, keep: 0s}]}#must be positive",
                "data: {retentionRules: [{match: up}]}#keep",
                "query: {timeout: soon}#belvedere.yml:1:18: not a valid duration",
                "query: {memoryBytes: 9KB}#belvedere.yml:1:9: query.memoryBytes must be at least 1MB, got 9216 bytes",
                "query: {workers: -1}#belvedere.yml:1:9: query.workers must be 0 to 1024, got -1",
                "query: {remoteReadConcurrency: 0}#belvedere.yml:1:9: query.remoteReadConcurrency must be 1 to",
                "query: {maxSearchLimit: -1}#query.maxSearchLimit must be 0, for any number, to 1000000",
                "query: {features: [magic]}#there is no feature \"magic\"",
                "ingest: {maxLabels: -1}#belvedere.yml:1:21: expected 1 to",
                "alertmanager: {route: {receiver: a}}#undefined receiver",
                "alertmanager: missing.yml#cannot be read",
                "rules: {concurency: 1}#unknown key \"concurency\""
            })
    void a_mistake_is_named_with_its_place(String text, String message) {
        assertThatThrownBy(() -> load(text)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void a_prometheus_yml_works_as_it_is_and_its_rule_files_are_found_beside_it() throws IOException {
        write(FILE.resolveSibling("rules").resolve("a.yml"), "groups: []\n");
        ServerConfig config = load("""
                global: {scrape_interval: 30s, evaluation_interval: 20s}
                rule_files: ["rules/*.yml"]
                scrape_configs: [{job_name: node, static_configs: [{targets: ["a:9100"]}]}]
                alerting: {alertmanagers: [{static_configs: [{targets: ["am:9093"]}]}]}
                remote_write: [{url: "http://x/api/v1/write"}]
                """);
        assertThat(config.ruleFiles(disk))
                .containsExactly(FILE.resolveSibling("rules").resolve("a.yml"));
        assertThat(config.prometheus().scrapeConfigs()).hasSize(1);
    }

    @Test
    void an_alertmanager_yml_may_stand_in_the_file_or_beside_it() throws IOException {
        String alertmanager =
                "route: {receiver: hook}\nreceivers: [{name: hook, webhook_configs: [{url: \"http://h/\"}]}]\n";
        write(FILE.resolveSibling("alertmanager.yml"), alertmanager);
        ServerConfig beside = load("alertmanager: alertmanager.yml\n");
        ServerConfig within = load("alertmanager:\n" + alertmanager.indent(2));
        assertThat(beside.alertmanager().receivers()).hasSize(1);
        assertThat(within.alertmanager().route())
                .isEqualTo(beside.alertmanager().route());
    }

    @Test
    void a_listener_for_other_machines_is_fine_when_it_is_wanted_by_name() throws IOException {
        ServerConfig config = load("server: {listen: \":9090\"}", "server.allowUnauthenticatedAccess=true");
        assertThat(config.listen().listen().address()).contains(new ListenAddress("", 9090));
    }
}
