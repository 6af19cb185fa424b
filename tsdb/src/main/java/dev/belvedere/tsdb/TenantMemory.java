package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.metrics.ChangeLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// What a tenant has that is not durable: metadata, the newest exemplars, the log of changes. Safe from any thread.
final class TenantMemory {

    /// Exemplars kept; the oldest go.
    private static final int MAX_EXEMPLARS = 100_000;

    /// Metric families with metadata; further ones are not taken.
    private static final int MAX_FAMILIES = 100_000;

    private record Kept(Labels series, Exemplar exemplar) {}

    @GuardedBy("this")
    private final Deque<Kept> exemplars = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<String, MetricMetadata> metadata = new TreeMap<>();

    private final ChangeLog changes;

    /// @param hiddenBefore the time before which retention may hide samples at any moment
    TenantMemory(LongSupplier hiddenBefore) {
        this.changes = new ChangeLog(hiddenBefore);
    }

    /// What queries could see change, over all partitions.
    ChangeLog changes() {
        return changes;
    }

    synchronized void addExemplar(Labels series, Exemplar exemplar) {
        exemplars.addLast(new Kept(series, exemplar));
        if (exemplars.size() > MAX_EXEMPLARS) {
            exemplars.removeFirst();
        }
    }

    synchronized void putMetadata(String family, MetricMetadata of) {
        if (metadata.size() < MAX_FAMILIES || metadata.containsKey(family)) {
            metadata.put(family, of);
        }
    }

    synchronized Map<String, MetricMetadata> metadata() {
        return new LinkedHashMap<>(metadata);
    }

    synchronized Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
        Map<Labels, List<Exemplar>> found = new TreeMap<>();
        for (Kept kept : exemplars) {
            if (range.contains(kept.exemplar().timestampMillis())
                    && matchers.stream().allMatch(m -> m.matches(kept.series()))) {
                found.computeIfAbsent(kept.series(), key -> new ArrayList<>()).add(kept.exemplar());
            }
        }
        for (List<Exemplar> each : found.values()) {
            each.sort(Comparator.comparingLong(Exemplar::timestampMillis));
        }
        return found;
    }
}
