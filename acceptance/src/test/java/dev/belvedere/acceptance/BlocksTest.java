package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept here goes to a real Prometheus as blocks, and its snapshot comes back.
final class BlocksTest {

    private static final String[] QUERIES = {
        "up",
        "sum(requests_total)",
        "rate(requests_total[10m])",
        "temperature",
        "latency",
        "rate(latency[10m])",
        "gauged",
        "bounded",
        "histogram_quantile(0.5, bounded)",
        "last_over_time({job=\"test\"}[10m])"
    };

    private final long endSeconds = (System.currentTimeMillis() / 1000 - 7200) / 60 * 60;
    private final long startSeconds = endSeconds - 5 * 3600;

    private void assertSameAnswers(PrometheusProcess prometheus, ServerProcess server)
            throws IOException, InterruptedException {
        for (String query : QUERIES) {
            PrometheusProcess.assertSameAnswer(
                    prometheus,
                    server,
                    "/api/v1/query_range?step=97&start=" + (startSeconds - 100) + "&end=" + (endSeconds + 400)
                            + "&query=" + Http.encoded(query));
        }
    }

    @Test
    void blocks_go_to_prometheus_and_come_back(@TempDir Path folder) throws IOException, InterruptedException {
        String promtool = Peers.find("promtool");
        Path data = folder.resolve("data");
        Path blocks = folder.resolve("blocks");
        try (ServerProcess server = ServerProcess.start(data, "--set", "agent.host=false")) {
            SampleWriter.everyKind(startSeconds * 1000, 15_000, 1200).sendTo(server);
        }
        String exported = ServerProcess.exportBlocks(data, blocks, "{job=\"test\"}");
        assertThat(exported).containsPattern("[34] blocks, 9600 samples");
        Peers.Ended listed = Peers.run(folder, promtool, "tsdb", "list", blocks.toString());
        assertThat(listed.output()).contains("2h0m0s");
        assertThat(listed.code()).as(listed.output()).isZero();
        Peers.Ended analyzed = Peers.run(folder, promtool, "tsdb", "analyze", blocks.toString());
        assertThat(analyzed.code()).as(analyzed.output()).isZero();
        assertThat(analyzed.output()).contains("requests_total");
        Peers.Ended dumped =
                Peers.run(folder, promtool, "tsdb", "dump", "--match={__name__=\"up\"}", blocks.toString());
        assertThat(dumped.code()).as(dumped.output()).isZero();
        assertThat(dumped.output().lines().filter(line -> line.startsWith("{__name__=\"up\"")))
                .hasSize(1200);
        try (PrometheusProcess prometheus = PrometheusProcess.start(blocks, "{}", "--web.enable-admin-api")) {
            try (ServerProcess server = ServerProcess.start(data, "--set", "agent.host=false")) {
                assertSameAnswers(prometheus, server);
            }
            importInto(folder.resolve("imported"), snapshotWithoutSomeHours(prometheus, blocks), prometheus);
        }
    }

    private Path snapshotWithoutSomeHours(PrometheusProcess prometheus, Path data)
            throws IOException, InterruptedException {
        String deletion = "/api/v1/admin/tsdb/delete_series?match[]=temperature&start=" + (startSeconds + 3600)
                + "&end=" + (startSeconds + 7200);
        assertThat(Http.post(prometheus.url(deletion.replace("[]", "%5B%5D")), "text/plain", new byte[0])
                        .status())
                .isEqualTo(204);
        Http.Answer snapshot = Http.post(prometheus.url("/api/v1/admin/tsdb/snapshot"), "text/plain", new byte[0]);
        return data.resolve("snapshots")
                .resolve(snapshot.json().at("/data/name").asText());
    }

    private void importInto(Path data, Path snapshot, PrometheusProcess prometheus)
            throws IOException, InterruptedException {
        Peers.Ended imported = Peers.run(
                snapshot, ServerProcess.command("blocks", "import", "--data", data.toString(), snapshot.toString()));
        assertThat(imported.code()).as(imported.output()).isZero();
        assertThat(imported.output()).contains(" 241 deleted ones left out, 0 refused");
        try (ServerProcess server = ServerProcess.start(data, "--set", "agent.host=false")) {
            assertSameAnswers(prometheus, server);
        }
    }

    @Test
    void a_damaged_block_is_refused_with_file_and_place(@TempDir Path folder) throws IOException, InterruptedException {
        String promtool = Peers.find("promtool");
        Path metrics = folder.resolve("metrics.om");
        Files.writeString(metrics, "# TYPE a gauge\na{x=\"1\"} 1 1600000000\na{x=\"1\"} 2 1600000015\n# EOF\n");
        Path blocks = folder.resolve("blocks");
        Peers.run(folder, promtool, "tsdb", "create-blocks-from", "openmetrics", metrics.toString(), blocks.toString());
        Path segment;
        try (Stream<Path> files = Files.walk(blocks)) {
            segment = files.filter(file -> file.endsWith("000001")).findFirst().orElseThrow();
        }
        List<String> command = ServerProcess.command(
                "blocks", "import", "--data", folder.resolve("data").toString(), blocks.toString());
        Peers.Ended good = Peers.run(folder, command);
        assertThat(good.code()).as(good.output()).isZero();
        assertThat(good.output()).contains("1 blocks, 2 samples");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[14] ^= 1;
        Files.write(segment, bytes);
        Peers.Ended bad = Peers.run(folder, command);
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.output()).contains(segment + " at byte 9: the checksum of a chunk is");
        Files.write(segment.resolveSibling("../index"), new byte[100]);
        Peers.Ended worse = Peers.run(folder, command);
        assertThat(worse.output()).contains("index at byte 0: no index begins like this");
        assertThat(Peers.run(folder, ServerProcess.command("blocks", "import", folder.toString()))
                        .output())
                .contains("is no block of Prometheus and has none in it");
    }
}
