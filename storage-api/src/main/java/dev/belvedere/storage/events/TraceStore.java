package dev.belvedere.storage.events;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.Set;

/// Spans at rest. Safe from any thread.
public interface TraceStore {

    /// Stores spans of one request, in any order. They are visible and durable on return. A span whose trace, id
    /// and kind are already there is dropped (a sender's retry).
    ///
    /// @throws dev.belvedere.model.OperationException `disk_full`, `io_error`, `overloaded`: nothing may be
    ///     acknowledged
    void append(Tenant tenant, List<Span> spans);

    /// All spans of a trace, by start time; empty where it is unknown.
    List<Span> trace(Tenant tenant, TraceId id, QueryBudget budget);

    /// Traces with at least one span that satisfies the whole request, each with all its spans by start time: those
    /// whose latest satisfying span started last come first.
    List<List<Span>> search(Tenant tenant, TraceSearch search, QueryBudget budget);

    /// Names of services seen in the range, sorted.
    Set<String> services(Tenant tenant, long startNanos, long endNanos, QueryBudget budget);

    /// Operations (span name and kind) of a service seen in the range, sorted.
    ///
    /// @param service empty for all services
    Set<Operation> operations(Tenant tenant, String service, long startNanos, long endNanos, QueryBudget budget);

    Statistics statistics(Tenant tenant);

    record Operation(String service, String name, Span.Kind kind) implements Comparable<Operation> {
        @Override
        public int compareTo(Operation other) {
            int byService = service.compareTo(other.service);
            int byName = byService != 0 ? byService : name.compareTo(other.name);
            return byName != 0 ? byName : kind.compareTo(other.kind);
        }
    }

    /// @param traceCount at least how many there are; a trace that came over a long time MAY count more than once
    record Statistics(long spanCount, long traceCount, long bytesOnDisk, long minNanos, long maxNanos) {}
}
