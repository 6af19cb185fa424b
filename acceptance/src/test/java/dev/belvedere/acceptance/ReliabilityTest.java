package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.acceptance.Load.Reply;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The experiments of docs/reliability.md that need the whole process. Each ends with `belvedere check blocks` (R31).
/// `-Dbelvedere.long=true` runs them at full size; what was measured is printed.
final class ReliabilityTest {

    private static final boolean IS_LONG = Boolean.getBoolean("belvedere.long");
    private static final long MIB = 1 << 20;

    /// What a server with a heap of 512 MiB may take of the machine, whatever is asked of it.
    private static final long MAX_RESIDENT_BYTES = 768 * MIB;

    private static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// How long a neighbour is measured alone.
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(IS_LONG ? 15 : 2);

    private static ServerProcess start(Path data, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("--set", "agent.host=false", "--set", "self.scrapeInterval=0s", "--set", "data.partitions=2"));
        arguments.addAll(List.of(more));
        return ServerProcess.start(data, arguments.toArray(String[]::new));
    }

    private static void print(String measured) {
        System.out.println("reliability: " + measured);
    }

    /// A promise about time is held where it is measured. Everywhere else the machine may be busy with something else.
    private static void requireWithin(int seconds, long nanos) {
        assertThat(nanos).isLessThan(IS_LONG ? TimeUnit.SECONDS.toNanos(seconds) : Http.PATIENCE.toNanos());
    }

    private static int count(ServerProcess server, String promql) throws IOException, InterruptedException {
        String value = Http.value(server, promql);
        return value == null ? 0 : (int) Double.parseDouble(value);
    }

    @Test
    void R06_a_full_file_system_refuses_writes_with_the_reason_and_goes_on_within_ten_seconds(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path small = Files.createDirectory(folder.resolve("small"));
        Peers.Ended mounted = Peers.run(folder, "mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", small.toString());
        assumeThat(mounted.code())
                .as("skipped: only root can mount a small file system")
                .isZero();
        Path data = folder.resolve("small/data");
        Path ballast = folder.resolve("small/ballast");
        try (ServerProcess server = start(data, "--set", "data.reserve=4MB")) {
            long now = System.currentTimeMillis();
            assertThat(Load.write(server, "kept", 0, 1000, now).isAccepted()).isTrue();
            try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
                byte[] block = new byte[1 << 20];
                while (Files.getFileStore(small).getUsableSpace() > 6 * MIB) {
                    file.write(block);
                }
            }
            int acknowledged = 0;
            Reply refused = new Reply(0, "", "");
            for (int i = 1; i < 2000 && refused.status() == 0; i++) {
                Reply reply = Load.write(server, "kept", 0, 1000, now + i);
                if (reply.isAccepted()) {
                    acknowledged++;
                } else {
                    refused = reply;
                }
            }
            assertThat(refused.isPutOff()).as(refused.toString()).isTrue();
            assertThat(refused.body()).contains("data.reserve");
            assertThat(count(server, "count(kept)")).isEqualTo(1000);
            Files.delete(ballast);
            long freedAt = System.nanoTime();
            Http.eventually(
                    () -> Load.write(server, "kept", 0, 1000, now + 5000).isAccepted());
            long resumed = System.nanoTime() - freedAt;
            requireWithin(10, resumed);
            print("R06 " + acknowledged + " writes until the disk was full, resumed "
                    + TimeUnit.NANOSECONDS.toMillis(resumed) + " ms after there was room");
            String all = "sum(count_over_time(kept[1h]))";
            String query = "/api/v1/query?time=" + (now + 10_000) / 1000.0 + "&query=" + Http.encoded(all);
            assertThat(Http.get(server.url(query))
                            .json()
                            .at("/data/result/0/value/1")
                            .asInt())
                    .isEqualTo((acknowledged + 2) * 1000);
            server.requireClean(data);
        } finally {
            assertThat(Peers.run(folder, "umount", small.toString()).code()).isZero();
        }
    }

    @Test
    void R13_hostile_queries_end_by_a_result_or_a_limit_while_samples_come_in(@TempDir Path folder)
            throws IOException, InterruptedException {
        int series = IS_LONG ? 20_000 : 2000;
        int queries = IS_LONG ? 200 : 48;
        int atOnce = IS_LONG ? 50 : 16;
        Path data = folder.resolve("data");
        try (ServerProcess server = start(
                data,
                "--set",
                "query.timeout=5s",
                "--set",
                "query.maxSamples=5000000",
                "--set",
                "query.maxBytes=64MB",
                "--set",
                "query.memoryBytes=" + (IS_LONG ? "204MB" : "32MB"))) {
            long now = System.currentTimeMillis();
            for (int step = 0; step < 10; step++) {
                assertThat(Load.write(server, "m", 0, series, now - 150_000 + step * 15_000L)
                                .isAccepted())
                        .isTrue();
            }
            SteadyLoad before = SteadyLoad.alone(server, STEADY_NANOS);
            SteadyLoad meanwhile = SteadyLoad.start(server, "fresh");
            QueryMemoryWatch memory = QueryMemoryWatch.start(server);
            Queue<Integer> statuses = askHostile(server, queries, atOnce, now);
            meanwhile.stop();
            memory.stop();
            assertThat(server.handle().isAlive()).as(server.output()).isTrue();
            assertThat(statuses)
                    .hasSize(queries)
                    .allMatch(status -> List.of(200, 400, 422, 429, 503).contains(status))
                    .contains(422);
            long resident = Load.residentBytes(server);
            assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
            assertThat(server.output()).doesNotContain("OutOfMemoryError");
            assertThat(meanwhile.refused()).isEmpty();
            assertThat(meanwhile.writesPerSecond()).isPositive();
            Http.eventually(() -> count(server, "count(last_over_time(m[1h]))") == series);
            assertThat(memory.mostBytes()).isPositive().isLessThanOrEqualTo(memory.limitBytes());
            assertThat(memory.waitsAndRefusals())
                    .as("whether queries wanted more than they could have together")
                    .isPositive();
            Http.eventually(() -> memory.value("belvedere_query_memory_bytes") == 0);
            print("R13 " + queries + " hostile queries: " + new TreeSet<>(statuses) + ", RSS "
                    + resident / MIB + " MiB, " + memory.told() + "; a steady neighbour alone: "
                    + before + "; meanwhile: "
                    + meanwhile);
            server.requireClean(data);
        }
    }

    private static Queue<Integer> askHostile(ServerProcess server, int queries, int atOnce, long now)
            throws InterruptedException {
        List<String> hostile = List.of(
                "{__name__=~\".+\"}",
                "sum_over_time(sum_over_time({__name__=~\".+\"}[1h:1s])[1h:1s])",
                "count_values(\"v\", {__name__=~\".+\"})",
                "m * on () group_left () m",
                "{n=~\"(.*.*)*x\"}",
                "label_replace(m, \"a\", \"$1$1$1\", \"n\", \"(.*)\") + on (a) m",
                "quantile_over_time(0.5, m[5m:1s])",
                "sort(topk(1000000, m)) or m unless m",
                "max_over_time(rate(m[5m])[1h:1s])",
                "absent_over_time(m[1y:1s])");
        AtomicInteger next = new AtomicInteger();
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int c = 0; c < atOnce; c++) {
            clients.add(Thread.ofVirtual().start(() -> {
                for (int i = next.getAndIncrement(); i < queries; i = next.getAndIncrement()) {
                    boolean isYear = i % 2 == 0;
                    String range = "/api/v1/query_range?start=" + (now / 1000 - (isYear ? 365 * 86_400 : 3600))
                            + "&end=" + now / 1000 + "&step=" + (isYear ? "1h" : "1s");
                    try {
                        statuses.add(Http.get(
                                        server.url(range + "&query=" + Http.encoded(hostile.get(i % hostile.size()))))
                                .status());
                    } catch (IOException e) {
                        statuses.add(-1);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        return statuses;
    }

    /// The server takes half as many requests at once as there are senders.
    @Test
    void R14_more_than_it_can_take_is_put_off_and_nothing_acknowledged_is_missing(@TempDir Path folder)
            throws IOException, InterruptedException {
        int senders = IS_LONG ? 100 : 32;
        long nanos = TimeUnit.SECONDS.toNanos(IS_LONG ? 300 : 5);
        Path data = folder.resolve("data");
        try (ServerProcess server = start(data, "--set", "server.maxConcurrentRequests=" + senders / 2)) {
            long now = System.currentTimeMillis();
            long deadline = System.nanoTime() + nanos;
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger putOff = new AtomicInteger();
            Queue<String> others = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int s = 0; s < senders; s++) {
                int sender = s;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; System.nanoTime() < deadline; i++) {
                        try {
                            Reply reply = Load.write(server, "flood_" + sender, 0, 2000, now + i);
                            if (reply.isAccepted()) {
                                accepted.incrementAndGet();
                            } else if (reply.isPutOff()) {
                                putOff.incrementAndGet();
                                LockSupport.parkNanos(BACK_OFF_NANOS);
                            } else {
                                others.add(reply.toString());
                            }
                        } catch (IOException e) {
                            others.add(e.toString());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            return;
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long resident = Load.residentBytes(server);
            assertThat(others).isEmpty();
            assertThat(accepted.get()).isPositive();
            assertThat(putOff.get()).isPositive();
            assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
            Http.eventually(() -> Load.write(server, "after", 0, 10, System.currentTimeMillis())
                    .isAccepted());
            long found = 0;
            for (int s = 0; s < senders; s++) {
                String query = "sum(count_over_time(flood_" + s + "[1h]))";
                long at = now / 1000 + 1800;
                found += Http.get(server.url("/api/v1/query?time=" + at + "&query=" + Http.encoded(query)))
                        .json()
                        .at("/data/result/0/value/1")
                        .asLong();
            }
            assertThat(found).isEqualTo(2000L * accepted.get());
            print("R14 " + senders + " senders: " + accepted + " requests of 2,000 samples taken, " + putOff
                    + " put off, RSS " + resident / MIB + " MiB");
            server.requireClean(data);
        }
    }

    @Test
    void R15_one_metric_with_too_many_series_is_named_and_stopped_alone(@TempDir Path folder)
            throws IOException, InterruptedException {
        int limit = IS_LONG ? 500_000 : 5000;
        int series = IS_LONG ? 1_000_000 : 20_000;
        Path data = folder.resolve("data");
        try (ServerProcess server = start(data, "--set", "data.maxSeriesPerMetric=" + limit)) {
            long now = System.currentTimeMillis();
            SteadyLoad before = SteadyLoad.alone(server, STEADY_NANOS);
            SteadyLoad meanwhile = SteadyLoad.start(server, "neighbour");
            double cpuBefore = server.cpuSeconds();
            String named = "";
            for (int from = 0; from < series; from += 1000) {
                Reply bomb = Load.write(server, "bomb", from, from + 1000, now);
                assertThat(bomb.status()).as(bomb.body()).isIn(200, 204, 400, 429);
                named = bomb.isAccepted() ? named : bomb.body();
                if (from % 10_000 == 0) {
                    Reply other = Load.write(server, "innocent", 0, 100, now + from);
                    assertThat(other.isAccepted()).as(other.body()).isTrue();
                }
            }
            double cpu = server.cpuSeconds() - cpuBefore;
            meanwhile.stop();
            assertThat(meanwhile.refused()).isEmpty();
            assertThat(named).contains("bomb").contains("maxSeriesPerMetric");
            assertThat(count(server, "count(last_over_time(innocent[1h]))")).isEqualTo(100);
            int kept = count(server, "count(last_over_time(bomb[1h]))");
            assertThat(kept).isEqualTo(limit);
            long resident = Load.residentBytes(server);
            assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
            print("R15 " + series + " series of one metric: " + kept + " kept, RSS " + resident / MIB
                    + " MiB, " + cpu + " CPU-s; \"" + named.strip() + "\"; a steady neighbour alone: " + before
                    + "; meanwhile: " + meanwhile);
            server.requireClean(data);
        }
    }

    @Test
    void R32_many_series_and_an_alert_that_waits_are_back_after_a_kill(@TempDir Path folder)
            throws IOException, InterruptedException {
        int series = IS_LONG ? 1_000_000 : 30_000;
        int steps = IS_LONG ? 20 : 4;
        Path rules = folder.resolve("rules.yml");
        Files.writeString(rules, """
                groups:
                - name: g
                  interval: 1s
                  rules:
                  - {alert: Waits, expr: 'absent(nothing)', for: 1h}
                """);
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, "global: {evaluation_interval: 1s}\nrule_files: [rules.yml]\n");
        Path data = folder.resolve("data");
        long now = System.currentTimeMillis();
        try (ServerProcess server = start(data, "--config", config.toString())) {
            for (int step = 0; step < steps; step++) {
                for (int from = 0; from < series; from += 5000) {
                    long at = now - (steps - step) * 15_000L;
                    Reply reply = Load.write(server, "many", from, from + 5000, at);
                    assertThat(reply.isAccepted()).as(reply.body()).isTrue();
                }
            }
            Http.eventually(() -> waitingSince(server).size() >= 6);
            server.kill();
        }
        long started = System.nanoTime();
        double startedAt = System.currentTimeMillis() / 1000.0;
        try (ServerProcess server = start(data, "--config", config.toString())) {
            long ready = System.nanoTime() - started;
            double cpuSeconds = server.cpuSeconds();
            print("R32 " + series + " series x " + steps + " samples: ready " + TimeUnit.NANOSECONDS.toMillis(ready)
                    + " ms after the kill, " + cpuSeconds + " CPU-s, RSS " + Load.residentBytes(server) / MIB
                    + " MiB");
            assertThat(count(server, "count(last_over_time(many[30m]))")).isEqualTo(series);
            assertThat(count(server, "sum(count_over_time(many[30m]))")).isEqualTo(series * steps);
            assertThat(cpuSeconds).as("30 s of one processor").isLessThan(30);
            requireGoesOnWaiting(server, startedAt);
            server.requireClean(data);
        }
    }

    /// The restart that docs/performance.md promises. What counts evenly takes so little memory that no head is written
    /// to a block.
    @Test
    void R32_a_log_that_holds_all_samples_is_back_after_a_kill(@TempDir Path folder)
            throws IOException, InterruptedException {
        int series = IS_LONG ? 50_000 : 10_000;
        int steps = IS_LONG ? 480 : 20;
        Path data = folder.resolve("data");
        long now = System.currentTimeMillis();
        try (ServerProcess server = start(data)) {
            for (int step = 0; step < steps; step++) {
                for (int from = 0; from < series; from += 10_000) {
                    Reply reply = Load.send(server, counters(from, step, now - (steps - step) * 15_000L), "snappy");
                    assertThat(reply.isAccepted()).as(reply.body()).isTrue();
                }
            }
            server.kill();
        }
        try (ServerProcess server = start(data)) {
            double cpuSeconds = server.cpuSeconds();
            print("R32 " + series + " series x " + steps + " samples in the log: ready " + server.readyMillis()
                    + " ms after the kill, " + cpuSeconds + " CPU-s, RSS " + Load.residentBytes(server) / MIB + " MiB");
            assertThat(count(server, "sum(count_over_time(logged[3h]))")).isEqualTo(series * steps);
            if (IS_LONG) {
                assertThat(cpuSeconds).as("2.5 s of two processors").isLessThan(5);
            }
            server.requireClean(data);
        }
    }

    /// Ten thousand of them, of a thousand to a target.
    private static byte[] counters(int from, int step, long timestampMillis) {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        for (int n = from; n < from + 10_000; n++) {
            Labels labels = Labels.of(
                    "__name__",
                    "logged",
                    "job",
                    "load",
                    "instance",
                    "host-" + n / 1000,
                    "n",
                    Integer.toString(n % 1000));
            writer.add(labels, timestampMillis, (double) step * (n % 97));
        }
        return writer.drain();
    }

    /// Since when the alert waits, by the time of each evaluation, both in seconds.
    private static TreeMap<Double, Double> waitingSince(ServerProcess server) throws IOException, InterruptedException {
        String query = Http.encoded("ALERTS_FOR_STATE{alertname=\"Waits\"}[10m]");
        TreeMap<Double, Double> since = new TreeMap<>();
        for (JsonNode value :
                Http.get(server.url("/api/v1/query?query=" + query)).json().at("/data/result/0/values")) {
            since.put(value.get(0).asDouble(), value.get(1).asDouble());
        }
        return since;
    }

    /// The time that an alert has waited is kept; that of the outage does not count, as in Prometheus.
    ///
    /// @param startedAt when the server began to start again: the first evaluation after the outage is after that
    private static void requireGoesOnWaiting(ServerProcess server, double startedAt)
            throws IOException, InterruptedException {
        Http.eventually(() -> waitingSince(server).tailMap(startedAt).size() >= 4);
        TreeMap<Double, Double> since = waitingSince(server);
        Map.Entry<Double, Double> before = Objects.requireNonNull(since.lowerEntry(startedAt));
        Map.Entry<Double, Double> now = since.lastEntry();
        double waitedBefore = before.getKey() - before.getValue();
        double up = now.getKey() - since.tailMap(startedAt).firstKey();
        // Since when it waits is told in whole seconds.
        assertThat(now.getKey() - now.getValue()).isBetween(waitedBefore - 1, waitedBefore + up + 1);
    }
}
