package dev.belvedere.api.queries;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets so many queries run at once and so many wait, first come first served.
final class QueryGate {

    /// How soon a waiting query notices that it was cancelled.
    private static final long CHECK_MILLIS = 20;

    private final int maxConcurrent;
    private final int maxQueued;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();

    QueryGate(int maxConcurrent, int maxQueued) {
        this.maxConcurrent = maxConcurrent;
        this.maxQueued = maxQueued;
        this.places = new Semaphore(maxConcurrent, true);
    }

    /// Returns with a place, which [#leave] gives back.
    ///
    /// @throws OperationException `query_queue_full`, or what the budget says while the query waits
    void enter(QueryBudget budget) {
        if (waiting.get() == 0 && places.tryAcquire()) {
            return;
        }
        try {
            if (waiting.incrementAndGet() > maxQueued) {
                throw new OperationException(
                        "query_queue_full",
                        Fault.OVERLOAD,
                        maxConcurrent + " queries are running and " + maxQueued
                                + " wait: try again later, or raise query.maxConcurrent or query.maxQueued");
            }
            while (!places.tryAcquire(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                check(budget);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryCancelledException(
                    "query_cancelled", Fault.OVERLOAD, "query was cancelled: the server is stopping");
        } finally {
            waiting.decrementAndGet();
        }
    }

    private void check(QueryBudget budget) {
        try {
            budget.check();
        } catch (QueryCancelledException e) {
            if (!e.code().equals("query_timeout")) {
                throw e;
            }
            throw new QueryCancelledException(
                    e.code(),
                    e.fault(),
                    "query timed out in query queue behind " + maxConcurrent
                            + " others: try again later, or raise query.maxConcurrent or query.timeout");
        }
    }

    void leave() {
        places.release();
    }

    int running() {
        return maxConcurrent - places.availablePermits();
    }

    int waiting() {
        return waiting.get();
    }
}
