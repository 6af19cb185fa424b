package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prometheus' API: a real Prometheus and we, of the same configuration, answer with the same keys, types and statuses,
/// and refuse what is wrong with the same words.
final class PrometheusApiPeersTest {

    private static final String RULES = """
            groups:
            - name: g1
              interval: 1s
              rules:
              - {record: 'job:up:sum', expr: 'sum by (job) (up)', labels: {x: y}}
              - alert: Up
                expr: up == 1
                keep_firing_for: 1m
                labels: {severity: page}
                annotations: {summary: 'up {{ $labels.job }}'}
            - name: g2
              interval: 1s
              rules:
              - {alert: Never, expr: 'up == 7'}
            """;

    private static final String CONFIG = """
            global: {scrape_interval: 1s, external_labels: {replica: a}}
            rule_files: [rules.yml]
            scrape_configs:
            - job_name: self
              static_configs: [{targets: ["127.0.0.1:PORT"]}]
            - job_name: picky
              static_configs: [{targets: ["127.0.0.1:PORT", "127.0.0.1:2"]}]
              relabel_configs:
              - {source_labels: [__address__], regex: '.*:2', action: drop}
            """;

    /// Read without the base of the API.
    private static final List<String> PATHS = List.of(
            "/query?query=1&time=5",
            "/query?query=up",
            "/query?query=up[1m]",
            "/query?query=\"text\"&time=3",
            "/query?query=up&stats=true",
            "/query?query=up&stats=all",
            "/query?query=up&limit=1",
            "/query?query=1&query=2&time=5",
            "/query?query=1&time=5&unknown=7",
            "/query?query=rate(up)",
            "/query?query=nofunc(up)",
            "/query?query=up + on(x) group_left up",
            "/query?query=sum(",
            "/query?query=up{",
            "/query?query=up{a=~\"(\"}",
            "/query?query=up{a=~\"a)(b\"}",
            "/query?query={}",
            "/query?query=up[0s]",
            "/query?query=up&timeout=1ns",
            "/query_range?query=up&start=1&end=2&step=1",
            "/query_range?query=1&start=1&end=2&step=1",
            "/query_range?query=1&start=1&end=2&step=1&stats=all",
            "/query_range?query=up[5m]&start=1&end=2&step=1",
            "/query_range?query=\"a\"&start=1&end=2&step=1",
            "/query_range?query=up&start=0&end=20000&step=1",
            "/query_range?query=up&start=2&end=1&step=1",
            "/query_range?query=up{&start=1&end=2&step=1",
            "/query_range?query=up",
            "/query_range?query=up&start=1",
            "/query_range?query=up&start=1&end=2",
            "/query_exemplars?query=up&start=1&end=2",
            "/query_exemplars?query=up&start=2&end=1",
            "/query_exemplars?query=up",
            "/query_exemplars?query=1&start=1&end=2",
            "/query_exemplars?query=up{&start=1&end=2",
            "/format_query?query=sum(up)by(job)/4",
            "/format_query?query=up{",
            "/parse_query?query=1%2B2*3",
            "/parse_query?query=\"x\"",
            "/parse_query?query=up{",
            "/series",
            "/series?match[]=up",
            "/series?match[]=up&match[]=nope",
            "/series?match[]=up&match[]={",
            "/series?match[]={__name__=\"up\",job=\"self\"}",
            "/series?match[]={a=\"\"}",
            "/series?match[]=sum(up)",
            "/series?match[]=up[5m]",
            "/series?match[]=up offset 5m",
            "/series?match[]=up or nope",
            "/series?match[]=up&start=2&end=1",
            "/series?match[]=up&limit=1",
            "/labels",
            "/labels?match[]=up",
            "/labels?match[]=nope",
            "/labels?limit=1",
            "/labels?start=2&end=1",
            "/label/job/values",
            "/label/nope/values",
            "/label/__name__/values?limit=3",
            "/label/a-b/values",
            "/label/U__a_2d_b/values",
            "/label/%E4%BD%A0/values",
            "/label/a b/values",
            "/label/job/values?start=2&end=1",
            "/rules",
            "/rules?type=alert",
            "/rules?type=Record",
            "/rules?type=foo",
            "/rules?rule_name[]=Up",
            "/rules?rule_name[]=nope",
            "/rules?rule_name[]=",
            "/rules?rule_name=Up",
            "/rules?rule_group[]=g2",
            "/rules?rule_group[]=g1&rule_group[]=g2",
            "/rules?file[]=nope",
            "/rules?match[]={severity=\"page\"}",
            "/rules?match[]={severity=\"page\"}&match[]={x=\"y\"}",
            "/rules?match[]=Up",
            "/rules?exclude_alerts=true",
            "/rules?exclude_alerts=tRUE",
            "/rules?exclude_alerts=1",
            "/rules?type=alert&rule_name[]=Up&exclude_alerts=true",
            "/rules?group_limit=1",
            "/rules?group_limit=10",
            "/rules?group_limit=1&group_next_token=",
            "/rules?group_limit=1&group_next_token=abc",
            "/rules?group_next_token=abc",
            "/alerts",
            "/alertmanagers",
            "/targets",
            "/targets?state=active",
            "/targets?state=DROPPED",
            "/targets?state=any",
            "/targets?scrapePool=self",
            "/targets?scrapePool=picky&state=dropped",
            "/targets/metadata",
            "/targets/metadata?limit=2",
            "/targets/metadata?limit=0",
            "/targets/metadata?metric=go_goroutines",
            "/targets/metadata?metric=nope",
            "/targets/metadata?match_target={job=\"self\"}&limit=1",
            "/targets/metadata?match_target={job=\"nope\"}",
            "/targets/metadata?match_target={}",
            "/scrape_pools",
            "/metadata",
            "/metadata?metric=go_goroutines",
            "/metadata?metric=nope",
            "/metadata?limit=0",
            "/metadata?limit=1",
            "/metadata?limit_per_metric=0&metric=go_info",
            "/metadata?limit_per_metric=1&metric=go_goroutines",
            "/status/config",
            "/status/runtimeinfo",
            "/status/buildinfo",
            "/status/tsdb",
            "/status/tsdb?limit=1",
            "/status/walreplay",
            "/notifications",
            "/nope",
            "/status",
            "/label/job");

    /// Where a number, a time, a selector or a flag belongs, what comes there.
    private static final List<String> VALUES = List.of(
            "x",
            "",
            "-1",
            "0",
            "1.5",
            "1e3",
            "1.",
            ".5",
            "1_000",
            "0x10",
            "1e400",
            "%2B1",
            " 1",
            "1s",
            "5%0A",
            "1d2h",
            "-5m",
            "2020-01-01",
            "2020-01-01T00:00:00Z",
            "2020-01-01t00:00:00z",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00.123456789%2B01:00",
            "{",
            "{}",
            "up",
            "true",
            "TRUE");

    private static final Set<String> NO_TIME = Set.of("0", "-1");

    private static final String HUGE = "99999999999999999999";

    /// Each ends where the value belongs.
    private static final List<String> TIMES = List.of(
            "/query?query=vector(1)&time=",
            "/query_range?query=1&end=1577836900&step=100000000&start=",
            "/query_range?query=1&start=5&step=100000000&end=",
            "/query_exemplars?query=up&end=1577836900&start=",
            "/query_exemplars?query=up&start=0&end=",
            "/series?match[]=up&start=",
            "/series?match[]=up&end=",
            "/labels?start=",
            "/labels?end=",
            "/label/job/values?start=",
            "/label/job/values?end=");

    private static final List<String> DURATIONS = List.of(
            "/query?query=1&time=5&timeout=",
            "/query?query=1&time=5&lookback_delta=",
            "/query_range?query=1&start=5&end=10&step=",
            "/query_range?query=1&start=5&end=10&step=1&timeout=",
            "/query_range?query=1&start=5&end=10&step=1&lookback_delta=");

    private static final List<String> NUMBERS = List.of(
            "/query?query=1&time=5&limit=",
            "/query_range?query=1&start=5&end=10&step=1&limit=",
            "/series?match[]=up&limit=",
            "/labels?limit=",
            "/label/job/values?limit=",
            "/metadata?limit=",
            "/metadata?limit_per_metric=",
            "/targets/metadata?limit=",
            "/status/tsdb?limit=",
            "/rules?group_limit=");

    private static final List<String> OTHERS = List.of(
            "/query?time=5&query=",
            "/query_exemplars?start=1&end=2&query=",
            "/format_query?query=",
            "/series?match[]=",
            "/labels?match[]=",
            "/label/job/values?match[]=",
            "/rules?match[]=",
            "/targets/metadata?match_target=",
            "/targets?state=",
            "/targets?scrapePool=",
            "/rules?type=",
            "/rules?exclude_alerts=");

    /// Of other builds and later versions of Prometheus.
    private static final Set<String> OTHER_FLAGS = Set.of("web.enable-otlp-receiver", "web.search.max-limit");

    @Test
    void answers_and_refusals_are_those_of_prometheus(@TempDir Path folder) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("rules.yml"), RULES);
        try (PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"), CONFIG, "--enable-feature=promql-per-step-stats");
                ServerProcess server = ServerProcess.startAlone(
                        folder.resolve("data"), "--config", prometheus.config().toString())) {
            String peer = prometheus.url("");
            for (String url : List.of(peer, server.url(""))) {
                Http.eventually(() -> isEvaluated(url));
            }
            SideBySide both = new SideBySide(peer + "/api/v1", server.url("/api/v1"));
            for (String path : PATHS) {
                both.get(path);
            }
            assertThat(both.differences()).isEmpty();
            everyParameterTakesWhatTheirsTakes(both);
            timesThatCannotBeCountedAreRefusedByUsOnly(server);
            assertThat(names(Http.get(server.url("/api/v1/status/flags")).json()))
                    .as("flags that Prometheus does not have")
                    .allMatch(name -> OTHER_FLAGS.contains(name) || isTheirFlag(peer, name));
        }
    }

    private static void everyParameterTakesWhatTheirsTakes(SideBySide both) throws IOException, InterruptedException {
        for (List<String> parameters : List.of(TIMES, DURATIONS, NUMBERS, OTHERS)) {
            for (String parameter : parameters) {
                for (String value : VALUES) {
                    // What a query gets that has no time there is a race between several refusals.
                    if (!parameter.endsWith("timeout=") || !NO_TIME.contains(value)) {
                        both.get(parameter + value);
                    }
                }
            }
        }
        for (String parameter : NUMBERS) {
            both.get(parameter + HUGE);
            both.get(parameter + "NaN");
        }
        for (String parameter : DURATIONS) {
            both.get(parameter + HUGE);
            both.get(parameter + "Inf");
            both.get(parameter + "-Inf");
        }
        assertThat(both.differences()).isEmpty();
    }

    /// Prometheus makes of them whatever its processor makes of a number that is too large for an integer.
    private static void timesThatCannotBeCountedAreRefusedByUsOnly(ServerProcess server)
            throws IOException, InterruptedException {
        for (String parameter : TIMES) {
            for (String value : List.of("NaN", "Inf", "-Inf", HUGE)) {
                Http.Answer answer = Http.get(server.url("/api/v1" + parameter.replace("[]", "%5B%5D") + value));
                assertThat(answer.status()).as(parameter + value).isEqualTo(400);
                assertThat(answer.json().at("/error").asText())
                        .endsWith("cannot parse \"" + value + "\" to a valid timestamp");
            }
        }
    }

    private static boolean isEvaluated(String url) throws IOException, InterruptedException {
        JsonNode alerts = Http.get(url + "/api/v1/alerts").json().at("/data/alerts");
        String targets = Http.get(url + "/api/v1/targets?state=active").body();
        return alerts.size() == 2 && !targets.contains("\"unknown\"");
    }

    private static Set<String> names(JsonNode flags) {
        Set<String> names = new TreeSet<>();
        flags.at("/data").properties().forEach(flag -> names.add(flag.getKey()));
        return names;
    }

    private static boolean isTheirFlag(String peer, String name) {
        try {
            return names(Http.get(peer + "/api/v1/status/flags").json()).contains(name);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
