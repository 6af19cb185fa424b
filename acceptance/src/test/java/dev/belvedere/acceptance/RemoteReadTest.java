package dev.belvedere.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus that keeps nothing itself asks us by remote read and answers as we do.
final class RemoteReadTest {

    private static final String[] QUERIES = {
        "up offset 3m",
        "rate(requests_total[5m])",
        "sum by (code) (increase(requests_total{code=~\"2..\"}[10m]))",
        "temperature",
        "latency",
        "rate(latency[5m])",
        "histogram_quantile(0.9, sum(rate(latency[5m])))",
        "bounded",
        "histogram_avg(gauged)",
        "last_over_time({job=\"test\"}[10m])",
        "absent(nothing)"
    };

    @Test
    void prometheus_answers_from_our_data(@TempDir Path folder) throws IOException, InterruptedException {
        Peers.find("prometheus");
        // A Prometheus asks only for series with its own external labels, and takes them off the answer again.
        String global = "global: {external_labels: {replica: p}}\n";
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(own, global + "agent: {host: false}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString())) {
            SampleWriter samples = SampleWriter.everyKind(System.currentTimeMillis() - 1_800_000, 15_000, 100);
            samples.sendTo(server);
            String config =
                    global + "remote_read: [{url: \"" + server.url("/api/v1/read") + "\", read_recent: true}]\n";
            try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), config)) {
                long end = samples.endMillis() / 1000;
                for (String query : QUERIES) {
                    PrometheusProcess.assertSameAnswer(
                            prometheus, server, "/api/v1/query?time=" + end + "&query=" + Http.encoded(query));
                    PrometheusProcess.assertSameAnswer(
                            prometheus,
                            server,
                            "/api/v1/query_range?step=37&start=" + (end - 1700) + "&end=" + (end + 400) + "&query="
                                    + Http.encoded(query));
                }
            }
        }
    }
}
