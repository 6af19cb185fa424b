package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the program starts, stops and refuses.
final class LifecycleTest {

    @Test
    void sigterm_ends_the_server_within_five_seconds_and_frees_its_data(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        long stopMillis;
        try (ServerProcess server = ServerProcess.start(data)) {
            Http.eventually(() -> Http.value(server, "up{job=\"belvedere\"}") != null);
            stopMillis = server.stop();
            assertThat(server.exitCode()).isIn(0, 143);
            assertThat(server.output()).contains("stopped");
        }
        try (ServerProcess again = ServerProcess.start(data)) {
            assertThat(Http.value(again, "count_over_time(up{job=\"belvedere\"}[10m]) > 0"))
                    .isNotNull();
            // The machine may have been busy once.
            assertThat(Math.min(stopMillis, again.stop())).isLessThan(5_000);
        }
    }

    /// Two servers at a time, of which one is killed: neither leaves more than it has loaded at present.
    @Test
    void native_code_that_a_killed_server_left_is_removed_by_the_next(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        Path data = folder.resolve("data");
        Path others = folder.resolve("others");
        try (ServerProcess other = ServerProcess.start(others, environment)) {
            unpackBoth(other);
            Set<Path> ofOther = unpacked(others);
            Set<Path> before = Set.of();
            for (int life = 0; life < 2; life++) {
                try (ServerProcess server = ServerProcess.start(data, environment)) {
                    unpackBoth(server);
                    assertThat(unpacked(data)).isNotEmpty().noneMatch(before::contains);
                    before = unpacked(data);
                    server.kill();
                }
            }
            assertThat(before).as("left by the killed server").isNotEmpty().isEqualTo(unpacked(data));
            assertThat(unpacked(others)).isEqualTo(ofOther);
            try (Stream<Path> files = Files.list(temporary)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.contains("snappy") || name.contains("zstd"));
            }
        }
    }

    /// Has both libraries read a body.
    private static void unpackBoth(ServerProcess server) throws IOException, InterruptedException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(Labels.of("__name__", "up"), System.currentTimeMillis(), 1);
        assertThat(Load.send(server, writer.drain(), "snappy").isAccepted()).isTrue();
        Load.send(server, Zstd.compress(new byte[100]), "zstd");
    }

    private static Set<Path> unpacked(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("native"))) {
            return files.collect(Collectors.toSet());
        }
    }

    @Test
    void belvedere_sees_itself_and_its_host_in_metrics_logs_and_traces(@TempDir Path folder)
            throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Http.eventually(() -> Http.value(server, "belvedere_build_info") != null
                    && Http.value(server, "count(node_cpu_seconds_total) > 0") != null);
            Http.eventually(() -> Http.get(server.url(
                            "/loki/api/v1/query_range?query=" + Http.encoded("{service_name=\"belvedere\"}")))
                    .body()
                    .contains("ready"));
            Http.eventually(() -> Http.get(server.url("/api/services")).body().contains("belvedere"));
            assertThat(Http.get(server.url("/")).body()).contains("<div id=\"root\">");
            assertThat(Http.get(server.url("/metrics")).body()).contains("process_cpu_seconds_total");
        }
    }

    @Test
    void a_second_server_on_the_same_data_or_port_is_refused(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            Peers.Ended sameData = Peers.run(
                    folder, ServerProcess.command("server", "--listen", "127.0.0.1:0", "--data", data.toString()));
            assertThat(sameData.output()).contains("another process has").contains("--data");
            assertThat(sameData.code()).isNotZero();
            Peers.Ended samePort = Peers.run(
                    folder,
                    ServerProcess.command(
                            "server",
                            "--listen",
                            "127.0.0.1:" + server.port(),
                            "--data",
                            folder.resolve("other").toString()));
            assertThat(samePort.output()).contains("could not listen on 127.0.0.1:" + server.port());
            assertThat(samePort.code()).isNotZero();
        }
    }

    @Test
    void a_listener_other_machines_reach_must_be_wanted_by_name(@TempDir Path folder)
            throws IOException, InterruptedException {
        Peers.Ended refused = Peers.run(folder, ServerProcess.command("server", "--listen", "0.0.0.0:0"));
        assertThat(refused.output()).contains("server.allowUnauthenticatedAccess");
        assertThat(refused.code()).isEqualTo(78);
    }

    @Test
    void configuration_errors_name_file_line_and_column(@TempDir Path folder) throws IOException, InterruptedException {
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, "query:\n  timeout: 30s\n  maxSample: 5\n");
        Peers.Ended unknownKey = Peers.run(folder, ServerProcess.command("check", "config", config.toString()));
        assertThat(unknownKey.output()).contains("belvedere.yml:3:3: unknown key \"maxSample\"");
        assertThat(unknownKey.code()).isEqualTo(78);
        Files.writeString(config, """
                scrape_configs:
                - job_name: a
                  relabel_configs:
                  - source_labels: [x]
                    regex: "a("
                """);
        Peers.Ended badRegex = Peers.run(
                folder, ServerProcess.command("server", "--config", config.toString(), "--listen", "127.0.0.1:0"));
        assertThat(badRegex.output()).contains("belvedere.yml:5:12").contains("missing closing )");
        assertThat(badRegex.code()).isEqualTo(78);
        Files.writeString(config, "global: {scrape_interval: 15s}\n");
        Peers.Ended good = Peers.run(folder, ServerProcess.command("check", "config", config.toString()));
        assertThat(good.code()).as(good.output()).isZero();
    }

    @Test
    void rules_are_checked_with_their_place(@TempDir Path folder) throws IOException, InterruptedException {
        Path rules = folder.resolve("rules.yml");
        Files.writeString(rules, """
                groups:
                - name: g
                  rules:
                  - alert: Broken
                    expr: sum(up
                """);
        Peers.Ended bad = Peers.run(folder, ServerProcess.command("check", "rules", rules.toString()));
        assertThat(bad.output()).contains("rules.yml:5:");
        assertThat(bad.code()).isNotZero();
        Files.writeString(rules, """
                groups:
                - name: g
                  rules:
                  - alert: Down
                    expr: up == 0
                """);
        Peers.Ended good = Peers.run(folder, ServerProcess.command("check", "rules", rules.toString()));
        assertThat(good.code()).as(good.output()).isZero();
    }

    @Test
    void the_shell_asks_a_running_server(@TempDir Path folder) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Http.eventually(() -> Http.value(server, "up{job=\"belvedere\"}") != null);
            Peers.Ended table =
                    Peers.run(folder, ServerProcess.command("query", "--url", server.url(""), "up{job=\"belvedere\"}"));
            assertThat(table.output()).contains("SERIES").contains("job=\"belvedere\"");
            assertThat(table.code()).isZero();
            Peers.Ended json = Peers.run(
                    folder, ServerProcess.command("query", "--url", server.url(""), "-o", "json", "vector(1)"));
            assertThat(json.output()).contains("\"resultType\":\"vector\"");
            Peers.Ended wrong = Peers.run(folder, ServerProcess.command("query", "--url", server.url(""), "sum(up"));
            assertThat(wrong.output()).contains("parse error");
            assertThat(wrong.code()).isEqualTo(1);
            Peers.Ended logs = Peers.run(
                    folder,
                    ServerProcess.command("query", "--url", server.url(""), "--logs", "{service_name=\"belvedere\"}"));
            assertThat(logs.output()).contains("LINE");
        }
        Peers.Ended nobody =
                Peers.run(folder, List.copyOf(ServerProcess.command("query", "--url", "http://127.0.0.1:1", "up")));
        assertThat(nobody.code()).isEqualTo(69);
    }
}
