package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.AlertReceiver;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.metrics.MetricStore;

/// What rules need of the rest of the program.
///
/// @param store takes the results and remembers the alerts' states over a restart
/// @param query answers the queries of templates
/// @param memory that all queries share
public record RulePorts(
        MetricStore store,
        Tenant tenant,
        RuleLanguage query,
        QueryMemory memory,
        AlertReceiver receiver,
        TimeSource time,
        MetricRegistry metrics) {

    /// The budget of one query; to be closed behind it.
    QueryBudget budget(QueryBudget.Limits limits, QueryMemory.Rank rank) {
        return new QueryBudget(limits, time::nanoTime, memory, rank);
    }
}
