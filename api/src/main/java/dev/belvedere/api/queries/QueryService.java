package dev.belvedere.api.queries;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.cache.PlanCache;
import dev.belvedere.promql.cache.ResultCache;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryListener;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.plan.Plan;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers queries in PromQL as [QueryRuns], from plans and results that were kept where there are such. Safe from any
/// thread.
public final class QueryService {

    private final PromqlEngine engine;
    private final QueryRuns runs;
    private final PlanCache plans;
    private final ResultCache cache;

    public QueryService(PromqlEngine engine, QueryRuns runs, MetricRegistry registry) {
        this.engine = engine;
        this.runs = runs;
        this.plans = new PlanCache(engine, runs.options().maxPlans());
        this.cache = new ResultCache(runs.options().cacheBytes());
        QueryMetrics.register(registry, cache, plans, runs.options());
    }

    /// All that is asked, in any language.
    public QueryRuns runs() {
        return runs;
    }

    public QueryOptions options() {
        return runs.options();
    }

    public PromqlEngine engine() {
        return engine;
    }

    /// The plan of a query, made once.
    ///
    /// @throws dev.belvedere.promql.syntax.ParseException if the text is no query
    public Plan plan(String text) {
        return plans.plan(text);
    }

    /// Whether kept results may be used for an answer.
    public enum Freshness {
        KEPT_ALLOWED,
        EVALUATED_ANEW
    }

    /// Answers a query.
    ///
    /// @param by the engine, or one with other options
    /// @throws OperationException as [QueryRuns#run] and [PromqlEngine#evaluate]
    public Answered<ResultCache.Outcome> answer(
            QueryRequest request, PromqlEngine by, Freshness freshness, QueryDescription.Origin origin) {
        boolean isKeptAllowed =
                freshness == Freshness.KEPT_ALLOWED && !request.steps().isInstant();
        Evaluating evaluating = new Evaluating(request, by, isKeptAllowed ? cache : null);
        QueryDescription description = description(request, request.plan().text(), origin);
        return runs.run(description, request.budget(), evaluating, evaluating);
    }

    /// The work of a query, and what it has cost. A class, since the first compiler's code, in which most small queries
    /// run, makes a lambda that captures something by a native call.
    ///
    /// @param cache absent where the query is to be evaluated anew
    private record Evaluating(
            QueryRequest request,
            PromqlEngine engine,
            @Nullable ResultCache cache)
            implements Supplier<ResultCache.Outcome>, Function<ResultCache.Outcome, QueryCost> {

        @Override
        public ResultCache.Outcome get() {
            return cache == null ? new ResultCache.Outcome(engine.evaluate(request), 0) : cache.range(engine, request);
        }

        @Override
        public QueryCost apply(ResultCache.Outcome outcome) {
            return QueryCost.of(outcome.answer(), request.steps().count(), outcome.stepsKept());
        }
    }

    private static QueryDescription description(QueryRequest request, String text, QueryDescription.Origin origin) {
        return QueryDescription.of(QueryLanguage.PROMQL, text, request.tenant(), request.steps(), origin);
    }

    /// Lists, counts and logs what rules evaluate; they have places of their own.
    public QueryListener rules() {
        return request -> {
            QueryRuns.Run run = runs.begin(
                    description(request, request.plan().expr().toString(), QueryDescription.Origin.ofRules()),
                    request.budget());
            run.start();
            return (answer, failure) -> ended(run, answer, failure);
        };
    }

    private static void ended(QueryRuns.Run run, @Nullable QueryAnswer answer, @Nullable RuntimeException failure) {
        if (answer != null) {
            run.answered(
                    answer, QueryCost.of(answer, answer.statistics().samples().steps(), 0));
        } else if (failure instanceof OperationException operation) {
            run.failed(operation);
        }
        run.end();
    }
}
