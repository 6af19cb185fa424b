package dev.belvedere.server;

import dev.belvedere.api.queries.ActiveQueryFile;
import dev.belvedere.api.queries.QueryLog;
import dev.belvedere.api.queries.QueryMemoryMetrics;
import dev.belvedere.api.queries.QueryRuns;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.evaluation.QueryWorkers;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.storage.QueryMemory;
import java.nio.file.Path;
import java.util.Optional;

/// Queries, from one configuration to the next.
final class Queries implements AutoCloseable {

    private static final String ACTIVE_FILE = "queries.active";

    private final QueryService service;
    private final QueryLog log;
    private final ActiveQueryFile file;
    private final PromqlEngine ruleEngine;
    private final Optional<QueryWorkers> workers;
    private final QueryMemory memory;

    private Queries(
            QueryService service,
            QueryLog log,
            ActiveQueryFile file,
            PromqlEngine ruleEngine,
            Optional<QueryWorkers> workers,
            QueryMemory memory) {
        this.service = service;
        this.log = log;
        this.file = file;
        this.ruleEngine = ruleEngine;
        this.workers = workers;
        this.memory = memory;
    }

    static Queries open(ServerConfig config, Disk disk, Path stateDirectory, TimeSource time, MetricRegistry registry) {
        PromqlOptions options = config.query().promql(config.prometheus());
        ActiveQueryFile file = ActiveQueryFile.open(disk, stateDirectory.resolve(ACTIVE_FILE));
        file.logUnfinished();
        QueryLog log = new QueryLog(disk);
        QueryRuns runs = new QueryRuns(config.query().service(), time, registry, log, Optional.of(file));
        Optional<QueryWorkers> workers = workers(config.query().workers(), runs, registry);
        QueryService service = new QueryService(new PromqlEngine(options, Optional.empty(), workers), runs, registry);
        PromqlEngine ruleEngine = new PromqlEngine(options, Optional.of(service.rules()), workers);
        QueryMemory memory = config.query().memory(Runtime.getRuntime().maxMemory());
        QueryMemoryMetrics.register(registry, memory);
        return new Queries(service, log, file, ruleEngine, workers, memory);
    }

    private static Optional<QueryWorkers> workers(int count, QueryRuns runs, MetricRegistry registry) {
        if (count == 0) {
            return Optional.empty();
        }
        QueryWorkers workers = new QueryWorkers(count, () -> runs.isCrowded(count));
        registry.gauge("belvedere_query_workers", "Threads that help queries: query.workers.", () -> count);
        registry.counter(
                "belvedere_query_worker_tasks_total",
                "How often a thread helped a query with its partitions.",
                workers::takenCount);
        return Optional.of(workers);
    }

    /// Opens the query log that a configuration names.
    void apply(Optional<Path> logFile) {
        log.reopen(logFile);
    }

    QueryService service() {
        return service;
    }

    /// What all queries hold together.
    QueryMemory memory() {
        return memory;
    }

    PromqlEngine ruleEngine() {
        return ruleEngine;
    }

    @Override
    public void close() {
        workers.ifPresent(QueryWorkers::close);
        log.close();
        file.close();
    }
}
