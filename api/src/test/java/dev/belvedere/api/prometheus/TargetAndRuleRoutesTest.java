package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.AlertState;
import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleDefinition;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import dev.belvedere.alerting.rules.RuleHealth;
import dev.belvedere.alerting.rules.RuleSnapshot;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.scrape.ActiveTarget;
import dev.belvedere.scrape.PoolTargets;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.PrometheusConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the API tells of targets, their metadata, rules and alerts.
final class TargetAndRuleRoutesTest {

    private static final String SUCCESS = "200 {\"status\":\"success\",\"data\":";

    private final PrometheusServer server = new PrometheusServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static PoolTargets pool() {
        ActiveTarget up = new ActiveTarget(
                Labels.of("__address__", "n1:9100"),
                Labels.of("instance", "n1:9100", "job", "node"),
                "node",
                "http://n1:9100/metrics",
                "http://n1:9100/metrics",
                "",
                PrometheusServer.NOW - 250,
                0.012,
                ActiveTarget.Health.UP,
                15_000,
                10_000);
        ActiveTarget fresh = new ActiveTarget(
                Labels.EMPTY,
                Labels.of("instance", "n2:9100", "job", "node"),
                "node",
                "http://n2:9100/metrics",
                "http://n2:9100/metrics",
                "connection <refused>",
                0,
                0,
                ActiveTarget.Health.UNKNOWN,
                15_000,
                10_000);
        YamlNode config = YamlNode.parse("test.yml", """
                        scrape_configs:
                          - job_name: node
                            basic_auth: {username: bob, password: hunter2}
                            relabel_configs:
                              - {target_label: env, replacement: test}
                              - {source_labels: [__address__], regex: 'n3:.*', action: drop}
                        """).orElseThrow();
        return new PoolTargets(
                PrometheusConfig.read(config.map(), new ConfigSource(Path.of("/etc"), new MemoryDisk(), Map.of()))
                        .scrapeConfigs()
                        .getFirst(),
                List.of(up, fresh),
                List.of(Labels.of("__address__", "n3:9100")),
                1,
                List.of(
                        Map.of("up", new MetricMetadata(MetricType.GAUGE, "", "Is <it> up")),
                        Map.of("up", new MetricMetadata(MetricType.GAUGE, "s", "Other"))));
    }

    @Test
    void the_steps_of_relabelling_are_shown_one_by_one() {
        server.targets = List.of(pool());
        String path = "/api/v1/targets/relabel_steps?scrapePool=";
        String set =
                "{\"rule\":{\"separator\":\";\",\"regex\":\"(.*)\",\"target_label\":\"env\",\"replacement\":\"test\","
                        + "\"action\":\"replace\"},\"output\":{\"__address__\":\"n3:1\",\"env\":\"test\"},\"keep\":true}";
        String drop = "{\"rule\":{\"source_labels\":[\"__address__\"],\"separator\":\";\",\"regex\":\"n3:.*\","
                + "\"replacement\":\"$1\",\"action\":\"drop\"},\"output\":{},\"keep\":false}";
        assertThat(server.get(path + "node&labels=%7B%22__address__%22:%22n3:1%22%7D"))
                .isEqualTo(SUCCESS + "{\"steps\":[" + set + "," + drop + "]}}");
        assertThat(server.get(path + "node&labels=x")).contains("\"errorType\":\"bad_data\"");
        assertThat(server.get(path + "node")).contains("no labels parameter provided");
        assertThat(server.get(path + "&labels=%7B%7D")).contains("no scrapePool parameter provided");
        assertThat(server.get(path + "x&labels=%7B%7D")).contains("error retrieving scrape config: ");
    }

    @Test
    void notifications_are_sent_as_events() {
        assertThat(server.firstEvent("/api/v1/notifications/live"))
                .isEqualTo("data: {\"text\":\"disk is nearly full\",\"date\":\"2023-11-14T22:13:20Z\","
                        + "\"active\":true}");
    }

    @Test
    void targets_are_shown_with_filters() {
        server.targets = List.of(pool());
        String first =
                "{\"discoveredLabels\":{\"__address__\":\"n1:9100\"},\"labels\":{\"instance\":\"n1:9100\",\"job\":\"node\"},"
                        + "\"scrapePool\":\"node\",\"scrapeUrl\":\"http://n1:9100/metrics\",\"globalUrl\":\"http://n1:9100/metrics\","
                        + "\"lastError\":\"\",\"lastScrape\":\"2023-11-14T22:13:19.75Z\",\"lastScrapeDuration\":0.012,"
                        + "\"health\":\"up\",\"scrapeInterval\":\"15s\",\"scrapeTimeout\":\"10s\"}";
        assertThat(server.get("/api/v1/targets"))
                .startsWith(SUCCESS + "{\"activeTargets\":[" + first + ",{\"discoveredLabels\":{},")
                .contains("\"lastError\":\"connection \\u003crefused\\u003e\",\"lastScrape\":\"0001-01-01T00:00:00Z\"")
                .endsWith(
                        "],\"droppedTargets\":[{\"discoveredLabels\":{\"__address__\":\"n3:9100\"},\"scrapePool\":\"node\"}],"
                                + "\"droppedTargetCounts\":{\"node\":1}}}");
        assertThat(server.get("/api/v1/targets?state=active"))
                .endsWith("\"droppedTargets\":[],\"droppedTargetCounts\":null}}");
        assertThat(server.get("/api/v1/targets?state=dropped")).startsWith(SUCCESS + "{\"activeTargets\":[],");
        assertThat(server.get("/api/v1/targets?scrapePool=other"))
                .contains("\"activeTargets\":[],\"droppedTargets\":[]");
        assertThat(server.get("/api/v1/scrape_pools")).isEqualTo(SUCCESS + "{\"scrapePools\":[\"node\"]}}");
    }

    @Test
    void a_pools_configuration_is_shown_with_defaults_and_without_secrets() {
        server.targets = List.of(pool());
        assertThat(server.get("/api/v1/scrape_pools/config?scrapePool=node"))
                .startsWith(SUCCESS + "{\"yaml\":\"job_name: node\\nhonor_timestamps: true\\n")
                .contains("scrape_interval: 1m\\n", "password: \\u003csecret\\u003e\\n", "- separator: ;\\n")
                .doesNotContain("hunter2");
        assertThat(server.get("/api/v1/scrape_pools/config"))
                .isEqualTo("400 {\"status\":\"error\",\"errorType\":\"bad_data\","
                        + "\"error\":\"no scrapePool parameter provided\"}");
        assertThat(server.get("/api/v1/scrape_pools/config?scrapePool=other"))
                .isEqualTo("400 {\"status\":\"error\",\"errorType\":\"bad_data\","
                        + "\"error\":\"error retrieving scrape config: scrape pool \\\"other\\\" not found\"}");
    }

    @Test
    void metadata_is_gathered_by_metric_and_by_target() {
        server.targets = List.of(pool());
        assertThat(server.get("/api/v1/metadata"))
                .isEqualTo(SUCCESS + "{\"up\":[{\"type\":\"gauge\",\"unit\":\"\",\"help\":\"Is \\u003cit\\u003e up\"},"
                        + "{\"type\":\"gauge\",\"unit\":\"s\",\"help\":\"Other\"}]}}");
        assertThat(server.get("/api/v1/metadata?limit_per_metric=1")).doesNotContain("Other");
        assertThat(server.get("/api/v1/metadata?limit=0")).isEqualTo(SUCCESS + "{}}");
        assertThat(server.get("/api/v1/metadata?metric=down")).isEqualTo(SUCCESS + "{}}");
        assertThat(server.get("/api/v1/targets/metadata?match_target=" + encoded("{instance=\"n2:9100\"}")))
                .isEqualTo(SUCCESS + "[{\"target\":{\"instance\":\"n2:9100\",\"job\":\"node\"},\"metric\":\"up\","
                        + "\"type\":\"gauge\",\"help\":\"Other\",\"unit\":\"s\"}]}");
        assertThat(server.get("/api/v1/targets/metadata?metric=up&limit=1"))
                .isEqualTo(SUCCESS + "[{\"target\":{\"instance\":\"n1:9100\",\"job\":\"node\"},"
                        + "\"type\":\"gauge\",\"help\":\"Is \\u003cit\\u003e up\",\"unit\":\"\"}]}");
    }

    private void provideRules() {
        RuleFiles files =
                new RuleFiles(Map.of("promql", PromqlRules.forChecking(new PromqlEngine(PromqlOptions.DEFAULT))));
        List<RuleDefinition> rules = files.parse("r.yml", """
                        groups:
                        - name: g
                          rules:
                          - {record: 'job:up', expr: 'sum by (job) (up > 0)', labels: {team: ml}}
                          - {alert: Down, expr: up == 0, for: 5m, labels: {severity: page}, annotations: {s: 'a & b'}}
                        """)
                .orThrow()
                .files()
                .getFirst()
                .groups()
                .getFirst()
                .rules();
        AlertSnapshot alert = new AlertSnapshot(
                Labels.of("alertname", "Down", "job", "a"),
                Labels.of("s", "a & b"),
                AlertState.FIRING,
                0,
                PrometheusServer.NOW - 600_000,
                AlertSnapshot.NOT_KEPT);
        RuleHealth good = new RuleHealth(RuleHealth.Status.OK, "", 2_000_000, PrometheusServer.NOW);
        RuleHealth bad = new RuleHealth(RuleHealth.Status.ERR, "broken <", 0, RuleHealth.NEVER);
        server.alerts = List.of(alert);
        server.groups = List.of(
                new RuleGroupSnapshot(
                        "g",
                        "a.yml",
                        15_000,
                        3,
                        2_500_000,
                        PrometheusServer.NOW,
                        List.of(
                                new RuleSnapshot(rules.get(0), good, AlertState.UNKNOWN, List.of()),
                                new RuleSnapshot(rules.get(1), good, AlertState.FIRING, List.of(alert)))),
                new RuleGroupSnapshot(
                        "h",
                        "b.yml",
                        60_000,
                        0,
                        0,
                        RuleHealth.NEVER,
                        List.of(new RuleSnapshot(rules.get(0), bad, AlertState.UNKNOWN, List.of()))));
    }

    private static final String ALERT =
            "{\"labels\":{\"alertname\":\"Down\",\"job\":\"a\"},\"annotations\":{\"s\":\"a & b\"},"
                    + "\"state\":\"firing\",\"activeAt\":\"2023-11-14T22:03:20Z\",\"value\":\"0e+00\"}";

    @Test
    void rules_and_alerts_are_shown_as_prometheus_shows_them() {
        provideRules();
        String recording =
                "{\"name\":\"job:up\",\"query\":\"sum by (job) (up \\u003e 0)\",\"labels\":{\"team\":\"ml\"},"
                        + "\"health\":\"ok\",\"evaluationTime\":0.002,\"lastEvaluation\":\"2023-11-14T22:13:20Z\",\"type\":\"recording\"}";
        String alerting =
                "{\"state\":\"firing\",\"name\":\"Down\",\"query\":\"up == 0\",\"duration\":300,\"keepFiringFor\":0,"
                        + "\"labels\":{\"severity\":\"page\"},\"annotations\":{\"s\":\"a & b\"},\"alerts\":[" + ALERT
                        + "],"
                        + "\"health\":\"ok\",\"evaluationTime\":0.002,\"lastEvaluation\":\"2023-11-14T22:13:20Z\",\"type\":\"alerting\"}";
        String second = "{\"name\":\"h\",\"file\":\"b.yml\",\"rules\":[{\"name\":\"job:up\","
                + "\"query\":\"sum by (job) (up \\u003e 0)\",\"labels\":{\"team\":\"ml\"},\"health\":\"err\","
                + "\"lastError\":\"broken \\u003c\",\"evaluationTime\":0,\"lastEvaluation\":\"0001-01-01T00:00:00Z\","
                + "\"type\":\"recording\"}],\"interval\":60,\"limit\":0,\"evaluationTime\":0,"
                + "\"lastEvaluation\":\"0001-01-01T00:00:00Z\"}";
        assertThat(server.get("/api/v1/rules"))
                .isEqualTo(SUCCESS + "{\"groups\":[{\"name\":\"g\",\"file\":\"a.yml\",\"rules\":[" + recording + ","
                        + alerting
                        + "],\"interval\":15,\"limit\":3,\"evaluationTime\":0.0025,"
                        + "\"lastEvaluation\":\"2023-11-14T22:13:20Z\"}," + second + "]}}");
        assertThat(server.get("/api/v1/alerts")).isEqualTo(SUCCESS + "{\"alerts\":[" + ALERT + "]}}");
        assertThat(server.get("/api/v1/alertmanagers"))
                .isEqualTo(SUCCESS + "{\"activeAlertmanagers\":[],\"droppedAlertmanagers\":[]}}");
    }

    @Test
    void rules_are_filtered_and_paged() {
        provideRules();
        assertThat(server.get("/api/v1/rules?type=alert")).contains("Down").doesNotContain("job:up");
        assertThat(server.get("/api/v1/rules?type=record"))
                .doesNotContain("Down")
                .contains("job:up");
        assertThat(server.get("/api/v1/rules?rule_name[]=Down&exclude_alerts=true"))
                .contains("\"alerts\":null");
        assertThat(server.get("/api/v1/rules?rule_group[]=h")).contains("b.yml").doesNotContain("a.yml");
        assertThat(server.get("/api/v1/rules?file[]=a.yml")).contains("a.yml").doesNotContain("b.yml");
        assertThat(server.get("/api/v1/rules?match[]=" + encoded("{severity=\"page\"}")))
                .contains("Down")
                .doesNotContain("job:up");
        String page = server.get("/api/v1/rules?group_limit=1");
        assertThat(page).contains("a.yml").doesNotContain("b.yml");
        String token = page.replaceAll(".*\"groupNextToken\":\"([0-9a-f]{64})\".*", "$1");
        assertThat(server.get("/api/v1/rules?group_limit=1&group_next_token=" + token))
                .contains("b.yml")
                .doesNotContain("a.yml")
                .doesNotContain("groupNextToken");
    }
}
