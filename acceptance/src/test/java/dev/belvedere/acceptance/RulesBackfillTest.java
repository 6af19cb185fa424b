package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `belvedere rules backfill` against a running server.
final class RulesBackfillTest {

    private static final String RULES = """
            groups:
            - name: load
              interval: 1m
              rules:
              - {record: 'job:load:sum', expr: 'sum by (job) (load)'}
              - {record: 'job:load:avg10m', expr: 'avg_over_time(job:load:sum[10m])'}
            """;

    @Test
    void old_data_gets_its_recorded_series_once_and_only_once(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path rules = Files.writeString(folder.resolve("rules.yml"), RULES);
        try (ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            long end = System.currentTimeMillis() / 60_000 * 60_000;
            byte[] body = hourOfLoad(end).getBytes(StandardCharsets.UTF_8);
            assertThat(Http.post(server.url("/v1/metrics"), "application/json", body)
                            .body())
                    .isEqualTo("{}");
            Peers.Ended first = backfill(folder, server, rules);
            assertThat(first.code()).as(first.output()).isZero();
            assertThat(first.output()).contains("group load: done, ").doesNotContain("failed");
            JsonNode recorded = range(server, "job:load:avg10m", end);
            assertThat(recorded.at("/0/values").size()).isGreaterThanOrEqualTo(58);
            assertThat(recorded.at("/0/values/30/1").asText()).isEqualTo("30");
            assertThat(backfill(folder, server, rules).code()).isZero();
            assertThat(range(server, "job:load:avg10m", end)).isEqualTo(recorded);
        }
    }

    private static Peers.Ended backfill(Path folder, ServerProcess server, Path rules)
            throws IOException, InterruptedException {
        return Peers.run(
                folder,
                ServerProcess.command(
                        "rules", "backfill", "--start", "-1h", "--url", server.url(""), rules.toString()));
    }

    private static JsonNode range(ServerProcess server, String query, long endMillis)
            throws IOException, InterruptedException {
        return Http.get(server.url("/api/v1/query_range?query=" + Http.encoded(query) + "&start="
                        + (endMillis / 1000 - 3540) + "&end=" + endMillis / 1000 + "&step=60"))
                .json()
                .at("/data/result");
    }

    /// Two instances of one job, 10 and 20 all the time.
    private static String hourOfLoad(long endMillis) {
        StringJoiner points = new StringJoiner(",");
        for (long t = endMillis - 4_200_000; t <= endMillis; t += 60_000) {
            for (int host = 1; host <= 2; host++) {
                points.add("{\"timeUnixNano\":\"" + t + "000000\",\"asDouble\":" + 10 * host
                        + ",\"attributes\":[{\"key\":\"host\",\"value\":{\"stringValue\":\"h" + host + "\"}}]}");
            }
        }
        return "{\"resourceMetrics\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\","
                + "\"value\":{\"stringValue\":\"gpu\"}}]},\"scopeMetrics\":[{\"metrics\":[{\"name\":\"load\","
                + "\"gauge\":{\"dataPoints\":[" + points + "]}}]}]}]}";
    }
}
