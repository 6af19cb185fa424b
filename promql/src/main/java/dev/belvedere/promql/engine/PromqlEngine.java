package dev.belvedere.promql.engine;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;

/// Answers PromQL queries. Safe from any thread; each query runs on its caller's.
public final class PromqlEngine {

    /// Steps of a range query or a subquery; a face may allow less.
    static final int MAX_STEPS = 10_000_000;

    private final PromqlOptions options;

    public PromqlEngine(PromqlOptions options) {
        this.options = options;
    }

    public PromqlOptions options() {
        return options;
    }

    /// @throws dev.belvedere.promql.syntax.ParseException if the query is no PromQL or uses what the
    /// options do not allow
    public Expr parse(String query) {
        return Parser.parse(query, options.parser());
    }

    /// Whether a function's result changes with the evaluation time even if its arguments do not.
    public static boolean dependsOnTime(Function function) {
        return Preparation.dependsOnTime(function);
    }

    /// Evaluates at one moment.
    ///
    /// @throws EvaluationException if the expression has no answer over this data
    /// @throws dev.belvedere.storage.QueryCancelledException if the budget ends the query
    public QueryAnswer instant(MetricStore store, Tenant tenant, Expr expr, long atMillis, QueryBudget budget) {
        PreparedQuery query = Preparation.prepare(expr, atMillis, atMillis, 0);
        try (MetricQuerier querier = store.querier(tenant, budget)) {
            QueryContext context = context(querier, budget, query, atMillis, atMillis);
            try {
                Evaluation evaluation = new Evaluation(context, atMillis, atMillis, 1);
                Value value = query.expr().type() == ValueType.MATRIX
                        ? RangeVector.evaluate(evaluation, query.expr().unwrapped())
                        : Answers.instant(settled(evaluation.evaluate(query.expr())), atMillis);
                return answer(value, context);
            } finally {
                context.releaseTo(0);
            }
        }
    }

    /// Evaluates at every step from start to end, both inclusive. The expression must be a scalar or an
    /// instant vector.
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
        requireRange(expr, startMillis, endMillis, stepMillis);
        PreparedQuery query = Preparation.prepare(expr, startMillis, endMillis, stepMillis);
        try (MetricQuerier querier = store.querier(tenant, budget)) {
            QueryContext context = context(querier, budget, query, startMillis, endMillis);
            try {
                Evaluation evaluation = new Evaluation(context, startMillis, endMillis, stepMillis);
                return answer(Answers.range(settled(evaluation.evaluate(query.expr())), evaluation), context);
            } finally {
                context.releaseTo(0);
            }
        }
    }

    private static void requireRange(Expr expr, long startMillis, long endMillis, long stepMillis) {
        if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
            throw new OperationException(
                    "bad_query",
                    Fault.USER,
                    "invalid expression type \"" + expr.type().documentedName()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        if (stepMillis <= 0) {
            throw new OperationException("bad_query", Fault.USER, "step of a range query must be positive");
        }
        boolean isBeyondCounting = endMillis > startMillis && endMillis - startMillis < 0;
        if (isBeyondCounting || (endMillis - startMillis) / stepMillis >= MAX_STEPS) {
            throw new OperationException(
                    "bad_query",
                    Fault.USER,
                    "range query has more than " + MAX_STEPS + " steps: narrow the range or raise the step");
        }
    }

    private QueryContext context(
            MetricQuerier querier, QueryBudget budget, PreparedQuery query, long startMillis, long endMillis) {
        Selections selections = new Selections(querier, budget, options.lookbackMillis());
        selections.plan(query.expr(), startMillis, endMillis);
        return new QueryContext(options, budget, selections, query);
    }

    private StepValue settled(StepValue value) {
        return value instanceof StepValue.Vectors vectors
                ? new StepValue.Vectors(Answers.settled(vectors.series(), options))
                : value;
    }

    private static QueryAnswer answer(Value value, QueryContext context) {
        return new QueryAnswer(
                value,
                context.annotations.warnings(),
                context.annotations.infos(),
                new QueryAnswer.QueryStatistics(context.budget.samplesRead(), context.budget.peakSamplesHeld()));
    }
}
