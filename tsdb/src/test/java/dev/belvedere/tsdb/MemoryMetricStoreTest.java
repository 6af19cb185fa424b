package dev.belvedere.tsdb;

import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.MetricStoreContract;

/// The store of maps that others are tested against.
class MemoryMetricStoreTest extends MetricStoreContract {

    private MetricStore store = new MemoryMetricStore();

    @Override
    protected MetricStore open() {
        store = new MemoryMetricStore(WINDOW_MILLIS);
        return store;
    }

    @Override
    protected MetricStore reopen() {
        return store;
    }

    @Override
    protected void shutDown() {}
}
