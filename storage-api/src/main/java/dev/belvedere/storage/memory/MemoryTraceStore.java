package dev.belvedere.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Spans in maps by trace: the reference for what a trace store answers. Nothing is durable.
public final class MemoryTraceStore implements TraceStore {

    private static final Comparator<Span> BY_START = Comparator.comparingLong(Span::startNanos)
            .thenComparing(span -> span.id().bits(), Long::compareUnsigned)
            .thenComparing(Span::kind);

    private record Identity(SpanId id, Span.Kind kind) {}

    private record Found(TraceId id, long latestMatchNanos) {
        static final Comparator<Found> NEWEST_FIRST = Comparator.comparingLong(Found::latestMatchNanos)
                .reversed()
                .thenComparing(found -> found.id().high(), Long::compareUnsigned)
                .thenComparing(found -> found.id().low(), Long::compareUnsigned);
    }

    @GuardedBy("this")
    private final Map<Tenant, Map<TraceId, Map<Identity, Span>>> tenants = new HashMap<>();

    @Override
    public synchronized void append(Tenant tenant, List<Span> spans) {
        Map<TraceId, Map<Identity, Span>> traces = tenants.computeIfAbsent(tenant, key -> new LinkedHashMap<>());
        for (Span span : spans) {
            traces.computeIfAbsent(span.traceId(), key -> new LinkedHashMap<>())
                    .putIfAbsent(new Identity(span.id(), span.kind()), span);
        }
    }

    @Override
    public synchronized List<Span> trace(Tenant tenant, TraceId id, QueryBudget budget) {
        List<Span> spans = new ArrayList<>(tenants.getOrDefault(tenant, Map.of())
                .getOrDefault(id, Map.of())
                .values());
        spans.sort(BY_START);
        return spans;
    }

    @Override
    public synchronized List<List<Span>> search(Tenant tenant, TraceSearch search, QueryBudget budget) {
        Map<TraceId, Long> latestMatch = new HashMap<>();
        for (Span span : all(tenant)) {
            budget.check();
            if (search.matches(span)) {
                latestMatch.merge(span.traceId(), span.startNanos(), Math::max);
            }
        }
        return latestMatch.entrySet().stream()
                .map(entry -> new Found(entry.getKey(), entry.getValue()))
                .sorted(Found.NEWEST_FIRST)
                .limit(search.limit())
                .map(found -> trace(tenant, found.id(), budget))
                .toList();
    }

    @Override
    public synchronized Set<String> services(Tenant tenant, long startNanos, long endNanos, QueryBudget budget) {
        Set<String> services = new TreeSet<>();
        for (Span span : all(tenant)) {
            budget.check();
            if (span.startNanos() >= startNanos && span.startNanos() < endNanos) {
                services.add(span.resource().serviceName());
            }
        }
        return services;
    }

    @Override
    public synchronized Set<Operation> operations(
            Tenant tenant, String service, long startNanos, long endNanos, QueryBudget budget) {
        Set<Operation> operations = new TreeSet<>();
        for (Span span : all(tenant)) {
            budget.check();
            String spanService = span.resource().serviceName();
            if (span.startNanos() >= startNanos
                    && span.startNanos() < endNanos
                    && (service.isEmpty() || service.equals(spanService))) {
                operations.add(new Operation(spanService, span.name(), span.kind()));
            }
        }
        return operations;
    }

    @Override
    public synchronized Statistics statistics(Tenant tenant) {
        List<Span> spans = all(tenant);
        if (spans.isEmpty()) {
            return new Statistics(0, 0, 0, 0, 0);
        }
        return new Statistics(
                spans.size(),
                tenants.getOrDefault(tenant, Map.of()).size(),
                0,
                spans.stream().mapToLong(Span::startNanos).min().orElseThrow(),
                spans.stream().mapToLong(Span::startNanos).max().orElseThrow());
    }

    @GuardedBy("this")
    private List<Span> all(Tenant tenant) {
        List<Span> spans = new ArrayList<>();
        tenants.getOrDefault(tenant, Map.of()).values().forEach(trace -> spans.addAll(trace.values()));
        return spans;
    }
}
