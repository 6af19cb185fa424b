package dev.belvedere.acceptance;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A neighbour that writes 500 samples and asks a small query ten times a second, and what it gets of both. A write
/// that would begin late is left out, so that what is missing shows.
final class SteadyLoad {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private final Queue<Long> writeNanos = new ConcurrentLinkedQueue<>();
    private final Queue<Long> queryNanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final long startedAt = System.nanoTime();
    private volatile long stoppedAt;
    private volatile List<Thread> threads = List.of();

    private SteadyLoad() {}

    /// @param metric that it writes and asks for
    static SteadyLoad start(ServerProcess server, String metric) {
        SteadyLoad load = new SteadyLoad();
        load.threads = List.of(
                load.every(load.writeNanos, () -> {
                    Load.Reply reply = Load.write(server, metric, 0, 500, System.currentTimeMillis());
                    if (!reply.isAccepted()) {
                        load.refused.add(reply.toString());
                    }
                }),
                load.every(load.queryNanos, () -> Http.value(server, "sum(" + metric + ")")));
        return load;
    }

    /// What it gets while nothing else happens. It is measured after as long a time to warm up.
    static SteadyLoad alone(ServerProcess server, long nanos) throws InterruptedException {
        SteadyLoad load = start(server, "alone");
        for (int i = 0; i < 2; i++) {
            load.stop();
            load = start(server, "alone");
            LockSupport.parkNanos(nanos);
        }
        load.stop();
        return load;
    }

    private Thread every(Queue<Long> nanos, Act act) {
        return Thread.ofVirtual().start(() -> {
            long next = System.nanoTime();
            while (stoppedAt == 0) {
                LockSupport.parkNanos(next - System.nanoTime());
                long began = System.nanoTime();
                try {
                    act.run();
                    nanos.add(System.nanoTime() - began);
                } catch (IOException e) {
                    refused.add(e.toString());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                next = Math.max(next + EVERY_NANOS, System.nanoTime());
            }
        });
    }

    void stop() throws InterruptedException {
        stoppedAt = System.nanoTime();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    List<String> refused() {
        return List.copyOf(refused);
    }

    double writesPerSecond() {
        return writeNanos.size() * 1e9 / (stoppedAt - startedAt);
    }

    private static String quantiles(Queue<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? "none"
                : "%d/%d ms"
                        .formatted(sorted[sorted.length / 2] / 1_000_000, sorted[sorted.length * 99 / 100] / 1_000_000);
    }

    @Override
    public String toString() {
        return "%.1f writes/s of 10, p50/p99 of writes %s, of queries %s"
                .formatted(writesPerSecond(), quantiles(writeNanos), quantiles(queryNanos));
    }
}
