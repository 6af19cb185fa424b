package dev.belvedere.promql.evaluation;

import dev.belvedere.promql.plan.PreparedQuery;
import dev.belvedere.storage.QueryBudget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What all evaluations of one query share. Used by one thread at a time.
public final class QueryContext {

    private final PromqlOptions options;
    private final QueryBudget budget;
    private final Selections selections;
    private final PreparedQuery query;
    private final @Nullable QueryProfile profile;
    private final @Nullable QueryWorkers workers;
    private final NodeEvaluator nodes;
    private final Annotations annotations = new Annotations();
    private long samplesHeld;
    private long bytesHeld;
    private volatile boolean isByStep = true;

    public QueryContext(
            PromqlOptions options,
            QueryBudget budget,
            Selections selections,
            PreparedQuery query,
            NodeEvaluator nodes,
            Optional<QueryProfile> profile,
            Optional<QueryWorkers> workers) {
        this.options = options;
        this.budget = budget;
        this.selections = selections;
        this.query = query;
        this.nodes = nodes;
        this.profile = profile.orElse(null);
        this.workers = workers.orElse(null);
    }

    public PromqlOptions options() {
        return options;
    }

    public QueryBudget budget() {
        return budget;
    }

    public Selections selections() {
        return selections;
    }

    public PreparedQuery query() {
        return query;
    }

    NodeEvaluator nodes() {
        return nodes;
    }

    /// Null where nobody asked for one.
    @Nullable
    QueryProfile profile() {
        return profile;
    }

    /// Null where the query's own thread does everything.
    @Nullable
    QueryWorkers workers() {
        return workers;
    }

    public Annotations annotations() {
        return annotations;
    }

    /// What the evaluation of one partition has for itself, until it is joined: remarks, and an account of its own.
    QueryContext fork() {
        return new QueryContext(options, budget, selections, query, nodes, Optional.empty(), Optional.empty());
    }

    void join(QueryContext fork) {
        annotations.join(fork.annotations);
        samplesHeld += fork.samplesHeld;
        bytesHeld += fork.bytesHeld;
        isByStep &= fork.isByStep;
    }

    /// Something was refused or allowed by looking at all steps together.
    public void noteRangeWideCheck() {
        isByStep = false;
    }

    public boolean isByStep() {
        return isByStep && !selections.isDownsampled();
    }

    /// What evaluations keep in memory.
    public record Held(long samples, long bytes) {

        public static final Held NOTHING = new Held(0, 0);

        Held plus(Held other) {
            return new Held(samples + other.samples, bytes + other.bytes);
        }
    }

    /// Counts a series of floats at so many steps that an evaluation keeps, or is about to make. May wait.
    public void holdSeries(int steps) {
        holdSeries(1, steps);
    }

    /// The same of several series.
    public void holdSeries(int series, int steps) {
        hold((long) series * steps, series * StepSeries.sizeBytes(steps));
    }

    /// Counts samples that an evaluation keeps, and the bytes of these and of all that belongs to them. May wait.
    public void hold(long samples, long bytes) {
        samplesHeld += samples;
        bytesHeld += bytes;
        budget.hold(samples, bytes);
    }

    Held held() {
        return new Held(samplesHeld, bytesHeld);
    }

    /// Has what is held be so much from now on, without giving back first what is to be held again.
    public void settle(Held now) {
        long samples = now.samples - samplesHeld;
        long bytes = now.bytes - bytesHeld;
        if (samples > 0 || bytes > 0) {
            hold(samples, bytes);
        } else {
            releaseTo(now);
        }
    }

    /// Gives back all that was held beyond a mark.
    public void releaseTo(Held mark) {
        long samples = samplesHeld - mark.samples;
        long bytes = bytesHeld - mark.bytes;
        if (samples != 0 || bytes != 0) {
            budget.release(samples, bytes);
            samplesHeld = mark.samples;
            bytesHeld = mark.bytes;
        }
    }
}
