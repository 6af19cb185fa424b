package dev.belvedere.promql.engine;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricStore;

/// Answers PromQL queries. Safe from any thread; each query runs on its caller's.
public final class PromqlEngine {

    private final PromqlOptions options;

    public PromqlEngine(PromqlOptions options) {
        this.options = options;
    }

    public PromqlOptions options() {
        return options;
    }

    /// @throws ParseException if the query is no PromQL or uses what the options do not allow
    public Expr parse(String query) {
        return Parser.parse(query, options.parser());
    }

    /// Evaluates at one moment.
    ///
    /// @throws EvaluationException if the expression has no answer over this data
    /// @throws dev.belvedere.storage.QueryCancelledException if the budget ends the query
    public QueryAnswer instant(MetricStore store, Tenant tenant, Expr expr, long atMillis, QueryBudget budget) {
        throw new OperationException("execution", Fault.BUG, "cannot evaluate " + expr + " at " + atMillis + " yet");
    }

    /// Evaluates at every step from start to end, both inclusive. The expression must be a scalar or an instant
    /// vector.
    ///
    /// @throws EvaluationException if the expression has no answer over this data
    /// @throws dev.belvedere.storage.QueryCancelledException if the budget ends the query
    public QueryAnswer range(
            MetricStore store,
            Tenant tenant,
            Expr expr,
            long startMillis,
            long endMillis,
            long stepMillis,
            QueryBudget budget) {
        throw new OperationException(
                "execution", Fault.BUG, "cannot evaluate " + expr + " from " + startMillis + " yet");
    }
}
