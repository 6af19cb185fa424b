package dev.belvedere.promql.engine;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.answer.Answers;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.NodeEvaluator;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.evaluation.QueryContext;
import dev.belvedere.promql.evaluation.QueryWorkers;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.PreparedQuery;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.promql.window.RangeVector;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers PromQL queries. Safe from any thread; each query runs on its caller's, with the help of workers if there
/// are.
public final class PromqlEngine {

    private static final NodeEvaluator NODES = new Nodes();

    private final PromqlOptions options;
    private final @Nullable QueryListener listener;
    private final Optional<QueryWorkers> workers;

    public PromqlEngine(PromqlOptions options) {
        this(options, Optional.empty());
    }

    public PromqlEngine(PromqlOptions options, Optional<QueryListener> listener) {
        this(options, listener, Optional.empty());
    }

    /// @param workers help with large queries; without them each query runs on its caller's thread
    public PromqlEngine(PromqlOptions options, Optional<QueryListener> listener, Optional<QueryWorkers> workers) {
        this.options = options;
        this.listener = listener.orElse(null);
        this.workers = workers;
    }

    /// This engine with another look-back.
    public PromqlEngine withLookback(long millis) {
        return new PromqlEngine(options.withLookback(millis), Optional.ofNullable(listener), workers);
    }

    public PromqlOptions options() {
        return options;
    }

    /// @throws dev.belvedere.promql.syntax.ParseException if the query is no PromQL or uses what the
    /// options do not allow
    public Expr parse(String query) {
        return Parser.parse(query, options.parser());
    }

    /// @throws dev.belvedere.promql.syntax.ParseException if the query is no PromQL or uses what the
    /// options do not allow
    public Plan plan(String query) {
        return Plan.of(query, parse(query));
    }

    /// Evaluates at one moment.
    ///
    /// @throws EvaluationException if the expression has no answer over this data
    /// @throws dev.belvedere.storage.QueryCancelledException if the budget ends the query
    public QueryAnswer instant(MetricStore store, Tenant tenant, Expr expr, long atMillis, QueryBudget budget) {
        return evaluate(new QueryRequest(store, tenant, Plan.of("", expr), Steps.instant(atMillis), budget));
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
        Steps steps = new Steps(startMillis, endMillis, stepMillis);
        return evaluate(new QueryRequest(store, tenant, Plan.of("", expr), steps, budget));
    }

    /// Evaluates a plan at its steps.
    ///
    /// @throws EvaluationException if the expression has no answer over this data
    /// @throws dev.belvedere.storage.QueryCancelledException if the budget ends the query
    public QueryAnswer evaluate(QueryRequest request) {
        if (listener == null) {
            return evaluateUnobserved(request);
        }
        QueryListener.Running running = listener.started(request);
        QueryAnswer answer = null;
        RuntimeException failure = null;
        try {
            answer = evaluateUnobserved(request);
            return answer;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            running.ended(answer, failure);
        }
    }

    private QueryAnswer evaluateUnobserved(QueryRequest request) {
        Steps steps = request.steps();
        if (!steps.isInstant()) {
            requireRange(request.plan().expr(), steps.startMillis(), steps.endMillis(), steps.stepMillis());
        }
        QueryBudget budget = request.budget();
        long began = budget.nanoTime();
        PreparedQuery query = request.plan().prepare(steps);
        try (MetricQuerier querier = request.store().querier(request.tenant(), budget)) {
            Selections selections = new Selections(querier, budget, options.lookbackMillis());
            selections.plan(query.expr(), steps.startMillis(), steps.endMillis());
            QueryContext context =
                    new QueryContext(options, budget, selections, query, NODES, request.profile(), workers);
            request.profile().ifPresent(profile -> profile.begin(query));
            try {
                return new Answering(context, request.plan(), steps).answer(began);
            } finally {
                context.releaseTo(QueryContext.Held.NOTHING);
                selections.release();
            }
        }
    }

    /// One evaluation, with the times at which its parts began.
    private record Answering(QueryContext context, Plan plan, Steps steps) {

        QueryAnswer answer(long beganNanos) {
            long prepared = context.budget().nanoTime();
            Expr expr = context.query().expr();
            Evaluation evaluation = new Evaluation(
                    context, steps.startMillis(), steps.endMillis(), steps.isInstant() ? 1 : steps.stepMillis());
            Value value;
            long evaluated;
            if (steps.isInstant() && expr.type() == ValueType.MATRIX) {
                value = RangeVector.evaluate(evaluation, expr.unwrapped());
                context.settle(QueryContext.Held.NOTHING);
                context.budget().holdBytes(value.sizeBytes());
                evaluated = context.budget().nanoTime();
            } else {
                StepValue result = settled(evaluation.evaluate(expr));
                evaluated = context.budget().nanoTime();
                // Series of the store differ in their labels, all of which a selector leaves.
                boolean areDistinct = expr.unwrapped() instanceof VectorSelector;
                value = steps.isInstant()
                        ? Answers.instant(result, steps.startMillis(), context.budget(), areDistinct)
                        : Answers.range(result, evaluation);
            }
            QueryAnswer.Timings timings = new QueryAnswer.Timings(
                    prepared - beganNanos,
                    evaluated - prepared,
                    context.budget().nanoTime() - evaluated);
            return new QueryAnswer(
                    value,
                    warnings(),
                    context.annotations().infos(),
                    plan.isByStep() && context.isByStep(),
                    new QueryAnswer.QueryStatistics(
                            context.budget().samplesRead(),
                            Math.max(context.budget().peakSamplesHeld(), value.sampleCount()),
                            evaluation.counts().byStep(),
                            timings));
        }

        /// What evaluation noticed, and what the store could not read.
        private List<String> warnings() {
            List<String> missing = context.selections().warnings();
            if (missing.isEmpty()) {
                return context.annotations().warnings();
            }
            List<String> all = new ArrayList<>(context.annotations().warnings());
            all.addAll(missing);
            return all;
        }

        private StepValue settled(StepValue value) {
            return value instanceof StepValue.Vectors vectors
                    ? new StepValue.Vectors(Answers.settled(vectors.series(), context.options()))
                    : value;
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
        if (isBeyondCounting || (endMillis - startMillis) / stepMillis >= Steps.MAX) {
            throw new OperationException(
                    "bad_query",
                    Fault.USER,
                    "range query has more than " + Steps.MAX + " steps: narrow the range or raise the step");
        }
    }
}
