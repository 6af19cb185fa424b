package dev.belvedere.promql.evaluation;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Threads that help queries with their partitions, shared by all queries. Safe from any thread.
///
/// Nothing ever waits for a worker: a query offers work, and does it itself where no worker is free.
public final class QueryWorkers implements AutoCloseable {

    private final Semaphore free;
    private final ExecutorService threads;
    private final BooleanSupplier isCrowded;
    private final AtomicLong taken = new AtomicLong();

    /// @param count how many threads: as many as there are processors
    /// @param isCrowded whether other queries want the processors, so that none should take more than one
    public QueryWorkers(int count, BooleanSupplier isCrowded) {
        this.free = new Semaphore(count);
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("query-worker-", 1).factory());
        this.isCrowded = isCrowded;
    }

    /// Has a worker do something, soon.
    ///
    /// @return false if none is free or queries are waiting
    boolean offer(Runnable work) {
        if (isCrowded.getAsBoolean() || !free.tryAcquire()) {
            return false;
        }
        taken.incrementAndGet();
        threads.execute(() -> {
            try {
                work.run();
            } finally {
                free.release();
            }
        });
        return true;
    }

    /// How many offers were taken.
    public long takenCount() {
        return taken.get();
    }

    /// Workers at work finish; queries go on without them.
    @Override
    public void close() {
        free.drainPermits();
        threads.shutdown();
    }
}
