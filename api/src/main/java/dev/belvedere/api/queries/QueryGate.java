package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets so many queries run at once and so many wait. Tenants take turns; the queries of one come first come first
/// served. A full queue takes a place in it from the tenant that has most, for one that has fewer.
final class QueryGate {

    /// How soon a waiting query notices that it was cancelled.
    private static final long CHECK_MILLIS = 20;

    /// One that waits: for its place, or for being sent away.
    private static final class Waiter {
        final CountDownLatch settled = new CountDownLatch(1);

        /// Written before `settled` is, read after.
        boolean isAdmitted;
    }

    private final int maxConcurrent;
    private final int maxQueued;

    @GuardedBy("this")
    private int running;

    @GuardedBy("this")
    private int waiting;

    /// Tenants with queries that wait, in the order of their turns.
    @GuardedBy("this")
    private final Map<Tenant, ArrayDeque<Waiter>> queues = new LinkedHashMap<>();

    QueryGate(int maxConcurrent, int maxQueued) {
        this.maxConcurrent = maxConcurrent;
        this.maxQueued = maxQueued;
    }

    /// Takes a place, which [#leave] gives back, if that needs no waiting.
    synchronized boolean tryEnter() {
        if (waiting > 0 || running >= maxConcurrent) {
            return false;
        }
        running++;
        return true;
    }

    /// Returns with a place, which [#leave] gives back.
    ///
    /// @throws OperationException `query_queue_full`, or what the budget says while the query waits
    void enter(Tenant tenant, QueryBudget budget) {
        Waiter waiter;
        synchronized (this) {
            if (tryEnter()) {
                return;
            }
            waiter = enqueueLocked(tenant);
        }
        boolean isAdmitted = false;
        try {
            while (!waiter.settled.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                check(budget);
            }
            isAdmitted = waiter.isAdmitted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryCancelledException(
                    "query_cancelled", Fault.OVERLOAD, "query was cancelled: the server is stopping");
        } finally {
            if (!isAdmitted) {
                withdraw(tenant, waiter);
            }
        }
        if (!isAdmitted) {
            throw full();
        }
    }

    @GuardedBy("this")
    private Waiter enqueueLocked(Tenant tenant) {
        ArrayDeque<Waiter> own = queues.getOrDefault(tenant, new ArrayDeque<>());
        if (waiting >= maxQueued) {
            ArrayDeque<Waiter> longest = queues.values().stream()
                    .max(Comparator.comparingInt(ArrayDeque::size))
                    .orElse(own);
            if (longest.size() <= own.size() + 1) {
                throw full();
            }
            longest.removeLast().settled.countDown();
            waiting--;
        }
        Waiter waiter = new Waiter();
        own.addLast(waiter);
        queues.putIfAbsent(tenant, own);
        waiting++;
        return waiter;
    }

    /// Takes a query out that does not wait any more; a place that it was given meanwhile goes to the next.
    private synchronized void withdraw(Tenant tenant, Waiter waiter) {
        if (waiter.isAdmitted) {
            leave();
            return;
        }
        ArrayDeque<Waiter> own = queues.get(tenant);
        if (own != null && own.remove(waiter)) {
            waiting--;
            if (own.isEmpty()) {
                queues.remove(tenant);
            }
        }
    }

    private OperationException full() {
        return new OperationException(
                "query_queue_full",
                Fault.OVERLOAD,
                maxConcurrent + " queries are running and " + maxQueued
                        + " wait: try again later, or raise query.maxConcurrent or query.maxQueued");
    }

    private void check(QueryBudget budget) {
        try {
            budget.checkLeft();
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

    /// Gives the place to the first query of the tenant whose turn it is.
    synchronized void leave() {
        if (queues.isEmpty()) {
            running--;
            return;
        }
        Iterator<Map.Entry<Tenant, ArrayDeque<Waiter>>> turns =
                queues.entrySet().iterator();
        Map.Entry<Tenant, ArrayDeque<Waiter>> next = turns.next();
        Tenant tenant = next.getKey();
        ArrayDeque<Waiter> own = next.getValue();
        turns.remove();
        Waiter first = own.removeFirst();
        waiting--;
        if (!own.isEmpty()) {
            queues.put(tenant, own);
        }
        first.isAdmitted = true;
        first.settled.countDown();
    }

    synchronized int running() {
        return running;
    }

    synchronized int waiting() {
        return waiting;
    }
}
