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
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A metric store as maps: series by labels, samples by time. Keeps everything, loses it with the process.
///
/// The reference that languages and faces are tested against; nothing in it is fast. All state is guarded by the
/// store.
public final class MemoryMetricStore implements MetricStore {

    /// A float or a histogram at one moment.
    record Sample(double value, @Nullable NativeHistogram histogram, long startMillis) {

        boolean sameAs(Sample other) {
            return histogram == null
                    ? other.histogram == null
                            && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(other.value)
                    : histogram.equals(other.histogram);
        }
    }

    record Series(Labels labels, TreeMap<Long, Sample> samples, List<Exemplar> exemplars) {}

    private record Pending(Series series, long timestampMillis, Sample sample) {}

    private static final class TenantData {
        final Map<Labels, Integer> refs = new HashMap<>();
        final List<Series> series = new ArrayList<>();
        final Map<String, MetricMetadata> metadata = new TreeMap<>();
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
        return new MemoryQuerier(snapshot(data(tenant)), budget);
    }

    private synchronized TenantData data(Tenant tenant) {
        return tenants.computeIfAbsent(tenant, t -> new TenantData());
    }

    private synchronized TenantData snapshot(TenantData data) {
        TenantData copy = new TenantData();
        for (Series series : data.series) {
            copy.series.add(
                    new Series(series.labels(), new TreeMap<>(series.samples()), List.copyOf(series.exemplars())));
        }
        copy.metadata.putAll(data.metadata);
        return copy;
    }

    private final class MemoryAppender implements MetricAppender {

        private final TenantData data;
        private final AppendOptions options;
        private final List<Pending> pending = new ArrayList<>();
        private final Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
        private @Nullable Rejection firstRejected;

        MemoryAppender(TenantData data, AppendOptions options) {
            this.data = data;
            this.options = options;
        }

        @Override
        public long series(Labels labels) {
            synchronized (MemoryMetricStore.this) {
                return data.refs.computeIfAbsent(labels, key -> {
                    data.series.add(new Series(key, new TreeMap<>(), new ArrayList<>()));
                    return data.series.size() - 1;
                });
            }
        }

        private Series at(long ref) {
            synchronized (MemoryMetricStore.this) {
                return data.series.get((int) ref);
            }
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, double value) {
            pending.add(new Pending(at(ref), timestampMillis, new Sample(value, null, startMillis)));
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
            pending.add(new Pending(at(ref), timestampMillis, new Sample(SampleValues.ABSENT, histogram, startMillis)));
        }

        @Override
        public void appendExemplar(long ref, Exemplar exemplar) {
            synchronized (MemoryMetricStore.this) {
                at(ref).exemplars().add(exemplar);
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
            rejected.clear();
            firstRejected = null;
            synchronized (MemoryMetricStore.this) {
                for (Pending p : pending) {
                    accepted += apply(p) ? 1 : 0;
                }
            }
            pending.clear();
            return new AppendOutcome(accepted, rejected, Optional.ofNullable(firstRejected));
        }

        private boolean apply(Pending p) {
            TreeMap<Long, Sample> samples = p.series().samples();
            Sample present = samples.get(p.timestampMillis());
            if (present != null) {
                return present.sameAs(p.sample()) || reject(p, RejectReason.DUPLICATE_TIMESTAMP, p.timestampMillis());
            }
            if (!samples.isEmpty()) {
                long newest = samples.lastKey();
                if (newest - p.timestampMillis() > outOfOrderWindowMillis) {
                    return reject(p, RejectReason.OUT_OF_ORDER, newest);
                }
            }
            samples.put(p.timestampMillis(), p.sample());
            return true;
        }

        private boolean reject(Pending p, RejectReason reason, long boundMillis) {
            if (!options.discardOutOfOrder()) {
                rejected.merge(reason, 1, Integer::sum);
                if (firstRejected == null) {
                    firstRejected = new Rejection(reason, p.series().labels(), p.timestampMillis(), boundMillis);
                }
            }
            return false;
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

    /// Works on a copy, so that it needs no lock.
    private record MemoryQuerier(TenantData data, QueryBudget budget) implements MetricQuerier {

        private Stream<Series> matching(List<LabelMatcher> matchers, TimeRange range) {
            return data.series.stream()
                    .filter(s -> matchers.stream().allMatch(m -> m.matches(s.labels())))
                    .filter(s -> !s.samples()
                            .subMap(range.startMillis(), true, range.endMillis(), true)
                            .isEmpty());
        }

        @Override
        public List<SeriesCursor> select(SelectRequest request) {
            TimeRange range = new TimeRange(request.startMillis(), request.endMillis());
            return List.of(new MemoryCursor(matching(request.matchers(), range).iterator(), range, budget));
        }

        @Override
        public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
            return limited(matching(matchers, range).map(Series::labels).sorted(), limit);
        }

        @Override
        public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
            TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
            matching(matchers, range).forEach(s -> s.labels().forEach((name, value) -> names.add(name)));
            return limited(names.stream(), limit);
        }

        @Override
        public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
            TreeSet<String> values = new TreeSet<>(Labels::compareUtf8);
            matching(matchers, range)
                    .map(s -> s.labels().get(name))
                    .filter(v -> !v.isEmpty())
                    .forEach(values::add);
            return limited(values.stream(), limit);
        }

        private static <T> List<T> limited(Stream<T> all, int limit) {
            return (limit > 0 ? all.limit(limit) : all).toList();
        }

        @Override
        public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
            Map<Labels, List<Exemplar>> result = new TreeMap<>();
            for (Series series : data.series) {
                List<Exemplar> inRange = series.exemplars().stream()
                        .filter(e -> range.contains(e.timestampMillis()))
                        .toList();
                if (!inRange.isEmpty() && matchers.stream().allMatch(m -> m.matches(series.labels()))) {
                    result.put(series.labels(), inRange);
                }
            }
            return result;
        }

        @Override
        public Map<String, MetricMetadata> metadata() {
            return data.metadata;
        }

        @Override
        public void close() {}
    }
}
