package dev.belvedere.server.self;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// What Belvedere has to tell of itself on its way into a store: offered from any thread without waiting, stored in
/// batches by a thread of its own.
///
/// When the queue is full or the store refuses, items are dropped and counted: observing must never hinder.
final class OwnQueue<T> implements AutoCloseable {

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_BATCH = 1000;
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final BlockingQueue<T> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Consumer<List<T>> store;
    private final TimeSource time;
    private final Counter dropped;
    private final Thread thread;

    private OwnQueue(String name, Consumer<List<T>> store, TimeSource time, Counter dropped) {
        this.store = store;
        this.time = time;
        this.dropped = dropped;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    static <T> OwnQueue<T> start(String name, Consumer<List<T>> store, TimeSource time, Counter dropped) {
        OwnQueue<T> queue = new OwnQueue<>(name, store, time, dropped);
        queue.thread.start();
        return queue;
    }

    void offer(T item) {
        if (!waiting.offer(item)) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (true) {
                time.sleep(INTERVAL);
                drain();
            }
        } catch (InterruptedException e) {
            drain();
        }
    }

    private void drain() {
        List<T> batch = new ArrayList<>();
        while (waiting.drainTo(batch, MAX_BATCH) > 0) {
            try {
                store.accept(batch);
            } catch (OperationException e) {
                dropped.add(batch.size());
            }
            batch.clear();
        }
    }

    /// Stores what waits, then stops.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
