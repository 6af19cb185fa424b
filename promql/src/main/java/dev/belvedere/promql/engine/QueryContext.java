package dev.belvedere.promql.engine;

import dev.belvedere.storage.QueryBudget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What all evaluations of one query share. Used by one thread at a time.
final class QueryContext {

    final PromqlOptions options;
    final QueryBudget budget;
    final Selections selections;
    final PreparedQuery query;
    final @Nullable QueryProfile profile;

    /// Null where the query's own thread does everything.
    final @Nullable QueryWorkers workers;

    final Annotations annotations = new Annotations();
    private long held;
    private volatile boolean isByStep = true;

    QueryContext(
            PromqlOptions options,
            QueryBudget budget,
            Selections selections,
            PreparedQuery query,
            Optional<QueryProfile> profile,
            Optional<QueryWorkers> workers) {
        this.options = options;
        this.budget = budget;
        this.selections = selections;
        this.query = query;
        this.profile = profile.orElse(null);
        this.workers = workers.orElse(null);
    }

    /// What the evaluation of one partition has for itself, until it is joined: remarks, and an account of its own.
    QueryContext fork() {
        return new QueryContext(options, budget, selections, query, Optional.empty(), Optional.empty());
    }

    void join(QueryContext fork) {
        annotations.join(fork.annotations);
        held += fork.held;
        isByStep &= fork.isByStep;
    }

    /// Something was refused or allowed by looking at all steps together.
    void noteRangeWideCheck() {
        isByStep = false;
    }

    boolean isByStep() {
        return isByStep && !selections.isDownsampled();
    }

    /// Counts samples that an evaluation keeps.
    void hold(long samples) {
        held += samples;
        budget.holdSamples(samples);
    }

    long held() {
        return held;
    }

    /// Gives back all that was held beyond a mark.
    void releaseTo(long mark) {
        if (held > mark) {
            budget.releaseSamples(held - mark);
            held = mark;
        }
    }
}
