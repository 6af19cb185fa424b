package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How HTTP is spoken apart from what is said: a real Prometheus and we answer alike to every method, to forms,
/// repeated and unknown parameters, to pages of other origins and to what compression they accept.
final class HttpMannersPeersTest {

    /// What later versions of Prometheus answer as we do.
    private record Later(String method, String path, int before, int status) {}

    private static final List<Later> LATER = List.of(
            new Later("GET", "/api/v1/features", 404, 200),
            new Later("GET", "/api/v1/status/tsdb/blocks", 404, 200),
            new Later("GET", "/api/v1/status/self_metrics", 404, 200),
            new Later("GET", "/api/v1/targets/relabel_steps", 404, 400),
            new Later("GET", "/api/v1/scrape_pools/config", 404, 400),
            new Later("GET", "/api/v1/status/tsdb?limit=10001", 200, 400),
            // Named in 3.5 and not built there.
            new Later("DELETE", "/api/v1/series", 500, 405));

    private static final List<String> METHODS = List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH");

    private static final List<String> PATHS = List.of(
            "/api/v1/query?query=1",
            "/api/v1/query_range?query=1&start=1&end=2&step=1",
            "/api/v1/query_exemplars?query=up&start=1&end=2",
            "/api/v1/format_query?query=up",
            "/api/v1/parse_query?query=up",
            "/api/v1/labels",
            "/api/v1/label/job/values",
            "/api/v1/rules",
            "/api/v1/alerts",
            "/api/v1/targets",
            "/api/v1/metadata",
            "/api/v1/status/buildinfo",
            "/api/v1/read",
            "/api/v1/write",
            "/api/v1/admin/tsdb/clean_tombstones",
            "/api/v1/nope",
            "/federate?match[]=up",
            "/metrics",
            "/version",
            "/-/healthy",
            "/-/ready",
            "/api/v1/admin/tsdb/nope",
            "/api/v1/label/job",
            "/-/nope",
            "/nope");

    private static final Set<String> NOWHERE =
            Set.of("/api/v1/nope", "/api/v1/admin/tsdb/nope", "/api/v1/label/job", "/-/nope", "/nope");

    private static final List<String> FEDERATED = List.of(
            "/federate",
            "/federate?match[]=",
            "/federate?match[]=up{",
            "/federate?match[]=sum(up)",
            "/federate?match[]=nope",
            "/federate?match[]=nope&match[]=up{a=~\"(\"}",
            "/metrics",
            "/-/healthy",
            "/-/ready");

    /// Of these both make text, for a scraper that takes names of any characters and for one that does not.
    private static final List<String> ACCEPTED = List.of(
            "*/*",
            "text/html",
            "application/json",
            "text/plain",
            "bad;;",
            "text/plain;version=0.0.4;q=0.5",
            "text/plain;version=0.0.4;escaping=allow-utf-8");

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ORIGIN = "https://other.example";

    private final List<String> differences = new ArrayList<>();

    @Test
    void methods_forms_and_origins_are_met_as_by_prometheus(@TempDir Path folder)
            throws IOException, InterruptedException {
        PromqlReference.version(folder);
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(own, "agent: {host: false}\nserver: {adminApi: true, corsOrigin: \".*\"}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString());
                PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"), "{}", "--web.enable-admin-api", "--web.enable-remote-write-receiver")) {
            for (String path : PATHS) {
                for (String method : METHODS) {
                    compareMethod(method, path.replace("[", "%5B").replace("]", "%5D"), prometheus, server);
                }
            }
            for (String form : List.of(
                    "query=1",
                    "query=1&query=2",
                    "nonsense=7&query=3&nonsense=8",
                    "query=%2B1",
                    "query=vector(4)&time=1700000000.5",
                    "",
                    "query=1&timeout=x",
                    "&query=5&&=7",
                    "q%75ery=6",
                    "query",
                    "query=1%zz")) {
                compareAnswer("/api/v1/query", form, prometheus, server);
                if (!form.contains("%z")) {
                    compareAnswer("/api/v1/query?query=9", form, prometheus, server);
                }
            }
            SideBySide both = new SideBySide(prometheus.url(""), server.url(""));
            for (String path : FEDERATED) {
                for (String accepted : ACCEPTED) {
                    both.ask("GET", path, "accept", accepted);
                }
            }
            differences.addAll(both.differences());
            for (String accepted : List.of("gzip", "zstd", "br, gzip", "identity", "gzip;q=0")) {
                same(
                        "accept-encoding " + accepted,
                        Http.get(prometheus.url("/metrics"), "accept-encoding", accepted)
                                .header("content-encoding"),
                        Http.get(server.url("/metrics"), "accept-encoding", accepted)
                                .header("content-encoding"));
            }
            assertThat(differences).isEmpty();
            whatIsMeantToDifferDoes(prometheus, server);
        }
    }

    private static void whatIsMeantToDifferDoes(PrometheusProcess prometheus, ServerProcess server)
            throws IOException, InterruptedException {
        SideBySide both = new SideBySide(prometheus.url(""), server.url(""));
        // A slash too many changes nothing; Prometheus leads to a path of its screen, or to where nothing is.
        both.differ("GET", "/api/v1/labels/", 301, 200);
        both.differ("GET", "//api/v1/labels", 301, 200);
        both.differ("GET", "/api//v1/labels", 301, 200);
        both.differ("GET", "/api/v1/label//values", 301, 404);
        // A name with a slash is one part of a path.
        both.differ("GET", "/api/v1/label/a%2Fb/values", 404, 200);
        // Who asks for nothing in particular gets nothing there, without a word.
        both.differ("GET", "/federate?match[]={}", 200, 400);
        assertThat(both.differences()).isEmpty();
        for (Later later : LATER) {
            assertThat(Http.ask(later.method, server.url(later.path)).status())
                    .as(later.path)
                    .isEqualTo(later.status);
            assertThat(Http.ask(later.method, prometheus.url(later.path)).status())
                    .as(later.path)
                    .isIn(later.before, later.status);
        }
    }

    private void same(String what, String theirs, String ours) {
        if (!theirs.equals(ours)) {
            differences.add(what + ": " + theirs + ", ours " + ours);
        }
    }

    private void compareMethod(String method, String path, PrometheusProcess prometheus, ServerProcess server)
            throws IOException, InterruptedException {
        Http.Answer theirs = Http.ask(method, prometheus.url(path), "origin", ORIGIN);
        Http.Answer ours = Http.ask(method, server.url(path), "origin", ORIGIN);
        String what = method + " " + path;
        if (method.equals("HEAD")) {
            // We serve it wherever GET is served, Prometheus in two places.
            same(what, getStatus(path, prometheus.url(""), theirs), Integer.toString(ours.status()));
            return;
        }
        if (method.equals("OPTIONS")) {
            // There an unknown path has options too, and those outside the API are 200.
            assertThat(ours.status()).as(what).isEqualTo(NOWHERE.contains(path) ? 404 : 204);
        } else {
            same(what, Integer.toString(theirs.status()), Integer.toString(ours.status()));
        }
        if (theirs.status() == 405) {
            same(what + " allows", methods(theirs), methods(ours));
        }
        for (String header : List.of(
                "access-control-allow-origin",
                "access-control-allow-methods",
                "access-control-allow-headers",
                "access-control-expose-headers",
                "access-control-allow-credentials")) {
            // Only its API answers with them there; what is refused does not at all.
            if (!theirs.header(header).isEmpty() && ours.status() != 404) {
                same(what + " " + header, theirs.header(header), ours.header(header));
            }
        }
        assertThat(ours.header("access-control-allow-credentials")).isEmpty();
    }

    private static String getStatus(String path, String url, Http.Answer head)
            throws IOException, InterruptedException {
        return Integer.toString(head.status() == 405 ? Http.get(url + path).status() : head.status());
    }

    private static String methods(Http.Answer answer) {
        Set<String> methods = new TreeSet<>(List.of(answer.header("allow").split(", ")));
        methods.remove("HEAD");
        return methods.toString();
    }

    /// What a query answers, by its status and its value.
    private void compareAnswer(String path, String form, PrometheusProcess prometheus, ServerProcess server)
            throws IOException, InterruptedException {
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        Http.Answer theirs = Http.post(prometheus.url(path), FORM, body);
        Http.Answer ours = Http.post(server.url(path), FORM, body);
        same("POST " + path + " " + form, summary(theirs), summary(ours));
        for (String type :
                List.of(FORM + "; charset=utf-8", "APPLICATION/X-WWW-FORM-URLENCODED", "application/json", "x;;")) {
            same(
                    "POST " + path + " " + form + " as " + type,
                    summary(Http.post(prometheus.url(path), type, body)),
                    summary(Http.post(server.url(path), type, body)));
        }
        if (!path.contains("?") && !form.contains("%z")) {
            same(
                    "GET " + form,
                    summary(Http.get(prometheus.url(path + "?" + form))),
                    summary(Http.get(server.url(path + "?" + form))));
        }
    }

    private static String summary(Http.Answer answer) throws IOException {
        return answer.status() + " " + answer.header("content-type") + " "
                + answer.json().at("/errorType").asText() + answer.json().at("/data/resultType")
                + answer.json().at("/data/result/1")
                + answer.json().at("/data/result/0/value");
    }
}
