package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command of promtool that talks to a server or reads blocks, against us. Only `debug pprof` and `debug all` are
/// left out: they fetch profiles of Go programs.
final class PromtoolTest {

    private static final Pattern DUMPED = Pattern.compile("\\{.*} (\\S+) (\\d+)");

    /// The length of the blocks that promtool makes.
    private static final long BLOCK_SECONDS = 2 * 3600;

    private final long endSeconds = System.currentTimeMillis() / 1000 / 60 * 60;
    private final long startSeconds = endSeconds - 3 * 3600;

    private static String run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Peers.find("promtool"));
        command.addAll(List.of(arguments));
        Peers.Ended ended = Peers.run(folder, command);
        assertThat(ended.code()).as(command + "\n" + ended.output()).isZero();
        return ended.output();
    }

    @Test
    void commands_that_ask_a_server_work(@TempDir Path folder) throws IOException, InterruptedException {
        Peers.find("promtool");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--set", "agent.host=false")) {
            SampleWriter.everyKind(startSeconds * 1000, 15_000, 720).sendTo(server);
            String url = server.url("");
            assertThat(run(folder, "check", "healthy", "--url", url)).contains("is Healthy.");
            assertThat(run(folder, "check", "ready", "--url", url)).contains("is Ready.");
            assertThat(run(folder, "query", "instant", "--time", Long.toString(endSeconds - 600), url, "up"))
                    .contains("up{instance=\"host:9100\", job=\"test\"} => 1 @[" + (endSeconds - 600) + "]");
            String range = run(
                    folder,
                    "query",
                    "range",
                    "--start",
                    Long.toString(endSeconds - 900),
                    "--end",
                    Long.toString(endSeconds - 600),
                    "--step",
                    "1m",
                    url,
                    "sum(rate(requests_total[5m]))");
            assertThat(range.lines().filter(line -> line.contains(" @["))).hasSize(6);
            String window = Long.toString(startSeconds);
            assertThat(run(folder, "query", "series", "--match", "requests_total", "--start", window, url)
                            .lines())
                    .filteredOn(line -> line.contains("code="))
                    .hasSize(3);
            assertThat(run(folder, "query", "labels", "--start", window, url, "code")
                            .lines())
                    .contains("200", "204", "500");
            for (String histogram : new String[] {"latency", "bounded"}) {
                assertThat(run(
                                folder,
                                "query",
                                "analyze",
                                "--server",
                                url,
                                "--type",
                                "histogram",
                                "--duration",
                                "1h",
                                "--match",
                                histogram))
                        .contains("Native histogram series (1 in total)");
            }
            Path metrics = Files.write(
                    folder.resolve("own.prom"),
                    Http.get(server.url("/metrics")).body().getBytes(StandardCharsets.UTF_8));
            Peers.Ended lint =
                    Peers.run(folder, "sh", "-c", "'" + Peers.find("promtool") + "' check metrics < '" + metrics + "'");
            assertThat(lint.code()).as(lint.output()).isZero();
            run(folder, "push", "metrics", "--label", "job=pushed", server.url("/api/v1/write"), metrics.toString());
            assertThat(run(folder, "query", "instant", url, "count({job=\"pushed\"}) > 100"))
                    .contains("=>");
            assertThat(run(folder, "debug", "metrics", url)).contains("Compiling debug information complete");
            rulesBecomeBlocks(folder, server);
        }
    }

    /// What promtool works out of our answers is what we answer at each of its moments.
    ///
    /// It goes by blocks of two hours, and asks nothing at all if the one that it begins in ends before the
    /// rule's first moment. So it begins with a block.
    private void rulesBecomeBlocks(Path folder, ServerProcess server) throws IOException, InterruptedException {
        long firstEvaluation = Math.ceilDiv(startSeconds, BLOCK_SECONDS) * BLOCK_SECONDS;
        long lastEvaluation = endSeconds - 600;
        String expression = "sum by (job) (rate(requests_total[5m]))";
        Path rules = Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - name: g
                  interval: 5m
                  rules:
                  - {record: 'job:requests:rate5m', expr: '%s'}
                """.formatted(expression));
        Path blocks = folder.resolve("blocks");
        run(
                folder,
                "tsdb",
                "create-blocks-from",
                "rules",
                "--url",
                server.url(""),
                "--start",
                Long.toString(firstEvaluation),
                "--end",
                Long.toString(lastEvaluation),
                "--output-dir",
                blocks.toString(),
                rules.toString());
        Files.createDirectories(blocks.resolve("wal"));
        int count = 0;
        for (String line :
                run(folder, "tsdb", "dump", blocks.toString()).lines().toList()) {
            Matcher dumped = DUMPED.matcher(line);
            if (dumped.matches()) {
                double ours = Http.get(server.url("/api/v1/query?query=" + Http.encoded(expression) + "&time="
                                + BigDecimal.valueOf(Long.parseLong(dumped.group(2)), 3)))
                        .json()
                        .at("/data/result/0/value/1")
                        .asDouble();
                assertThat(Double.parseDouble(dumped.group(1))).isCloseTo(ours, within(Math.abs(ours) * 1e-9));
                count++;
            }
        }
        assertThat(count).isGreaterThanOrEqualTo((int) (lastEvaluation - firstEvaluation) / 300 - 1);
    }

    @Test
    void exported_blocks_become_openmetrics_and_blocks_again(@TempDir Path folder)
            throws IOException, InterruptedException {
        Peers.find("promtool");
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data, "--set", "agent.host=false")) {
            SampleWriter.everyKind(startSeconds * 1000, 15_000, 240).sendTo(server);
        }
        Path blocks = folder.resolve("exported");
        ServerProcess.exportBlocks(data, blocks, "{code!=\"\"}");
        String text = run(folder, "tsdb", "dump-openmetrics", blocks.toString());
        assertThat(text.lines().filter(line -> line.startsWith("requests_total{")))
                .hasSize(720);
        assertThat(run(folder, "tsdb", "list", blocks.toString())).contains("NUM SAMPLES");
        assertThat(run(folder, "tsdb", "analyze", "--extended", blocks.toString()))
                .contains("requests_total");
        Path again = folder.resolve("again");
        Path metrics = Files.writeString(folder.resolve("dumped.om"), text);
        run(folder, "tsdb", "create-blocks-from", "openmetrics", metrics.toString(), again.toString());
        Peers.Ended imported = Peers.run(
                folder,
                ServerProcess.command(
                        "blocks", "import", "--data", folder.resolve("data2").toString(), again.toString()));
        assertThat(imported.output()).contains(" 720 samples");
    }
}
