package dev.belvedere.server.config;

import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.api.remoteread.RemoteReadFace;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// Section `query`: what one query may use.
///
/// @param limits `query.maxSamples`, `query.maxBytes`, `query.timeout`
/// @param memoryBytes that all queries may hold together (`query.memoryBytes`); absent for a share of the heap
/// @param lookbackMillis how old the newest sample of a series may be to count (`query.lookback`)
/// @param service how queries are governed (`query.maxConcurrent`, `query.maxComputing`, `query.maxQueued`,
///     `query.maxPoints`, `query.slowQuery`, `query.topQueries`, `query.maxPlans`, `query.cacheBytes`)
/// @param workers threads that help queries with their partitions, shared by all; 0 for none (`query.workers`)
/// @param features Prometheus' names of switched-on experimental features (`query.features`)
/// @param maxSearchLimit results that one search for names may ask for, 0 for any number, -1 without the feature
///     `search-api` (`query.maxSearchLimit`)
/// @param remoteRead `query.remoteReadMaxSamples`, `query.remoteReadConcurrency`, `query.remoteReadFrameBytes`
public record QueryConfig(
        QueryBudget.Limits limits,
        OptionalLong memoryBytes,
        long lookbackMillis,
        QueryOptions service,
        int workers,
        Set<String> features,
        int maxSearchLimit,
        RemoteReadFace.Limits remoteRead) {

    private static final int MAX_WORKERS = 1024;

    private static final long MIN_MEMORY_BYTES = 1 << 20;

    private static final String SEARCH = "search-api";

    /// Every feature that there is a switch for.
    private static final Set<String> KNOWN_FEATURES = Set.of(
            "promql-experimental-functions",
            "promql-duration-expr",
            "promql-extended-range-selectors",
            "promql-binop-fill-modifiers",
            "promql-delayed-name-removal",
            SEARCH,
            "type-and-unit-labels",
            "use-start-timestamps");

    public QueryConfig {
        features = Set.copyOf(features);
    }

    /// @param processors as many workers there are, and as many queries compute at once, by default
    static QueryConfig read(YamlMap section, int processors) {
        QueryBudget.Limits defaults = QueryBudget.Limits.DEFAULT;
        Set<String> features = features(section);
        long maxSearchLimit = section.integer("maxSearchLimit", 10_000);
        if (maxSearchLimit < 0 || maxSearchLimit > 1_000_000) {
            throw section.key("maxSearchLimit")
                    .error("query.maxSearchLimit must be 0, for any number, to 1000000, got " + maxSearchLimit);
        }
        QueryConfig config = new QueryConfig(
                new QueryBudget.Limits(
                        section.integer("maxSamples", defaults.maxSamples()),
                        section.byteSize("maxBytes", defaults.maxBytes()),
                        section.durationMillis("timeout", defaults.timeoutMillis())),
                memoryBytes(section),
                section.durationMillis("lookback", 5 * 60_000),
                service(section, processors),
                workers(section, processors),
                features,
                features.contains(SEARCH) ? (int) maxSearchLimit : -1,
                remoteRead(section));
        section.rejectUnknown();
        return config;
    }

    private static OptionalLong memoryBytes(YamlMap section) {
        long bytes = section.byteSize("memoryBytes", Long.MAX_VALUE);
        if (bytes < MIN_MEMORY_BYTES) {
            throw section.key("memoryBytes").error("query.memoryBytes must be at least 1MB, got " + bytes + " bytes");
        }
        return bytes == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /// What all queries may hold together: two fifths of the heap, if nothing else is said.
    public QueryMemory memory(long heapBytes) {
        return new QueryMemory(memoryBytes.orElse(heapBytes / 5 * 2));
    }

    private static int workers(YamlMap section, int processors) {
        long workers = section.integer("workers", processors);
        if (workers < 0 || workers > MAX_WORKERS) {
            throw section.key("workers").error("query.workers must be 0 to " + MAX_WORKERS + ", got " + workers);
        }
        return (int) workers;
    }

    private static QueryOptions service(YamlMap section, int processors) {
        QueryOptions defaults = QueryOptions.DEFAULT;
        return new QueryOptions(
                IngestConfig.count(section, "maxConcurrent", defaults.maxConcurrent()),
                (int) positive(section, "maxComputing", processors, Integer.MAX_VALUE),
                IngestConfig.count(section, "maxQueued", defaults.maxQueued()),
                IngestConfig.count(section, "maxPoints", defaults.maxPoints()),
                section.durationMillis("slowQuery", defaults.slowMillis()),
                IngestConfig.count(section, "topQueries", defaults.topQueries()),
                IngestConfig.count(section, "maxPlans", defaults.maxPlans()),
                section.byteSize("cacheBytes", defaults.cacheBytes()));
    }

    private static RemoteReadFace.Limits remoteRead(YamlMap section) {
        RemoteReadFace.Limits defaults = RemoteReadFace.Limits.DEFAULT;
        return new RemoteReadFace.Limits(
                positive(section, "remoteReadMaxSamples", defaults.maxSamples(), Long.MAX_VALUE),
                (int) positive(section, "remoteReadConcurrency", defaults.maxConcurrent(), 10_000),
                (int) positive(section, "remoteReadFrameBytes", defaults.maxFrameBytes(), 64 << 20));
    }

    private static long positive(YamlMap section, String name, long whenAbsent, long max) {
        long value = section.integer(name, whenAbsent);
        if (value < 1 || value > max) {
            throw section.key(name).error("query." + name + " must be 1 to " + max + ", got " + value);
        }
        return value;
    }

    private static Set<String> features(YamlMap section) {
        Set<String> features = new TreeSet<>();
        for (YamlNode node : section.list("features")) {
            if (!KNOWN_FEATURES.contains(node.string())) {
                throw node.error("there is no feature \"" + node.string() + "\"; there are "
                        + String.join(", ", new TreeSet<>(KNOWN_FEATURES)));
            }
            features.add(node.string());
        }
        return features;
    }

    /// How PromQL is parsed and evaluated.
    public PromqlOptions promql(PrometheusConfig prometheus) {
        ParserOptions parser = new ParserOptions(
                features.contains("promql-experimental-functions"),
                features.contains("promql-extended-range-selectors"),
                features.contains("promql-binop-fill-modifiers"));
        return new PromqlOptions(
                parser,
                lookbackMillis,
                prometheus.global().evaluationIntervalMillis(),
                features.contains("promql-delayed-name-removal"),
                features.contains("type-and-unit-labels"),
                features.contains("use-start-timestamps"));
    }
}
