package dev.belvedere.api.prometheus;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A store that holds every reader until it is let go or its query ends.
final class HeldStore implements MetricStore {

    private final MetricStore store;
    final Semaphore readers = new Semaphore(0);
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicInteger ended = new AtomicInteger();

    /// What each query holds that is held here.
    volatile long heldBytes;

    HeldStore(MetricStore store) {
        this.store = store;
    }

    /// Returns once so many more readers are held.
    void awaitReaders(int count) throws InterruptedException {
        if (!readers.tryAcquire(count, 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no reader came");
        }
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        return store.appender(tenant, options);
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        budget.holdBytes(heldBytes);
        readers.release();
        try {
            while (!gate.await(2, TimeUnit.MILLISECONDS)) {
                budget.check();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            ended.incrementAndGet();
        }
        return store.querier(tenant, budget);
    }

    @Override
    public Capabilities capabilities() {
        return store.capabilities();
    }
}
