package dev.belvedere.agent;

import dev.belvedere.agent.logs.LogSink;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Events on their way to the sink: offered without waiting, delivered by a thread of its own until they are
/// accepted. Beyond its room events are dropped and counted.
final class PendingEvents implements AutoCloseable {

    private static final int MAX_WAITING = 1000;
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final BlockingQueue<LogRecord> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LogSink sink;
    private final TimeSource time;
    private final Counter dropped;
    private final Thread thread;

    PendingEvents(LogSink sink, TimeSource time, Counter dropped) {
        this.sink = sink;
        this.time = time;
        this.dropped = dropped;
        this.thread = Thread.ofVirtual().name("agent-events").start(this::run);
    }

    void offer(LogRecord event) {
        if (!waiting.offer(event)) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (true) {
                List<LogRecord> batch = new ArrayList<>();
                batch.add(waiting.take());
                waiting.drainTo(batch);
                deliver(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(List<LogRecord> batch) throws InterruptedException {
        while (true) {
            try {
                sink.accept(batch);
                return;
            } catch (OperationException e) {
                if (e.fault() == Fault.USER) {
                    dropped.add(batch.size());
                    return;
                }
                time.sleep(RETRY);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
