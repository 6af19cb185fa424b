package dev.belvedere.platform.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Closes connections whose exchange takes too long, up to [#GRAIN_NANOS] late.
///
/// One thread looks at all of them ten times a second, and not at all while nothing is exchanged: a timer for every
/// blocking read costs more than the read.
final class Deadlines implements AutoCloseable {

    private static final long GRAIN_NANOS = 100_000_000;

    private final Set<PlainConnection> running = ConcurrentHashMap.newKeySet();
    private final Thread watcher =
            Thread.ofPlatform().daemon().name("http-deadlines").unstarted(this::watch);
    private volatile boolean isIdle;
    private volatile boolean isClosed;

    void start() {
        watcher.start();
    }

    void begin(PlainConnection connection) {
        running.add(connection);
        if (isIdle) {
            isIdle = false;
            LockSupport.unpark(watcher);
        }
    }

    void end(PlainConnection connection) {
        running.remove(connection);
    }

    private void watch() {
        while (!isClosed) {
            long now = System.nanoTime();
            for (PlainConnection connection : running) {
                if (connection.isPast(now)) {
                    connection.expire();
                }
            }
            isIdle = running.isEmpty();
            if (isIdle && running.isEmpty()) {
                LockSupport.park(this);
                isIdle = false;
            } else {
                isIdle = false;
                LockSupport.parkNanos(this, GRAIN_NANOS);
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(watcher);
    }
}
