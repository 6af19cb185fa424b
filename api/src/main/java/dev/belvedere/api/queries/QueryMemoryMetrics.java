package dev.belvedere.api.queries;

import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.storage.QueryMemory;

/// What is counted of the memory that queries share.
public final class QueryMemoryMetrics {

    private QueryMemoryMetrics() {}

    public static void register(MetricRegistry registry, QueryMemory memory) {
        registry.gauge(
                "belvedere_query_memory_bytes",
                "What running queries hold in memory together, their answers included.",
                memory::heldBytes);
        registry.gauge(
                "belvedere_query_memory_max_bytes",
                "Most that they may hold together: query.memoryBytes.",
                memory::maxBytes);
        registry.gauge("belvedere_query_memory_waiting", "Threads of queries that wait for memory.", memory::waiting);
        registry.counter(
                "belvedere_query_memory_waits_total", "How often a query had to wait for memory.", memory::waits);
        String refused = "belvedere_query_memory_refused_total";
        String help =
                "Queries that were refused for memory: for others to go on, or since they wanted more than one may"
                        + " have.";
        registry.counter(refused, help, memory::refusedForOthers, "reason", "others");
        registry.counter(refused, help, memory::refusedAsTooLarge, "reason", "too_large");
    }
}
