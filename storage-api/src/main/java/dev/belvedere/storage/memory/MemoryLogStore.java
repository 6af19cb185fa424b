package dev.belvedere.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Logs in a sorted map: the reference for what a log store answers. Nothing is durable.
public final class MemoryLogStore implements LogStore {

    /// Everything of a record but when it was observed: a retry has the same.
    private record Identity(LogRecord withoutObservedTime) {
        static Identity of(LogRecord record) {
            return new Identity(new LogRecord(
                    record.stream(),
                    record.timestampNanos(),
                    0,
                    record.severity(),
                    record.line(),
                    record.attributes(),
                    record.traceId(),
                    record.spanId()));
        }
    }

    private static final class TenantLogs {
        final NavigableMap<Long, Map<Identity, LogRecord>> byTime = new TreeMap<>();
        long recordCount;
    }

    @GuardedBy("this")
    private final Map<Tenant, TenantLogs> tenants = new HashMap<>();

    @Override
    public synchronized void append(Tenant tenant, List<LogRecord> records) {
        TenantLogs logs = tenants.computeIfAbsent(tenant, key -> new TenantLogs());
        for (LogRecord record : records) {
            Map<Identity, LogRecord> sameTime =
                    logs.byTime.computeIfAbsent(record.timestampNanos(), key -> new LinkedHashMap<>());
            if (sameTime.putIfAbsent(Identity.of(record), record) == null) {
                logs.recordCount++;
            }
        }
    }

    @Override
    public LogCursor select(Tenant tenant, LogRequest request, QueryBudget budget) {
        boolean isBackward = request.direction() == LogRequest.Direction.BACKWARD;
        List<LogRecord> records = new ArrayList<>();
        for (LogRecord record : between(tenant, request.startNanos(), request.endNanos())) {
            if (request.matchers().stream().allMatch(matcher -> matcher.matches(record.stream()))) {
                budget.chargeBytesRead(record.line().length());
                records.add(record);
            }
        }
        return new ListCursor(isBackward ? records.reversed() : records);
    }

    private synchronized List<LogRecord> between(Tenant tenant, long startNanos, long endNanos) {
        TenantLogs logs = tenants.get(tenant);
        if (logs == null || endNanos <= startNanos) {
            return List.of();
        }
        List<LogRecord> records = new ArrayList<>();
        for (Map<Identity, LogRecord> sameTime :
                logs.byTime.subMap(startNanos, endNanos).values()) {
            records.addAll(sameTime.values());
        }
        return records;
    }

    private synchronized List<LogRecord> all(Tenant tenant) {
        TenantLogs logs = tenants.get(tenant);
        if (logs == null) {
            return List.of();
        }
        return logs.byTime.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .toList();
    }

    @Override
    public List<LogRecord> ofTrace(Tenant tenant, TraceId traceId, int limit, QueryBudget budget) {
        return all(tenant).stream()
                .filter(record -> record.traceId().equals(traceId))
                .limit(limit)
                .toList();
    }

    @Override
    public List<Labels> streams(
            Tenant tenant, List<List<LabelMatcher>> anyOf, long startNanos, long endNanos, QueryBudget budget) {
        Set<Labels> streams = new TreeSet<>();
        for (LogRecord record : between(tenant, startNanos, endNanos)) {
            if (anyOf.stream().anyMatch(all -> all.stream().allMatch(matcher -> matcher.matches(record.stream())))) {
                streams.add(record.stream());
            }
        }
        return List.copyOf(streams);
    }

    @Override
    public synchronized Statistics statistics(Tenant tenant) {
        TenantLogs logs = tenants.get(tenant);
        if (logs == null || logs.byTime.isEmpty()) {
            return new Statistics(0, 0, 0, 0, 0);
        }
        Set<Labels> streams = new LinkedHashSet<>();
        all(tenant).forEach(record -> streams.add(record.stream()));
        return new Statistics(logs.recordCount, streams.size(), 0, logs.byTime.firstKey(), logs.byTime.lastKey());
    }

    private static final class ListCursor implements LogCursor {

        private final List<LogRecord> records;
        private int at = -1;

        ListCursor(List<LogRecord> records) {
            this.records = Collections.unmodifiableList(records);
        }

        @Override
        public boolean next() {
            at++;
            return at < records.size();
        }

        @Override
        public LogRecord entry() {
            return records.get(at);
        }

        @Override
        public void close() {}
    }
}
