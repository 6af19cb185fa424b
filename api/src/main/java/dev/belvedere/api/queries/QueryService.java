package dev.belvedere.api.queries;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.cache.PlanCache;
import dev.belvedere.promql.cache.ResultCache;
import dev.belvedere.promql.engine.Plan;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryAnswer;
import dev.belvedere.promql.engine.QueryAnswer.Timings;
import dev.belvedere.promql.engine.QueryListener;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.engine.Steps;
import dev.belvedere.storage.QueryBudget;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Runs queries: each waits for its place, is listed while it is active, and is counted and logged when it is over.
/// Safe from any thread.
public final class QueryService {

    private static final System.Logger LOG = System.getLogger(QueryService.class.getName());

    /// Of a slow query, so much of its text is logged.
    private static final int MAX_LOGGED_TEXT = 500;

    private final QueryOptions options;
    private final TimeSource time;
    private final PromqlEngine engine;
    private final PlanCache plans;
    private final ResultCache cache;
    private final QueryGate gate;
    private final QueryMetrics metrics;
    private final TopQueries top;
    private final QueryLog log;
    private final Optional<ActiveQueryFile> file;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, ActiveQuery> active = new ConcurrentSkipListMap<>();

    /// @param file absent where nobody needs to know after a crash what was running
    public QueryService(
            PromqlEngine engine,
            QueryOptions options,
            TimeSource time,
            MetricRegistry registry,
            QueryLog log,
            Optional<ActiveQueryFile> file) {
        this.engine = engine;
        this.options = options;
        this.time = time;
        this.log = log;
        this.file = file;
        this.plans = new PlanCache(engine, options.maxPlans());
        this.cache = new ResultCache(options.cacheBytes());
        this.gate = new QueryGate(options.maxConcurrent(), options.maxQueued());
        this.top = new TopQueries(options.topQueries());
        this.metrics = new QueryMetrics(registry);
        QueryMetrics.register(registry, gate, options);
        QueryMetrics.register(registry, cache, plans, options);
    }

    public QueryOptions options() {
        return options;
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

    /// Answers a query in PromQL.
    ///
    /// @param by the engine, or one with other options
    /// @throws OperationException `query_queue_full`, and as [PromqlEngine#evaluate]
    public Answered answer(QueryRequest request, PromqlEngine by, Freshness freshness, QueryDescription.Origin origin) {
        Steps steps = request.steps();
        QueryDescription description = new QueryDescription(
                "promql",
                request.plan().text(),
                request.tenant(),
                steps.startMillis(),
                steps.endMillis(),
                steps.stepMillis(),
                origin);
        Run run = begin(description, request.budget());
        try {
            gate.enter(request.budget());
            try {
                run.start();
                boolean isKeptAllowed = freshness == Freshness.KEPT_ALLOWED && !steps.isInstant();
                ResultCache.Outcome outcome =
                        isKeptAllowed ? cache.range(by, request) : new ResultCache.Outcome(by.evaluate(request), 0);
                return run.answered(outcome.answer(), outcome.stepsKept(), steps.count());
            } finally {
                gate.leave();
            }
        } catch (OperationException e) {
            run.failed(e);
            throw e;
        } finally {
            run.end();
        }
    }

    /// Lists, counts and logs what rules evaluate; they have places of their own.
    public QueryListener rules() {
        return request -> {
            Steps steps = request.steps();
            Run run = begin(
                    new QueryDescription(
                            "promql",
                            request.plan().expr().toString(),
                            request.tenant(),
                            steps.startMillis(),
                            steps.endMillis(),
                            steps.stepMillis(),
                            QueryDescription.Origin.RULES),
                    request.budget());
            run.start();
            return run;
        };
    }

    private Run begin(QueryDescription description, QueryBudget budget) {
        ActiveQuery query = new ActiveQuery(nextId.getAndIncrement(), description, budget, time.currentMillis());
        active.put(query.id(), query);
        return new Run(query, file.map(f -> f.add(query)).orElse(-1));
    }

    /// One query from its beginning to its end.
    private final class Run implements QueryListener.Running {

        private final ActiveQuery query;
        private final int slot;
        private long queueNanos;
        private boolean isStarted;
        private boolean isCounted;

        Run(ActiveQuery query, int slot) {
            this.query = query;
            this.slot = slot;
        }

        void start() {
            queueNanos = query.elapsedNanos();
            isStarted = true;
            query.run();
        }

        Answered answered(QueryAnswer answer, long stepsKept, long steps) {
            long exec = query.elapsedNanos() - queueNanos;
            finish(finished(null, exec, answer, steps, stepsKept));
            return new Answered(answer, queueNanos, exec, stepsKept);
        }

        void failed(OperationException failure) {
            long elapsed = query.elapsedNanos();
            queueNanos = isStarted ? queueNanos : elapsed;
            finish(finished(failure, elapsed - queueNanos, null, 0, 0));
        }

        @Override
        public void ended(@Nullable QueryAnswer answer, @Nullable RuntimeException failure) {
            if (answer != null) {
                answered(answer, 0, answer.statistics().queryableSamples().length);
            } else if (failure instanceof OperationException operation) {
                failed(operation);
            }
            end();
        }

        private FinishedQuery finished(
                @Nullable OperationException failure, long exec, @Nullable QueryAnswer answer, long steps, long kept) {
            return new FinishedQuery(
                    query.description(),
                    failure,
                    time.currentMillis(),
                    queueNanos,
                    exec,
                    answer == null ? Timings.NONE : answer.statistics().timings(),
                    answer == null ? 0 : answer.statistics().totalQueryableSamples(),
                    query.budget().peakSamplesHeld(),
                    query.budget().samplesRead(),
                    steps,
                    kept);
        }

        private void finish(FinishedQuery finished) {
            if (!isCounted) {
                isCounted = true;
                note(finished);
            }
        }

        void end() {
            active.remove(query.id());
            file.ifPresent(f -> f.remove(slot));
        }
    }

    private void note(FinishedQuery query) {
        boolean isSlow = options.slowMillis() > 0 && query.totalNanos() / 1_000_000 >= options.slowMillis();
        metrics.count(query, isSlow);
        top.add(query);
        log.write(query);
        if (isSlow) {
            QueryDescription asked = query.description();
            String text = asked.text();
            LOG.log(
                    Level.WARNING,
                    "slow query seconds=" + query.totalNanos() / 1_000_000 / 1000.0 + " queued="
                            + query.queueNanos() / 1_000_000 / 1000.0 + " samples=" + query.samplesRead() + " steps="
                            + query.steps() + " result=" + query.result() + " caller=\""
                            + asked.origin().shown() + "\" query="
                            + (text.length() > MAX_LOGGED_TEXT ? text.substring(0, MAX_LOGGED_TEXT) + "..." : text));
        }
    }

    /// What runs or waits, the oldest first.
    public List<ActiveQuery> active() {
        return List.copyOf(active.values());
    }

    /// Ends a query.
    ///
    /// @return false if there is none of that number
    public boolean cancel(long id) {
        ActiveQuery query = active.get(id);
        if (query == null) {
            return false;
        }
        query.budget().cancel("cancelled through the API");
        return true;
    }

    TopQueries top() {
        return top;
    }

    int running() {
        return gate.running();
    }

    int waiting() {
        return gate.waiting();
    }
}
