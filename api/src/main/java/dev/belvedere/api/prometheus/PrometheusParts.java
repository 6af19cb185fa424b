package dev.belvedere.api.prometheus;

import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.scrape.PoolTargets;
import dev.belvedere.storage.metrics.MetricAdmin;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;
import java.util.function.Supplier;

/// What the Prometheus API answers from.
///
/// @param targets of all jobs, as they stand
public record PrometheusParts(
        QueryService queries,
        MetricStore store,
        MetricAdmin admin,
        TenantResolver tenants,
        QueryBudgets budgets,
        TimeSource time,
        Supplier<List<PoolTargets>> targets,
        RuleView rules,
        ServerView server,
        MetricRegistry metrics) {

    PromqlEngine engine() {
        return queries.engine();
    }
}
