package dev.belvedere.api;

import dev.belvedere.api.http.Call;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import java.util.function.LongSupplier;

/// Makes the budget of each query: the configured limits, ended early when its client leaves. What it holds of the
/// memory that all share is given back when the answer is sent.
public final class QueryBudgets {

    private final QueryBudget.Limits limits;
    private final QueryMemory memory;
    private final LongSupplier nanoTime;

    public QueryBudgets(QueryBudget.Limits limits, QueryMemory memory, TimeSource time) {
        this.limits = limits;
        this.memory = memory;
        this.nanoTime = time::nanoTime;
    }

    public QueryBudget forCall(Call call) {
        return forCall(call, limits.timeoutMillis());
    }

    /// @param timeoutMillis what the client asks for; the configured timeout holds if it is shorter
    public QueryBudget forCall(Call call, long timeoutMillis) {
        QueryBudget.Limits own = new QueryBudget.Limits(
                limits.maxSamples(), limits.maxBytes(), Math.min(timeoutMillis, limits.timeoutMillis()));
        QueryBudget budget = new QueryBudget(own, nanoTime, memory, QueryMemory.Rank.CLIENT);
        if (call.isPrompt()) {
            budget.requirePrompt(call.promptNanos());
        }
        call.cancellation().onEnd(budget::close);
        call.cancellation().onCancel(() -> budget.cancel("cancelled: its client has gone"));
        return budget;
    }
}
