package dev.belvedere.platform.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connections of one loop that wait for their next exchange.
final class IdleConnections implements AutoCloseable {

    /// Servers close connections that are idle for longer than this sooner or later.
    private static final long MAX_IDLE_NANOS = 90_000_000_000L;

    private static final int MAX_COUNT = 10_000;

    /// By host and port, the one used last in front.
    private final Map<String, Deque<PlainConnection>> byOrigin = new HashMap<>();

    private int count;
    private long sweptNanos = System.nanoTime();

    @Nullable
    PlainConnection take(String origin, long nowNanos) {
        Deque<PlainConnection> connections = byOrigin.get(origin);
        PlainConnection newest = connections == null ? null : connections.pollFirst();
        if (newest == null) {
            return null;
        }
        count--;
        if (nowNanos - newest.idleSinceNanos() > MAX_IDLE_NANOS) {
            newest.close();
            return null;
        }
        return newest;
    }

    /// @return false if there is no room
    boolean put(PlainConnection connection, long nowNanos) {
        if (nowNanos - sweptNanos > MAX_IDLE_NANOS) {
            sweep(nowNanos);
        }
        if (count >= MAX_COUNT) {
            return false;
        }
        count++;
        byOrigin.computeIfAbsent(connection.origin(), key -> new ArrayDeque<>(1))
                .addFirst(connection);
        return true;
    }

    void remove(PlainConnection connection) {
        Deque<PlainConnection> connections = byOrigin.get(connection.origin());
        if (connections != null && connections.remove(connection)) {
            count--;
        }
    }

    private void sweep(long nowNanos) {
        sweptNanos = nowNanos;
        for (Iterator<Deque<PlainConnection>> origins = byOrigin.values().iterator(); origins.hasNext(); ) {
            Deque<PlainConnection> connections = origins.next();
            PlainConnection oldest = connections.peekLast();
            while (oldest != null && nowNanos - oldest.idleSinceNanos() > MAX_IDLE_NANOS) {
                connections.removeLast();
                oldest.close();
                count--;
                oldest = connections.peekLast();
            }
            if (connections.isEmpty()) {
                origins.remove();
            }
        }
    }

    @Override
    public void close() {
        byOrigin.values().forEach(connections -> connections.forEach(PlainConnection::close));
        byOrigin.clear();
        count = 0;
    }
}
