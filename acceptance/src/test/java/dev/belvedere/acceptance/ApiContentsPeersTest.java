package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Prometheus and we say of the same targets, rules and metadata is the same in content too: names, labels,
/// values, states and counts, but for times, and for the order of what has none in Prometheus' answers.
final class ApiContentsPeersTest {

    private static final String EXPOSITION = """
            # HELP http_requests_total Requests, with "quotes" and \\\\ back\\nline.
            # TYPE http_requests_total counter
            http_requests_total{code="200",method="get"} 10
            http_requests_total{code="500",method="get"} 3
            # TYPE temp gauge
            # HELP temp Temperature <b>&amp;</b> é
            temp 21.5
            # TYPE lat histogram
            # HELP lat Latency
            lat_bucket{le="0.1"} 1
            lat_bucket{le="+Inf"} 2
            lat_sum 0.7
            lat_count 2
            # TYPE summ summary
            summ{quantile="0.5"} 1
            summ_sum 2
            summ_count 3
            # HELP helped only help
            helped 5
            bare{a="b"} 7
            nan_value NaN
            inf_value +Inf
            neg -0
            tiny 1e-7
            big 1e21
            """;

    private static final String RULES = """
            groups:
            - name: b-first
              interval: 1s
              limit: 10
              labels: {team: t1, x: group}
              rules:
              - record: job:requests:rate
                expr: "sum by (job)\\n  (http_requests_total)"
                labels: {x: y, z: '{{ 1 }}'}
              - alert: Hot
                expr: temp > 20
                keep_firing_for: 5m
                labels: {severity: page, v: 'is {{ $value }}'}
                annotations: {summary: 'T {{ $labels.instance }} at {{ printf "%.2f" $value }}'}
              - alert: Waiting
                expr: temp > 20
                for: 1h
                annotations: {d: '{{ humanizeDuration 3661 }} {{ $externalLabels.replica }}'}
            - name: a-second
              interval: 1s
              query_offset: 1s
              rules:
              - {alert: Never, expr: 'temp > 1e6', for: 1m30s}
              - {record: broken, expr: 'temp + on() http_requests_total'}
              - {record: nothing, expr: 'vector(1) unless vector(2)'}
            - name: empty
              rules: []
            """;

    private static final String MORE_RULES = """
            groups:
            - name: b-first
              interval: 1s
              rules:
              - {record: 'again', expr: 'count({__name__=~"temp|tiny"}) without (job)'}
              - {alert: Hot, expr: 'temp==21.5'}
            """;

    private static final int ALERTS = 9;

    /// `TARGET` and `GONE` are the ports of one that answers and of one that does not.
    private static final String CONFIG = """
            global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {replica: a, zone: 'b "c"'}}
            rule_files: [RULES/rules.yml, RULES/more.yml]
            scrape_configs:
            - job_name: web
              params: {a: [b, c], 'd e': ['&']}
              static_configs:
              - {targets: ["127.0.0.1:TARGET"], labels: {env: prod, __meta_x: y}}
              - {targets: ["localhost:TARGET"], labels: {env: test}}
            - job_name: other
              metrics_path: /renamed
              honor_labels: true
              relabel_configs:
              - {source_labels: [__address__], regex: 'dropped.*', action: drop}
              - {target_label: added, replacement: v}
              static_configs: [{targets: ["127.0.0.1:TARGET", "dropped:1", "127.0.0.1:GONE"]}]
            - job_name: bad
              metrics_path: /bad
              static_configs: [{targets: ["127.0.0.1:TARGET"]}]
            - job_name: limited
              sample_limit: 3
              static_configs: [{targets: ["127.0.0.1:TARGET"]}]
            - job_name: none
              static_configs: [{targets: []}]
            """;

    private static final List<String> PATHS = List.of(
            "/rules",
            "/rules?type=alert",
            "/rules?type=record&rule_group[]=b-first",
            "/rules?rule_name[]=Hot",
            "/rules?rule_name[]=Hot&exclude_alerts=true",
            "/rules?rule_name[]=Hot&rule_group[]=a-second",
            "/rules?rule_name[]=Hot&rule_name[]=nothing&rule_group[]=b-first&rule_group[]=a-second",
            "/rules?match[]={team=\"t1\"}",
            "/rules?match[]={severity=\"page\"}",
            "/rules?match[]={v=~\"is.*\"}",
            "/rules?match[]={x=\"y\"}&match[]={x=\"group\",severity=\"\"}",
            "/rules?group_limit=3",
            "/rules?group_limit=1&rule_name[]=Never",
            "/alerts",
            "/targets",
            "/targets?state=active",
            "/targets?state=dropped",
            "/targets?scrapePool=other",
            "/targets?scrapePool=other&state=dropped",
            "/targets?scrapePool=none",
            "/targets?scrapePool=nope",
            "/scrape_pools",
            "/targets/metadata",
            "/targets/metadata?metric=temp",
            "/targets/metadata?metric=lat_bucket",
            "/targets/metadata?match_target={job=\"other\"}",
            "/targets/metadata?match_target={job=~\"w.*\",env!=\"test\"}&metric=temp",
            "/metadata",
            "/metadata?metric=temp",
            "/metadata?metric=helped",
            "/metadata?metric=bare",
            "/metadata?limit_per_metric=0",
            "/series?match[]={job=~\".+\"}",
            "/series?match[]={__name__=~\"temp|tiny\"}&match[]=big",
            "/labels",
            "/labels?match[]=temp",
            "/label/__name__/values",
            "/label/env/values",
            "/label/instance/values?match[]=temp",
            "/query?query=count({__name__=~\".%2B\"})by(__name__,job)",
            "/query?query=ALERTS",
            "/query?query=count(ALERTS_FOR_STATE)by(alertname)",
            "/query?query=up",
            "/query?query={__name__=~\"scrape_samples.*\"}",
            "/query?query=scrape_series_added{job=\"limited\"}",
            "/query?query={__name__=~\"neg|tiny|big|inf_value|nan_value\"}",
            "/query?query=1e21&time=2",
            "/query?query=-1e-7&time=2",
            "/query?query=vector(1e-7)&time=2",
            "/query?query=-0&time=2",
            "/query?query=time()&time=1.0005",
            "/query?query=time()&time=-1.2345",
            "/query_range?query=time()&start=0.0004&end=1.0006&step=0.5",
            "/query_range?query=1e21&start=1&end=1&step=5m");

    private static final List<String> FEDERATED =
            List.of("temp", "{__name__=~\"lat.*|tiny|big|neg|inf_value|nan_value\",job=\"web\"}", "nope");

    private static final Set<String> DURATIONS = Set.of("evaluationTime", "lastScrapeDuration");

    private static final Set<String> ORDERED = Set.of("groups", "rules", "value");

    @Test
    void rules_targets_metadata_and_series_are_told_as_prometheus_tells_them(@TempDir Path folder)
            throws IOException, InterruptedException {
        Files.writeString(folder.resolve("rules.yml"), RULES);
        Files.writeString(folder.resolve("more.yml"), MORE_RULES);
        HttpServer target = target();
        int gone = ServerProcess.freePorts(1).getFirst();
        String config = CONFIG.replace("RULES", folder.toString())
                .replace("TARGET", Integer.toString(target.getAddress().getPort()))
                .replace("GONE", Integer.toString(gone));
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), config);
                ServerProcess server = ServerProcess.startAlone(
                        folder.resolve("data"), "--config", prometheus.config().toString())) {
            for (String url : List.of(prometheus.url(""), server.url(""))) {
                Http.eventually(() -> isSteady(url));
            }
            List<String> differences = new ArrayList<>();
            for (String path : PATHS) {
                String escaped = SideBySide.escaped("/api/v1" + path);
                JsonNode theirs = plain("", Http.get(prometheus.url(escaped)).json());
                JsonNode ours = plain("", Http.get(server.url(escaped)).json());
                if (theirs.findValue(SideBySide.NEWER_LABELS.getFirst()) == null) {
                    removeNewerLabels(ours);
                }
                if (!theirs.equals(ours)) {
                    differences.add(path + "\n" + differing(theirs.toPrettyString(), ours.toPrettyString()));
                }
            }
            assertThat(differences).isEmpty();
            for (String selector : FEDERATED) {
                String path = SideBySide.escaped("/federate?match[]=" + selector);
                assertThat(federated(server.url(path))).as(path).isEqualTo(federated(prometheus.url(path)));
            }
            assertThat(pages(server.url(""))).hasSize(3).isEqualTo(pages(prometheus.url("")));
        } finally {
            target.stop(0);
        }
    }

    private static HttpServer target() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, String> bodies = Map.of(
                "/metrics",
                EXPOSITION,
                "/renamed",
                EXPOSITION.replace("temp Temperature", "temp Other words").replace("temp gauge", "temp counter"),
                "/bad",
                "what is{ this\n");
        bodies.forEach((path, body) -> http.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }));
        http.start();
        return http;
    }

    /// Every target was scraped and every rule looked at what came of it, more than once: what a first scrape adds is
    /// told of that scrape alone.
    private static boolean isSteady(String url) throws IOException, InterruptedException {
        String targets = Http.get(url + "/api/v1/targets?state=active").body();
        String rules = Http.get(url + "/api/v1/rules").body();
        String added = SideBySide.escaped("/api/v1/query?query=sum(scrape_series_added)==0 and count(count_over_time("
                + "scrape_series_added[1m])>1)==6 and count(again)==3");
        return !targets.contains("\"unknown\"")
                && !rules.contains("\"unknown\"")
                && rules.contains("\"health\":\"err\"")
                && Http.get(url + "/api/v1/alerts").json().at("/data/alerts").size() == ALERTS
                && !Http.get(url + added).json().at("/data/result").isEmpty();
    }

    private static void removeNewerLabels(JsonNode answer) {
        List<String> newer = SideBySide.NEWER_LABELS;
        answer.findParents(newer.getFirst()).forEach(labels -> ((ObjectNode) labels).remove(newer));
    }

    /// An answer without times, with what has no order in one, and without each server's own words for what is wrong
    /// with a target. Empty labels of rules are left out: some builds of Prometheus write them, others do not.
    ///
    /// @param name of the field that it is
    private static JsonNode plain(String name, JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                object.set(field.getKey(), plain(field.getKey(), field.getValue()));
            }
            if (object.path("labels").isEmpty() && object.has("query")) {
                object.remove("labels");
            }
            return object;
        }
        if (node instanceof ArrayNode array) {
            return plain(name, array);
        }
        boolean isTime = node.isTextual() && node.asText().matches("\\d{4}-\\d\\d-\\d\\dT.*");
        boolean isOwn = DURATIONS.contains(name)
                || name.equals("lastError") && !node.asText().isEmpty();
        return isTime || isOwn ? TextNode.valueOf(name) : node;
    }

    private static ArrayNode plain(String name, ArrayNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(element -> elements.add(plain(name, element)));
        if (!ORDERED.contains(name) && array.path(0).isObject()) {
            elements.sort(Comparator.comparing(JsonNode::toString));
        }
        boolean isNow = name.equals("value") && array.path(0).asLong() > 1_000_000_000;
        if (isNow) {
            elements.set(0, TextNode.valueOf("now"));
        }
        array.removeAll();
        return array.addAll(elements);
    }

    private static String differing(String theirs, String ours) {
        List<String> their = theirs.lines().toList();
        List<String> our = ours.lines().toList();
        int same = 0;
        while (same < their.size() && same < our.size() && their.get(same).equals(our.get(same))) {
            same++;
        }
        int from = Math.max(0, same - 8);
        return "theirs: " + String.join("\n", their.subList(from, Math.min(their.size(), same + 4))) + "\nours: "
                + String.join("\n", our.subList(from, Math.min(our.size(), same + 4)));
    }

    /// Lines without their times.
    private static List<String> federated(String url) throws IOException, InterruptedException {
        return Http.get(url)
                .body()
                .lines()
                .map(line -> line.replaceAll(" \\d{13}$", ""))
                .toList();
    }

    /// The groups of all pages of one, in their order.
    private static List<String> pages(String url) throws IOException, InterruptedException {
        List<String> groups = new ArrayList<>();
        String next = "";
        do {
            JsonNode data =
                    Http.get(url + "/api/v1/rules?group_limit=1" + next).json().path("data");
            data.path("groups")
                    .forEach(group -> groups.add(group.path("name").asText() + " "
                            + group.path("file").asText()));
            String token = data.path("groupNextToken").asText();
            next = token.isEmpty() ? "" : "&group_next_token=" + token;
        } while (!next.isEmpty());
        return groups;
    }
}
