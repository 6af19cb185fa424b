package dev.belvedere.acceptance;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Looks ten times a second at what queries hold in memory, as the server tells it.
final class QueryMemoryWatch {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MIB = 1 << 20;

    private final ServerProcess server;
    private final Thread thread;
    private volatile boolean isStopped;
    private volatile double mostBytes;

    private QueryMemoryWatch(ServerProcess server) {
        this.server = server;
        this.thread = Thread.ofVirtual().unstarted(this::watch);
    }

    static QueryMemoryWatch start(ServerProcess server) {
        QueryMemoryWatch watch = new QueryMemoryWatch(server);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        while (!isStopped) {
            try {
                mostBytes = Math.max(mostBytes, value("belvedere_query_memory_bytes"));
            } catch (IOException e) {
                // Seen by whoever else asks: here it is only one look less.
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    void stop() throws InterruptedException {
        isStopped = true;
        thread.join();
    }

    /// Of a metric of the server's own.
    ///
    /// @param series its name, with labels if it has any
    double value(String series) throws IOException, InterruptedException {
        String metrics = Http.get(server.url("/metrics")).body();
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(metrics);
        if (!matcher.find()) {
            throw new IOException("no " + series + " among the server's metrics");
        }
        return Double.parseDouble(matcher.group(1));
    }

    /// The most that queries held together at any look.
    double mostBytes() {
        return mostBytes;
    }

    double limitBytes() throws IOException, InterruptedException {
        return value("belvedere_query_memory_max_bytes");
    }

    double waitsAndRefusals() throws IOException, InterruptedException {
        return value("belvedere_query_memory_waits_total")
                + value("belvedere_query_memory_refused_total{reason=\"others\"}")
                + value("belvedere_query_memory_refused_total{reason=\"too_large\"}");
    }

    String told() throws IOException, InterruptedException {
        return "queries held up to %.0f of %.0f MiB, waited %.0f times, refused %.0f and %.0f as too large"
                .formatted(
                        mostBytes / MIB,
                        limitBytes() / MIB,
                        value("belvedere_query_memory_waits_total"),
                        value("belvedere_query_memory_refused_total{reason=\"others\"}"),
                        value("belvedere_query_memory_refused_total{reason=\"too_large\"}"));
    }
}
