package dev.belvedere.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.AppendOutcome.Rejection;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A metric store as maps: series by labels, samples by time. Keeps everything, loses it with the process.
///
/// The reference that languages and faces are tested against; nothing in it is fast. All state is
/// guarded by the store.
public final class MemoryMetricStore implements MetricStore {

    /// One sample that waits for its commit.
    private record Pending(
            MemorySeries series,
            long timestampMillis,
            long startMillis,
            double value,
            @Nullable NativeHistogram histogram) {}

    private static final class TenantData {
        final Map<Labels, Integer> refs = new HashMap<>();
        final List<MemorySeries> series = new ArrayList<>();
        final Map<String, MetricMetadata> metadata = new TreeMap<>();
        final ChangeLog changes = new ChangeLog();
    }

    private final long outOfOrderWindowMillis;

    @GuardedBy("this")
    private final Map<Tenant, TenantData> tenants = new HashMap<>();

    /// A store that takes samples in any order.
    public MemoryMetricStore() {
        this(Long.MAX_VALUE);
    }

    /// @param outOfOrderWindowMillis how far behind the newest sample of its series another may come
    public MemoryMetricStore(long outOfOrderWindowMillis) {
        this.outOfOrderWindowMillis = outOfOrderWindowMillis;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(false, true, true, outOfOrderWindowMillis);
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        return new MemoryAppender(data(tenant), options);
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return snapshot(data(tenant), budget);
    }

    @Override
    public Optional<ChangeLog> changes(Tenant tenant) {
        return Optional.of(data(tenant).changes);
    }

    /// Removes matching samples.
    public synchronized void deleteSeries(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
        TenantData data = data(tenant);
        boolean isChanged = false;
        for (MemorySeries series : data.series) {
            if (matchers.stream().allMatch(m -> m.matches(series.labels()))) {
                isChanged |= series.delete(range);
            }
        }
        if (isChanged) {
            data.changes.note(range.startMillis());
        }
    }

    private synchronized TenantData data(Tenant tenant) {
        return tenants.computeIfAbsent(tenant, t -> new TenantData());
    }

    private synchronized MemoryQuerier snapshot(TenantData data, QueryBudget budget) {
        List<MemorySeries.View> views = new ArrayList<>(data.series.size());
        for (MemorySeries series : data.series) {
            views.add(series.view());
        }
        return new MemoryQuerier(views, new TreeMap<>(data.metadata), budget);
    }

    private final class MemoryAppender implements MetricAppender {

        private final TenantData data;
        private final AppendOptions options;
        private final List<Pending> pending = new ArrayList<>();
        private final Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
        private int rejectedHistograms;
        private @Nullable Rejection firstRejected;

        MemoryAppender(TenantData data, AppendOptions options) {
            this.data = data;
            this.options = options;
        }

        @Override
        public long series(Labels labels) {
            synchronized (MemoryMetricStore.this) {
                return data.refs.computeIfAbsent(labels, key -> {
                    data.series.add(new MemorySeries(key));
                    return data.series.size() - 1;
                });
            }
        }

        private MemorySeries at(long ref) {
            synchronized (MemoryMetricStore.this) {
                return data.series.get((int) ref);
            }
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, double value) {
            pending.add(new Pending(at(ref), timestampMillis, startMillis, value, null));
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
            pending.add(new Pending(at(ref), timestampMillis, startMillis, SampleValues.ABSENT, histogram));
        }

        @Override
        public void appendExemplar(long ref, Exemplar exemplar) {
            synchronized (MemoryMetricStore.this) {
                at(ref).addExemplar(exemplar);
            }
        }

        @Override
        public void updateMetadata(String metricFamily, MetricMetadata metadata) {
            synchronized (MemoryMetricStore.this) {
                data.metadata.put(metricFamily, metadata);
            }
        }

        @Override
        public int pendingSamples() {
            return pending.size();
        }

        @Override
        public AppendOutcome commit() {
            int accepted = 0;
            long lowest = Long.MAX_VALUE;
            rejected.clear();
            rejectedHistograms = 0;
            firstRejected = null;
            synchronized (MemoryMetricStore.this) {
                for (Pending p : pending) {
                    if (apply(p)) {
                        accepted++;
                        lowest = Math.min(lowest, p.timestampMillis());
                    }
                }
                if (accepted > 0) {
                    data.changes.note(lowest);
                }
            }
            pending.clear();
            return new AppendOutcome(accepted, rejected, rejectedHistograms, 0, Optional.ofNullable(firstRejected));
        }

        private boolean apply(Pending p) {
            MemorySeries series = p.series();
            if (series.hasSampleAt(p.timestampMillis())) {
                return series.hasSame(p.timestampMillis(), p.value(), p.histogram())
                        || reject(p, RejectReason.DUPLICATE_TIMESTAMP, p.timestampMillis());
            }
            if (!options.takesAnyAge()
                    && !series.isEmpty()
                    && series.newestMillis() - p.timestampMillis() > outOfOrderWindowMillis) {
                return reject(p, RejectReason.OUT_OF_ORDER, series.newestMillis());
            }
            series.insert(p.timestampMillis(), p.startMillis(), p.value(), p.histogram());
            return true;
        }

        private boolean reject(Pending p, RejectReason reason, long boundMillis) {
            if (!options.discardOutOfOrder()) {
                rejected.merge(reason, 1, Integer::sum);
                rejectedHistograms += p.histogram() == null ? 0 : 1;
                if (firstRejected == null) {
                    firstRejected = new Rejection(reason, p.series().labels(), p.timestampMillis(), boundMillis);
                }
            }
            return false;
        }

        /// Nothing here is more durable than this.
        @Override
        public void whenDurable(CommitListener listener) {
            listener.durable();
        }

        @Override
        public void rollback() {
            pending.clear();
        }

        @Override
        public void close() {
            rollback();
        }
    }
}
