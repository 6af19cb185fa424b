package dev.belvedere.api.queries;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.NotPromptException;
import dev.belvedere.storage.QueryBudget;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Queries of every language on their way: each waits for its place, is listed while it is active, and is counted and
/// logged when it is over. Safe from any thread.
public final class QueryRuns {

    private static final System.Logger LOG = System.getLogger(QueryRuns.class.getName());

    /// Of a slow query, so much of its text is logged.
    private static final int MAX_LOGGED_TEXT = 500;

    private final QueryOptions options;
    private final TimeSource time;
    private final QueryGate gate;
    private final ProcessorTurns turns;
    private final QueryMetrics metrics;
    private final TopQueries top;
    private final QueryLog log;
    private final Optional<ActiveQueryFile> file;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, ActiveQuery> active = new ConcurrentHashMap<>();

    /// @param file absent where nobody needs to know after a crash what was running
    public QueryRuns(
            QueryOptions options,
            TimeSource time,
            MetricRegistry registry,
            QueryLog log,
            Optional<ActiveQueryFile> file) {
        this.options = options;
        this.time = time;
        this.log = log;
        this.file = file;
        this.gate = new QueryGate(options.maxConcurrent(), options.maxQueued());
        this.turns = new ProcessorTurns(options.maxComputing(), time::nanoTime);
        this.top = new TopQueries(options.topQueries());
        this.metrics = new QueryMetrics(registry);
        QueryMetrics.register(registry, gate, turns, options);
    }

    public QueryOptions options() {
        return options;
    }

    /// Whether queries wait, or as many run as there are processors: one more thread for one of them helps nobody.
    public boolean isCrowded(int processors) {
        return gate.waiting() > 0 || gate.running() >= processors;
    }

    /// Runs a query on this thread once it has a place.
    ///
    /// @param work the query; it keeps to the budget
    /// @throws OperationException `query_queue_full`, or what the budget or `work` says
    /// @throws NotPromptException if the budget is prompt and the query would wait or takes long: it is not counted
    /// then
    public <T> Answered<T> run(QueryDescription description, QueryBudget budget, Supplier<T> work) {
        return run(description, budget, work, answer -> QueryCost.NONE);
    }

    /// @param cost of an answer
    <T> Answered<T> run(
            QueryDescription description, QueryBudget budget, Supplier<T> work, Function<T, QueryCost> cost) {
        Run run = begin(description, budget);
        try {
            enter(description.tenant(), budget);
            try {
                return budget.isPrompt() ? computeAtOnce(run, work, cost) : compute(run, budget, work, cost);
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

    private void enter(Tenant tenant, QueryBudget budget) {
        if (!budget.isPrompt()) {
            gate.enter(tenant, budget);
        } else if (!gate.tryEnter()) {
            throw new NotPromptException();
        }
    }

    /// A prompt query is over before others would have their turn.
    private static <T> Answered<T> computeAtOnce(Run run, Supplier<T> work, Function<T, QueryCost> cost) {
        run.query.admit();
        run.start();
        T answer = work.get();
        return run.answered(answer, cost.apply(answer));
    }

    private <T> Answered<T> compute(Run run, QueryBudget budget, Supplier<T> work, Function<T, QueryCost> cost) {
        run.query.admit();
        ProcessorTurns.Turn turn = turns.begin(budget);
        try {
            run.start(turn);
            T answer = work.get();
            return run.answered(answer, cost.apply(answer));
        } finally {
            turn.end();
        }
    }

    /// Lists a query that has a place of its own.
    Run begin(QueryDescription description, QueryBudget budget) {
        ActiveQuery query = new ActiveQuery(nextId.getAndIncrement(), description, budget, time.currentMillis());
        active.put(query.id(), query);
        // To write to the file may mean to wait for the disk.
        int slot = file.isPresent() && !budget.isPrompt() ? file.get().add(query) : -1;
        return new Run(query, slot);
    }

    /// One query from its beginning to its end.
    final class Run {

        private final ActiveQuery query;
        private final int slot;
        private long queueNanos;
        private boolean isStarted;

        private Run(ActiveQuery query, int slot) {
            this.query = query;
            this.slot = slot;
        }

        void start() {
            started();
            query.run();
        }

        void start(ProcessorTurns.Turn turn) {
            started();
            query.run(turn);
        }

        private void started() {
            queueNanos = query.elapsedNanos();
            isStarted = true;
        }

        <T> Answered<T> answered(T answer, QueryCost cost) {
            long exec = query.elapsedNanos() - queueNanos;
            note(finished(null, exec, cost));
            return new Answered<>(answer, queueNanos, exec);
        }

        void failed(OperationException failure) {
            long elapsed = query.elapsedNanos();
            queueNanos = isStarted ? queueNanos : elapsed;
            note(finished(failure, elapsed - queueNanos, QueryCost.NONE));
        }

        private FinishedQuery finished(@Nullable OperationException failure, long exec, QueryCost cost) {
            QueryBudget budget = query.budget();
            return new FinishedQuery(
                    query.description(),
                    failure,
                    time.currentMillis(),
                    queueNanos,
                    exec,
                    query.computeNanos(),
                    cost,
                    budget.peakSamplesHeld(),
                    budget.samplesRead(),
                    budget.bytesRead());
        }

        void end() {
            active.remove(query.id());
            if (file.isPresent()) {
                file.get().remove(slot);
            }
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
                    "slow query language=" + asked.language().label() + " seconds="
                            + query.totalNanos() / 1_000_000 / 1000.0 + " queued="
                            + query.queueNanos() / 1_000_000 / 1000.0 + " samples=" + query.samplesRead() + " bytes="
                            + query.bytesRead() + " steps=" + query.cost().steps() + " result=" + query.result()
                            + " caller=\"" + asked.origin().shown() + "\" query="
                            + (text.length() > MAX_LOGGED_TEXT ? text.substring(0, MAX_LOGGED_TEXT) + "..." : text));
        }
    }

    /// What runs or waits, the oldest first.
    public List<ActiveQuery> active() {
        List<ActiveQuery> all = new ArrayList<>(active.values());
        all.sort(Comparator.comparingLong(ActiveQuery::id));
        return all;
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
