package dev.belvedere.promql.engine;

import dev.belvedere.model.Tenant;
import dev.belvedere.promql.evaluation.QueryProfile;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.Optional;

/// A query of a tenant over a store.
///
/// @param profile takes what each node of the plan costs, if anybody wants to know
public record QueryRequest(
        MetricStore store, Tenant tenant, Plan plan, Steps steps, QueryBudget budget, Optional<QueryProfile> profile) {

    public QueryRequest(MetricStore store, Tenant tenant, Plan plan, Steps steps, QueryBudget budget) {
        this(store, tenant, plan, steps, budget, Optional.empty());
    }

    public QueryRequest at(Steps others) {
        return new QueryRequest(store, tenant, plan, others, budget, profile);
    }
}
