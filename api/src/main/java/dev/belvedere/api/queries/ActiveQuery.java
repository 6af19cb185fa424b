package dev.belvedere.api.queries;

import dev.belvedere.storage.QueryBudget;

/// A query that runs or waits for its place.
public final class ActiveQuery {

    private final long id;
    private final QueryDescription description;
    private final QueryBudget budget;
    private final long sinceMillis;
    private final long sinceNanos;
    private volatile boolean isRunning;

    ActiveQuery(long id, QueryDescription description, QueryBudget budget, long sinceMillis) {
        this.id = id;
        this.description = description;
        this.budget = budget;
        this.sinceMillis = sinceMillis;
        this.sinceNanos = budget.nanoTime();
    }

    void run() {
        isRunning = true;
    }

    public long id() {
        return id;
    }

    public QueryDescription description() {
        return description;
    }

    public QueryBudget budget() {
        return budget;
    }

    public long sinceMillis() {
        return sinceMillis;
    }

    public long elapsedNanos() {
        return budget.nanoTime() - sinceNanos;
    }

    /// False while it waits.
    public boolean isRunning() {
        return isRunning;
    }
}
