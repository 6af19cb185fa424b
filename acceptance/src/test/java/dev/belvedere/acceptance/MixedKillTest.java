package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// R1 of docs/reliability.md under mixed load: kill -9 at random moments while samples come in order and late by remote
/// write and OTLP, are scraped, recorded by a rule and deleted, and while the server writes blocks, downsamples them
/// and lets go of what is old. A model of what was acknowledged says what must be there after each restart.
final class MixedKillTest {

    private static final int KILLS = Integer.getInteger("mixed.kills", Boolean.getBoolean("belvedere.long") ? 200 : 2);
    private static final int MIN_LIFE_MILLIS = 100;
    private static final int MAX_LIFE_MILLIS = 3000;
    private static final long MINUTE = 60_000;

    /// Lives are so far apart that late samples of one do not meet those of another.
    private static final long SPACING_MILLIS = 30 * MINUTE;

    /// What one life acknowledged: the timestamps, by metric. A sample's value is its timestamp less that of the life.
    private static final class Life {

        final long startMillis;
        final Map<String, TreeSet<Long>> certain = new ConcurrentHashMap<>();
        final Map<String, TreeSet<Long>> deleted = new ConcurrentHashMap<>();

        Life(long startMillis) {
            this.startMillis = startMillis;
        }

        void acknowledge(String metric, List<Long> times) {
            certain.computeIfAbsent(metric, key -> new TreeSet<>()).addAll(times);
        }
    }

    private interface Act {
        /// Ends by an exception once the server is dead.
        void next(int number) throws IOException, InterruptedException;
    }

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    /// All lives lie within the retention, the first one furthest back.
    private final long firstMillis = System.currentTimeMillis() - (KILLS + 2) * SPACING_MILLIS;

    private static Path config(Path folder) throws IOException {
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - {name: g, interval: 1s, rules: [{record: recorded, expr: 'count({__name__=~"mixed_.*"})'}]}
                """);
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, """
                global: {evaluation_interval: 1s, scrape_interval: 1s, scrape_timeout: 1s}
                rule_files: [rules.yml]
                storage: {tsdb: {out_of_order_time_window: 30m, retention: {time: 30d}}}
                data:
                  metricFlushBytes: 1MB
                  retentionRules: [{match: 'passing', keep: 1h}]
                  downsampling: [{resolution: 5m, after: 1h, keep: 60d}]
                server: {adminApi: true}
                """);
        return config;
    }

    @Test
    void R01_nothing_acknowledged_is_missing_and_nothing_deleted_is_back(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path config = config(folder);
        Path data = folder.resolve("data");
        List<Life> lives = new ArrayList<>();
        long samples = 0;
        Starts starts = new Starts();
        for (int kill = 0; kill < KILLS; kill++) {
            try (ServerProcess server = start(data, config)) {
                starts.add(server);
                if (!lives.isEmpty()) {
                    requireModel(server, lives.getLast());
                }
                Life life = new Life(firstMillis + kill * SPACING_MILLIS);
                liveUntilKilled(server, life, random.nextInt(MIN_LIFE_MILLIS, MAX_LIFE_MILLIS));
                lives.add(life);
                samples +=
                        life.certain.values().stream().mapToLong(TreeSet::size).sum();
            }
        }
        try (ServerProcess server = start(data, config)) {
            for (Life life : lives) {
                requireModel(server, life);
            }
            System.out.println("reliability: R01 " + KILLS + " kills under mixed load, " + samples
                    + " samples acknowledged, " + starts + ", seed " + seed);
            assertThat(samples).isGreaterThan(KILLS);
            server.requireClean(data);
        }
    }

    private static ServerProcess start(Path data, Path config) throws IOException, InterruptedException {
        return ServerProcess.start(
                data,
                "--config",
                config.toString(),
                "--set",
                "agent.host=false",
                "--set",
                "self.scrapeInterval=1s",
                "--set",
                "data.partitions=2");
    }

    private void liveUntilKilled(ServerProcess server, Life life, int millis) throws InterruptedException {
        List<Thread> threads = List.of(
                thread(number -> write(server, life, "mixed_in_order", number * 40L, 20)),
                thread(number -> write(server, life, "mixed_late", 10 * MINUTE - number * 40L, 20)),
                thread(number -> write(server, life, "passing", number * 40L, 20)),
                thread(number -> sendOtlp(server, life, number)),
                thread(number -> writeAndDelete(server, life, number)),
                thread(number ->
                        Http.post(server.url("/api/v1/admin/tsdb/clean_tombstones"), "text/plain", new byte[0])));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        Http.eventually(() -> life.certain.containsKey("mixed_in_order"));
        server.kill();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static Thread thread(Act act) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int number = 0; number < 10_000; number++) {
                    act.next(number);
                }
            } catch (IOException killed) {
                // The connection broke: this was not acknowledged.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Samples of one series a millisecond apart, from an offset into the life on.
    private static void write(ServerProcess server, Life life, String metric, long offset, int count)
            throws IOException, InterruptedException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = life.startMillis + offset + i;
            times.add(at);
            writer.add(labels(metric, life), at, at - life.startMillis);
        }
        if (Load.send(server, writer.drain(), "snappy").isAccepted()) {
            life.acknowledge(metric, times);
        }
    }

    private static Labels labels(String metric, Life life) {
        return Labels.of("__name__", metric, "job", "mixed", "life", Long.toString(life.startMillis));
    }

    private static void sendOtlp(ServerProcess server, Life life, int number) throws IOException, InterruptedException {
        long at = life.startMillis + number;
        String body = """
                {"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[{"name":"mixed_otlp",
                "gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%d,
                "attributes":[{"key":"life","value":{"stringValue":"%d"}}]}]}}]}]}]}
                """.formatted(at * 1_000_000L, number, life.startMillis);
        String url = "http://127.0.0.1:" + server.otlpHttpPort() + "/v1/metrics";
        if (Http.post(url, "application/json", body.getBytes(StandardCharsets.UTF_8))
                        .status()
                == 200) {
            life.acknowledge("mixed_otlp", List.of(at));
        }
    }

    /// Writes ten samples, deletes the first five of them.
    private static void writeAndDelete(ServerProcess server, Life life, int number)
            throws IOException, InterruptedException {
        String metric = "mixed_deleted";
        write(server, life, metric, number * 20L, 10);
        long from = life.startMillis + number * 20L;
        TreeSet<Long> doomed = new TreeSet<>();
        TreeSet<Long> certain = life.certain.computeIfAbsent(metric, key -> new TreeSet<>());
        for (long at = from; at < from + 5; at++) {
            doomed.add(at);
            certain.remove(at);
        }
        String selector = metric + "{life=\"" + life.startMillis + "\"}";
        Http.Answer answer = Http.post(
                server.url("/api/v1/admin/tsdb/delete_series?match%5B%5D=" + Http.encoded(selector) + "&start="
                        + seconds(from) + "&end=" + seconds(from + 4)),
                "text/plain",
                new byte[0]);
        if (answer.status() == 204) {
            life.deleted.computeIfAbsent(metric, key -> new TreeSet<>()).addAll(doomed);
        }
    }

    private static String seconds(long millis) {
        return "%d.%03d".formatted(millis / 1000, millis % 1000);
    }

    private void requireModel(ServerProcess server, Life life) throws IOException, InterruptedException {
        for (String metric : List.of("mixed_in_order", "mixed_late", "mixed_otlp", "mixed_deleted")) {
            String what = metric + " of life " + life.startMillis + ", seed " + seed;
            TreeMap<Long, Double> found = samples(server, metric, life);
            found.forEach((at, value) -> assertThat(value).as(what).isEqualTo(at - life.startMillis));
            assertThat(found.keySet()).as(what).containsAll(life.certain.getOrDefault(metric, new TreeSet<>()));
            for (long deleted : life.deleted.getOrDefault(metric, new TreeSet<>())) {
                assertThat(found).as(what + ", deleted").doesNotContainKey(deleted);
            }
        }
        if (life.startMillis < System.currentTimeMillis() - 90 * MINUTE) {
            assertThat(samples(server, "passing", life)).as("kept for an hour").isEmpty();
        }
    }

    private static TreeMap<Long, Double> samples(ServerProcess server, String metric, Life life)
            throws IOException, InterruptedException {
        String query = metric + "{life=\"" + life.startMillis + "\"}[29m]";
        String at = seconds(life.startMillis + 28 * MINUTE);
        TreeMap<Long, Double> samples = new TreeMap<>();
        JsonNode result = Http.get(server.url("/api/v1/query?time=" + at + "&query=" + Http.encoded(query)))
                .json()
                .at("/data/result");
        for (JsonNode series : result) {
            for (JsonNode point : series.at("/values")) {
                long time = Math.round(point.get(0).asDouble() * 1000);
                Double before = samples.put(time, point.get(1).asDouble());
                assertThat(before).as("%s twice at %d", metric, time).isNull();
            }
        }
        return samples;
    }
}
