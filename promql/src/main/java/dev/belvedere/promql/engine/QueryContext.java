package dev.belvedere.promql.engine;

import dev.belvedere.storage.QueryBudget;

/// What all evaluations of one query share.
final class QueryContext {

    final PromqlOptions options;
    final QueryBudget budget;
    final Selections selections;
    final PreparedQuery query;
    final Annotations annotations = new Annotations();
    private long held;

    QueryContext(PromqlOptions options, QueryBudget budget, Selections selections, PreparedQuery query) {
        this.options = options;
        this.budget = budget;
        this.selections = selections;
        this.query = query;
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
