package dev.belvedere.api.queries;

import dev.belvedere.storage.QueryBudget;
import org.jspecify.annotations.Nullable;

/// A query that runs or waits for its place.
public final class ActiveQuery {

    /// What keeps a query from computing.
    public enum Wait {
        NONE,
        /// One of `query.maxConcurrent`.
        PLACE,
        /// A processor, while other queries compute.
        TURN,
        /// Its part of `query.memoryBytes`, which others hold.
        MEMORY
    }

    private final long id;
    private final QueryDescription description;
    private final QueryBudget budget;
    private final long sinceMillis;
    private final long sinceNanos;
    private volatile boolean isRunning;
    private volatile long admittedNanos = -1;
    private volatile ProcessorTurns.@Nullable Turn turn;

    ActiveQuery(long id, QueryDescription description, QueryBudget budget, long sinceMillis) {
        this.id = id;
        this.description = description;
        this.budget = budget;
        this.sinceMillis = sinceMillis;
        this.sinceNanos = budget.nanoTime();
    }

    /// It has a place.
    void admit() {
        admittedNanos = elapsedNanos();
    }

    /// It has a place and its first turn.
    void run(ProcessorTurns.Turn first) {
        turn = first;
        isRunning = true;
    }

    /// It has a place and computes as it likes.
    void run() {
        admit();
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

    /// False while it waits for its place and its first turn.
    public boolean isRunning() {
        return isRunning;
    }

    public Wait waitsFor() {
        if (admittedNanos < 0) {
            return Wait.PLACE;
        }
        if (budget.isWaitingForMemory()) {
            return Wait.MEMORY;
        }
        ProcessorTurns.Turn own = turn;
        boolean isOthers = own == null ? !isRunning : own.isWaiting();
        return isOthers ? Wait.TURN : Wait.NONE;
    }

    /// Elapsed time without that in which it waited for its place and for its turns.
    public long computeNanos() {
        if (!isRunning) {
            return 0;
        }
        ProcessorTurns.Turn own = turn;
        return Math.max(0, elapsedNanos() - admittedNanos - (own == null ? 0 : own.waitedNanos()));
    }
}
