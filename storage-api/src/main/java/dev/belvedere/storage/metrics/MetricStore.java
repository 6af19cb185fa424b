package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import java.util.Optional;

/// Metrics at rest, as everyone else sees them. Safe from any thread; appenders and queriers are not.
public interface MetricStore {

    /// A new appender; cheap, made for one write request or one scrape loop.
    MetricAppender appender(Tenant tenant, AppendOptions options);

    /// A view of everything committed before this call. Must be closed: it may pin blocks.
    MetricQuerier querier(Tenant tenant, QueryBudget budget);

    Capabilities capabilities();

    /// How far back changes to a tenant's samples reached; empty where the store cannot tell, and then no result of a
    /// query may be kept.
    default Optional<ChangeLog> changes(Tenant tenant) {
        return Optional.empty();
    }
}
