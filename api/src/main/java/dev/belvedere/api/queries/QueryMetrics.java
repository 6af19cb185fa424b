package dev.belvedere.api.queries;

import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.Histogram;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.promql.cache.PlanCache;
import dev.belvedere.promql.cache.ResultCache;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is counted of queries.
final class QueryMetrics {

    private static final double[] SECONDS = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100};

    private final Map<QueryLanguage, Map<String, Counter>> byResult = new EnumMap<>(QueryLanguage.class);
    private final Histogram seconds;
    private final Histogram queueSeconds;
    private final Counter samplesRead;
    private final Counter bytesRead;
    private final Counter slow;

    QueryMetrics(MetricRegistry registry) {
        for (QueryLanguage language : QueryLanguage.values()) {
            Map<String, Counter> counters = new HashMap<>();
            for (String result : List.of("success", "error", "cancelled", "timeout", "limit", "refused")) {
                counters.put(
                        result,
                        registry.counter(
                                "belvedere_queries_total",
                                "Queries that are over, by language and result.",
                                "language",
                                language.label(),
                                "result",
                                result));
            }
            byResult.put(language, counters);
        }
        seconds = registry.histogram("belvedere_query_seconds", "Elapsed time of queries, without waiting.", SECONDS);
        queueSeconds =
                registry.histogram("belvedere_query_queue_seconds", "Time that queries waited for a place.", SECONDS);
        samplesRead =
                registry.counter("belvedere_query_samples_read_total", "Samples decoded from storage for queries.");
        bytesRead = registry.counter(
                "belvedere_query_bytes_read_total", "Bytes of logs and traces decoded from storage for queries.");
        slow = registry.counter("belvedere_queries_slow_total", "Queries that took longer than query.slowQuery.");
    }

    static void register(MetricRegistry registry, QueryGate gate, ProcessorTurns turns, QueryOptions options) {
        registry.gauge("belvedere_queries_computing", "Queries whose turn it is to compute.", turns::computing);
        registry.gauge(
                "belvedere_query_processors",
                "Queries that may compute at the same moment: query.maxComputing.",
                options::maxComputing);
        registry.counter(
                "belvedere_query_turns_total",
                "How often a query let others compute before it was over.",
                turns::passes);
        registry.gauge("belvedere_queries_running", "Queries that run.", gate::running);
        registry.gauge("belvedere_queries_waiting", "Queries that wait for a place.", gate::waiting);
        registry.gauge(
                "belvedere_queries_max_concurrent",
                "Queries that may run at once: query.maxConcurrent.",
                options::maxConcurrent);
        registry.gauge("belvedere_queries_max_queued", "Queries that may wait: query.maxQueued.", options::maxQueued);
    }

    static void register(MetricRegistry registry, ResultCache cache, PlanCache plans, QueryOptions options) {
        registry.gauge("belvedere_query_cache_bytes", "Bytes of kept results of range queries.", cache::sizeBytes);
        registry.gauge(
                "belvedere_query_cache_max_bytes",
                "Most bytes of kept results: query.cacheBytes.",
                options::cacheBytes);
        registry.gauge("belvedere_query_cache_entries", "Kept results of range queries.", cache::entries);
        String steps = "belvedere_query_cache_steps_total";
        String help = "Steps of range queries, by whether they were kept or evaluated.";
        registry.counter(steps, help, cache::stepsFromCache, "source", "kept");
        registry.counter(steps, help, cache::stepsEvaluated, "source", "evaluated");
        String lookups = "belvedere_query_plans_total";
        String planHelp = "Queries, by whether their plan was kept or had to be made.";
        registry.counter(lookups, planHelp, plans::hits, "source", "kept");
        registry.counter(lookups, planHelp, plans::misses, "source", "made");
    }

    void count(FinishedQuery query, boolean isSlow) {
        Counter ofResult =
                byResult.getOrDefault(query.description().language(), Map.of()).get(query.result());
        if (ofResult != null) {
            ofResult.increment();
        }
        seconds.observe(query.execNanos() / 1e9);
        queueSeconds.observe(query.queueNanos() / 1e9);
        samplesRead.add(query.samplesRead());
        bytesRead.add(query.bytesRead());
        if (isSlow) {
            slow.increment();
        }
    }
}
