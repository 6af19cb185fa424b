package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// R1 of docs/reliability.md: kill -9 at random moments while all three signals come in, metrics by all push protocols:
/// nothing that was acknowledged is missing afterwards, nothing is there twice.
final class KillNineTest {

    private static final int ROUNDS =
            Integer.getInteger("kill.rounds", Boolean.getBoolean("belvedere.long") ? 200 : 20);
    private static final int MIN_ROUND_MILLIS = 50;
    private static final int MAX_ROUND_MILLIS = 1500;

    /// More than a query answers at once, so that a round must end before.
    private static final int MAX_WRITES = 900;

    private static final long DAY_MILLIS = 86_400_000L;
    private static final long LAST_MIDNIGHT_MILLIS = System.currentTimeMillis() / DAY_MILLIS * DAY_MILLIS;

    private static final String JSON = "application/json";

    private static final String OTLP_METRIC = "kill_otlp";
    private static final String REMOTE_WRITE_METRIC = "kill_remote_write";
    private static final String REMOTE_WRITE_2_METRIC = "kill_remote_write_2";
    private static final List<String> SAMPLE_METRICS = List.of(OTLP_METRIC, REMOTE_WRITE_METRIC, REMOTE_WRITE_2_METRIC);

    /// The numbers acknowledged within one round, by signal.
    ///
    /// @param samples by the name of their metric, which tells the protocol
    private record Acknowledged(
            int round, Map<String, Queue<Integer>> samples, Queue<Integer> lines, Queue<Integer> spans) {

        Acknowledged(int round) {
            this(round, new TreeMap<>(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
            SAMPLE_METRICS.forEach(metric -> samples.put(metric, new ConcurrentLinkedQueue<>()));
        }

        int count() {
            return samples.values().stream().mapToInt(Queue::size).sum();
        }

        Queue<Integer> samplesOf(String metric) {
            return Objects.requireNonNull(samples.get(metric));
        }
    }

    private interface Write {
        int send(int number) throws IOException, InterruptedException;
    }

    @Test
    void R01_nothing_acknowledged_is_missing_and_nothing_is_there_twice(@TempDir Path folder)
            throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        List<Acknowledged> rounds = new ArrayList<>();
        int samples = 0;
        Starts starts = new Starts();
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = start(data)) {
                starts.add(server);
                if (!rounds.isEmpty()) {
                    requireAll(server, rounds.getLast(), seed);
                }
                Acknowledged acknowledged =
                        writeUntilKilled(server, round, random.nextInt(MIN_ROUND_MILLIS, MAX_ROUND_MILLIS));
                rounds.add(acknowledged);
                samples += acknowledged.count();
            }
        }
        try (ServerProcess server = start(data)) {
            for (Acknowledged acknowledged : rounds) {
                requireAll(server, acknowledged, seed);
            }
            System.out.println("reliability: R01 " + ROUNDS + " kills, " + samples + " samples acknowledged, " + starts
                    + ", seed " + seed);
            server.requireClean(data);
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
                writer(acknowledged.samplesOf(OTLP_METRIC), number -> sendSample(server, round, number)),
                writer(acknowledged.samplesOf(REMOTE_WRITE_METRIC), number -> sendRemoteWrite(server, round, number)),
                writer(
                        acknowledged.samplesOf(REMOTE_WRITE_2_METRIC),
                        number -> sendRemoteWrite2(server, round, number)),
                writer(acknowledged.lines(), number -> sendLine(server, round, number)),
                writer(acknowledged.spans(), number -> sendSpan(server, round, number)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        Http.eventually(() -> acknowledged.count() > 1);
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
                {"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[{"name":"kill_otlp",
                "gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%d,
                "attributes":[{"key":"round","value":{"stringValue":"%d"}}]}]}}]}]}]}
                """.formatted((startMillis(round) + number) * 1_000_000L, number, round);
        return send("http://127.0.0.1:" + server.otlpHttpPort() + "/v1/metrics", body);
    }

    private static int sendRemoteWrite(ServerProcess server, int round, int number)
            throws IOException, InterruptedException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(
                Labels.of("__name__", REMOTE_WRITE_METRIC, "round", Integer.toString(round)),
                startMillis(round) + number,
                number);
        return Load.send(server, writer.drain(), "snappy").status();
    }

    private static int sendRemoteWrite2(ServerProcess server, int round, int number)
            throws IOException, InterruptedException {
        ProtobufWriter request = new ProtobufWriter(256);
        for (String symbol : List.of("", "__name__", REMOTE_WRITE_2_METRIC, "round", Integer.toString(round))) {
            request.string(4, symbol);
        }
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2, 3, 4});
        int sample = request.beginMessage(2);
        request.float64(1, number);
        request.int64(2, startMillis(round) + number);
        request.endMessage(sample);
        request.endMessage(series);
        byte[] body = request.toByteArray();
        String type = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
        return Load.send(server.url("/api/v1/write"), type, SnappyBlock.compress(body, 0, body.length), "snappy")
                .status();
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
        for (String metric : SAMPLE_METRICS) {
            assertThat(samples(server, metric, acknowledged.round()))
                    .as(metric + ", " + what)
                    .doesNotHaveDuplicates()
                    .containsAll(acknowledged.samplesOf(metric));
        }
        assertThat(lines(server, acknowledged.round()))
                .as("log lines, " + what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.lines());
        assertThat(spans(server, acknowledged.round()))
                .as("spans, " + what)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.spans());
    }

    private static List<Integer> samples(ServerProcess server, String metric, int round)
            throws IOException, InterruptedException {
        String query = metric + "{round=\"" + round + "\"}[1m]";
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
