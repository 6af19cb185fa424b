package dev.belvedere.promql.engine;

import dev.belvedere.storage.QueryBudget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What all evaluations of one query share.
final class QueryContext {

    final PromqlOptions options;
    final QueryBudget budget;
    final Selections selections;
    final PreparedQuery query;
    final @Nullable QueryProfile profile;
    final Annotations annotations = new Annotations();
    private long held;
    private volatile boolean isByStep = true;

    QueryContext(
            PromqlOptions options,
            QueryBudget budget,
            Selections selections,
            PreparedQuery query,
            Optional<QueryProfile> profile) {
        this.options = options;
        this.budget = budget;
        this.selections = selections;
        this.query = query;
        this.profile = profile.orElse(null);
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
