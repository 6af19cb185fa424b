package dev.belvedere.api;

import dev.belvedere.api.http.Call;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.QueryBudget;

/// Makes the budget of each query: the configured limits, ended early when its client leaves.
public final class QueryBudgets {

    private final QueryBudget.Limits limits;
    private final TimeSource time;

    public QueryBudgets(QueryBudget.Limits limits, TimeSource time) {
        this.limits = limits;
        this.time = time;
    }

    public QueryBudget forCall(Call call) {
        return forCall(call, limits.timeoutMillis());
    }

    /// @param timeoutMillis what the client asks for; the configured timeout holds if it is shorter
    public QueryBudget forCall(Call call, long timeoutMillis) {
        QueryBudget.Limits own = new QueryBudget.Limits(
                limits.maxSamples(), limits.maxBytes(), Math.min(timeoutMillis, limits.timeoutMillis()));
        QueryBudget budget = new QueryBudget(own, time::nanoTime);
        call.cancellation().onCancel(() -> budget.cancel("cancelled: its client has gone"));
        return budget;
    }
}
