package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 at random moments while all three signals come in: nothing that was acknowledged is missing afterwards,
/// nothing is there twice.
final class KillNineTest {

    private static final int ROUNDS = Integer.getInteger("kill.rounds", 50);
    private static final int MAX_ROUND_MILLIS = 600;

    /// More than a query answers at once, so that a round must end before.
    private static final int MAX_WRITES = 900;

    private static final long DAY_MILLIS = 86_400_000L;
    private static final long LAST_MIDNIGHT_MILLIS = System.currentTimeMillis() / DAY_MILLIS * DAY_MILLIS;

    private static final String JSON = "application/json";

    /// The numbers acknowledged within one round, by signal.
    private record Acknowledged(int round, Queue<Integer> samples, Queue<Integer> lines, Queue<Integer> spans) {

        Acknowledged(int round) {
            this(round, new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        }
    }

    private interface Write {
        int send(int number) throws IOException, InterruptedException;
    }

    @Test
    void nothing_acknowledged_is_missing_and_nothing_is_there_twice(@TempDir Path folder)
            throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        List<Acknowledged> rounds = new ArrayList<>();
        int samples = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = start(data)) {
                if (!rounds.isEmpty()) {
                    requireAll(server, rounds.getLast(), seed);
                }
                Acknowledged acknowledged = writeUntilKilled(server, round, random.nextInt(MAX_ROUND_MILLIS));
                rounds.add(acknowledged);
                samples += acknowledged.samples().size();
            }
        }
        try (ServerProcess server = start(data)) {
            for (Acknowledged acknowledged : rounds) {
                requireAll(server, acknowledged, seed);
            }
        }
        assertThat(samples).as("the rounds must have written something").isGreaterThan(ROUNDS);
    }

    private static ServerProcess start(Path data) throws IOException, InterruptedException {
        return ServerProcess.start(data, "--set", "agent.host=false", "--set", "data.partitions=2");
    }

    private static Acknowledged writeUntilKilled(ServerProcess server, int round, int millis)
            throws InterruptedException {
        Acknowledged acknowledged = new Acknowledged(round);
        List<Thread> writers = List.of(
                writer(acknowledged.samples(), number -> sendSample(server, round, number)),
                writer(acknowledged.lines(), number -> sendLine(server, round, number)),
                writer(acknowledged.spans(), number -> sendSpan(server, round, number)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        server.kill();
        for (Thread writer : writers) {
            writer.join();
        }
        return acknowledged;
    }

    private static Thread writer(Queue<Integer> acknowledged, Write write) {
        AtomicInteger next = new AtomicInteger();
        return Thread.ofVirtual().start(() -> {
            try {
                while (next.get() < MAX_WRITES) {
                    int number = next.getAndIncrement();
                    if (write.send(number) / 100 == 2) {
                        acknowledged.add(number);
                    }
                }
            } catch (IOException killed) {
                // The connection broke: this write was not acknowledged.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static int send(String url, String body) throws IOException, InterruptedException {
        return Http.post(url, JSON, body.getBytes(StandardCharsets.UTF_8)).status();
    }

    /// Sample `number` of a round has that value and lies that many milliseconds into the round's minute.
    private static int sendSample(ServerProcess server, int round, int number)
            throws IOException, InterruptedException {
        String body = """
                {"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[{"name":"kill_sample",
                "gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%d,
                "attributes":[{"key":"round","value":{"stringValue":"%d"}}]}]}}]}]}]}
                """.formatted((startMillis(round) + number) * 1_000_000L, number, round);
        return send("http://127.0.0.1:" + server.otlpHttpPort() + "/v1/metrics", body);
    }

    private static long startMillis(int round) {
        return LAST_MIDNIGHT_MILLIS - (round + 1) * 60_000L;
    }

    private static int sendLine(ServerProcess server, int round, int number) throws IOException, InterruptedException {
        String body =
                "{\"streams\":[{\"stream\":{\"job\":\"kill\",\"round\":\"%d\"},\"values\":[[\"%d\",\"line %d\"]]}]}"
                        .formatted(round, (startMillis(round) + number) * 1_000_000L, number);
        return send(server.url("/loki/api/v1/push"), body);
    }

    private static int sendSpan(ServerProcess server, int round, int number) throws IOException, InterruptedException {
        String body =
                "[{\"traceId\":\"%016x%016x\",\"id\":\"%016x\",\"name\":\"span %d\",\"timestamp\":%d,\"duration\":5,"
                                .formatted(
                                        round + 1, number + 1, number + 1, number, (startMillis(round) + number) * 1000)
                        + "\"localEndpoint\":{\"serviceName\":\"kill-%d\"}}]".formatted(round);
        return send("http://127.0.0.1:" + server.zipkinPort() + "/api/v2/spans", body);
    }

    private static void requireAll(ServerProcess server, Acknowledged acknowledged, long seed)
            throws IOException, InterruptedException {
        String what = "seed " + seed + " round " + acknowledged.round();
        assertThat(samples(server, acknowledged.round()))
                .as("samples, " + what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.samples());
        assertThat(lines(server, acknowledged.round()))
                .as("log lines, " + what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.lines());
        assertThat(spans(server, acknowledged.round()))
                .as("spans, " + what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.spans());
    }

    private static List<Integer> samples(ServerProcess server, int round) throws IOException, InterruptedException {
        String query = "kill_sample{round=\"" + round + "\"}[1m]";
        long at = startMillis(round) + 60_000 - 1;
        JsonNode result = Http.get(server.url("/api/v1/query?time=" + at / 1000.0 + "&query=" + Http.encoded(query)))
                .json()
                .at("/data/result");
        List<Integer> numbers = new ArrayList<>();
        result.forEach(series ->
                series.at("/values").forEach(point -> numbers.add(point.get(1).asInt())));
        return numbers;
    }

    private static List<Integer> lines(ServerProcess server, int round) throws IOException, InterruptedException {
        String query = "{job=\"kill\", round=\"" + round + "\"}";
        JsonNode result = Http.get(server.url("/loki/api/v1/query_range?limit=5000&start="
                        + startMillis(round) * 1_000_000L + "&end=" + (startMillis(round) + 60_000) * 1_000_000L
                        + "&query=" + Http.encoded(query)))
                .json()
                .at("/data/result");
        List<Integer> numbers = new ArrayList<>();
        result.forEach(stream -> stream.at("/values")
                .forEach(line ->
                        numbers.add(Integer.parseInt(line.get(1).asText().substring("line ".length())))));
        return numbers;
    }

    private static List<Integer> spans(ServerProcess server, int round) throws IOException, InterruptedException {
        JsonNode traces = Http.get(server.url("/api/belvedere/v1/traces?limit=1000&service=kill-" + round + "&start="
                        + startMillis(round) / 1000 + "&end=" + (startMillis(round) / 1000 + 60)))
                .json()
                .at("/traces");
        List<Integer> numbers = new ArrayList<>();
        traces.forEach(trace -> {
            assertThat(trace.at("/spanCount").asInt()).isEqualTo(1);
            numbers.add(Integer.parseInt(trace.at("/rootOperation").asText().substring("span ".length())));
        });
        return numbers;
    }
}
