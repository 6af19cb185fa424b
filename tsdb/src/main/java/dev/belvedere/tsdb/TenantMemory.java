package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.metrics.ChangeLog;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// What a tenant has that is not durable: metadata, the newest exemplars, the log of changes. Safe from any thread.
final class TenantMemory {

    /// Metric families with metadata; further ones are not taken.
    private static final int MAX_FAMILIES = 100_000;

    private final ExemplarRing exemplars;

    @GuardedBy("this")
    private final Map<String, MetricMetadata> metadata = new TreeMap<>();

    private final ChangeLog changes;

    /// @param hiddenBefore the time before which retention may hide samples at any moment
    TenantMemory(LongSupplier hiddenBefore, ExemplarRing exemplars) {
        this.changes = new ChangeLog(hiddenBefore);
        this.exemplars = exemplars;
    }

    ExemplarRing exemplars() {
        return exemplars;
    }

    /// What queries could see change, over all partitions.
    ChangeLog changes() {
        return changes;
    }

    synchronized void putMetadata(String family, MetricMetadata of) {
        if (metadata.size() < MAX_FAMILIES || metadata.containsKey(family)) {
            metadata.put(family, of);
        }
    }

    synchronized Map<String, MetricMetadata> metadata() {
        return new LinkedHashMap<>(metadata);
    }
}
