package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators may do, when it is on and when it is off, beside a real Prometheus.
final class AdminPeersTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    /// Below `/api/v1/admin/tsdb/`.
    private static final List<String> PATHS = List.of(
            "delete_series",
            "delete_series?match[]=",
            "delete_series?match[]={}",
            "delete_series?match[]=up{",
            "delete_series?match[]=sum(up)",
            "delete_series?match[]=nope",
            "delete_series?match[]=nope&match[]=up{",
            "delete_series?match[]=nope&start=x",
            "delete_series?match[]=nope&end=x",
            "delete_series?match[]=nope&start=",
            "delete_series?match[]=nope&start=1&end=2",
            "delete_series?match[]=nope&start=2&end=1",
            "clean_tombstones",
            "clean_tombstones?x=1",
            "snapshot",
            "snapshot?skip_head=true",
            "snapshot?skip_head=",
            "snapshot?skip_head=x",
            "nope");

    private static final String RULES = "groups: [{name: g, rules: [{record: a, expr: '1'}]}]\n";

    @Test
    void data_is_deleted_and_copied_on_request(@TempDir Path folder) throws IOException, InterruptedException {
        try (PrometheusProcess prometheus =
                        PrometheusProcess.start(folder.resolve("tsdb"), "{}", "--web.enable-admin-api");
                ServerProcess server =
                        ServerProcess.startAlone(folder.resolve("data"), "--set", "server.adminApi=true")) {
            SideBySide both = new SideBySide(prometheus.url("/api/v1/admin/tsdb/"), server.url("/api/v1/admin/tsdb/"));
            for (String path : PATHS) {
                both.ask("POST", path);
                both.ask("PUT", path);
            }
            for (String form : List.of("match[]=nope", "match[]=up{", "")) {
                for (String type : List.of(FORM, "application/json")) {
                    both.post(new SideBySide.Body("delete_series", type, form.getBytes(StandardCharsets.UTF_8)));
                }
            }
            assertThat(both.differences()).isEmpty();
        }
    }

    /// Prometheus answers 500 where the admin API is off; it is not a fault of the server's.
    @Test
    void what_is_off_says_so(@TempDir Path folder) throws IOException, InterruptedException {
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), "{}");
                ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            SideBySide both = new SideBySide(prometheus.url(""), server.url(""));
            for (String path : List.of("delete_series?match[]=up", "delete_series", "clean_tombstones", "snapshot")) {
                String url = "/api/v1/admin/tsdb/" + path;
                both.differ("POST", url, 500, 503);
                String off = Http.ask("POST", prometheus.url(url.replace("[]", "%5B%5D")))
                        .body();
                assertThat(Http.ask("POST", server.url(url.replace("[]", "%5B%5D")))
                                .body())
                        .isEqualTo(off);
            }
            for (String method : List.of("GET", "POST", "PUT")) {
                both.ask(method, "/-/quit");
                both.same(
                        method,
                        Http.ask(method, prometheus.url("/-/quit")).body(),
                        Http.ask(method, server.url("/-/quit")).body());
            }
            both.get("/-/reload");
            assertThat(both.differences()).isEmpty();
        }
    }

    @Test
    void a_reload_that_fails_is_told_and_quitting_ends_the_process(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path rules = Files.writeString(folder.resolve("rules.yml"), RULES);
        try (PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"), "rule_files: [rules.yml]", "--web.enable-lifecycle");
                ServerProcess server = ServerProcess.startAlone(
                        folder.resolve("data"),
                        "--config",
                        prometheus.config().toString(),
                        "--set",
                        "server.adminApi=true")) {
            SideBySide both = new SideBySide(prometheus.url(""), server.url(""));
            both.ask("POST", "/-/reload");
            both.get("/api/v1/notifications");
            Files.writeString(rules, "broken: 1\n", StandardOpenOption.APPEND);
            both.ask("POST", "/-/reload");
            both.ask("PUT", "/-/reload");
            both.get("/api/v1/notifications");
            assertThat(Http.ask("POST", server.url("/-/reload")).body())
                    .startsWith("failed to reload config: ")
                    .contains("rules.yml:2:1: unknown key \"broken\"");
            assertThat(Http.get(server.url("/api/v1/status/runtimeinfo")).json().at("/data/reloadConfigSuccess"))
                    .isEqualTo(Http.get(prometheus.url("/api/v1/status/runtimeinfo"))
                            .json()
                            .at("/data/reloadConfigSuccess"));
            Files.writeString(rules, RULES);
            both.ask("POST", "/-/reload");
            both.get("/api/v1/notifications");
            both.ask("POST", "/-/quit");
            assertThat(both.differences()).isEmpty();
            Http.eventually(() -> !server.handle().isAlive());
        }
    }
}
