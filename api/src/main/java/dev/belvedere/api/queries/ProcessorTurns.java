package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Lets only so many queries compute at once as there are processors: more would not end sooner, and whoever else needs
/// one, writers above all, would stand in line with all of them.
///
/// Every query is small at first and passes its turn on to those that wait. One that has computed for longer is large:
/// large ones leave a processor to the others, let small ones go first, but for one turn in a few, and follow each
/// other in the order in which they began, since all that have begun hold memory. A turn is a courtesy and no lock: who
/// has waited for `MAX_WAIT_NANOS` goes on without.
final class ProcessorTurns {

    /// A query that has computed for longer is large.
    private static final long SMALL_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    /// How long a turn lasts: many times what it costs to pass it on.
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /// After so much computing a large query goes behind the others.
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(2);

    /// Of so many turns one goes to a large query, though small ones wait.
    private static final int SHARE_OF_LARGE = 4;

    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// How soon a query that waits notices that it was cancelled.
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final int processors;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final PriorityQueue<Turn> small = inOrder();

    @GuardedBy("lock")
    private final PriorityQueue<Turn> large = inOrder();

    @GuardedBy("lock")
    private int computing;

    @GuardedBy("lock")
    private int computingLarge;

    /// Turns given to small queries while large ones waited, since the last of a large one.
    @GuardedBy("lock")
    private int givenToSmall;

    @GuardedBy("lock")
    private long passes;

    private static PriorityQueue<Turn> inOrder() {
        return new PriorityQueue<>((a, b) -> Long.compare(a.sinceNanos - b.sinceNanos, 0));
    }

    /// @param processors how many queries compute at once; large ones leave one of them, if there are several
    /// @param nanoTime the clock of the budgets
    ProcessorTurns(int processors, LongSupplier nanoTime) {
        this.processors = processors;
        this.nanoTime = nanoTime;
    }

    /// Returns when it is the query's turn, which its budget passes on from then on; [Turn#end] ends that.
    ///
    /// @throws QueryCancelledException if the query is over before
    Turn begin(QueryBudget budget) {
        Turn turn = new Turn(budget);
        lock.lock();
        try {
            queueLocked(turn);
            awaitLocked(turn);
        } catch (QueryCancelledException e) {
            takeLocked(turn);
            throw e;
        } finally {
            lock.unlock();
        }
        budget.take(turn);
        return turn;
    }

    /// How many queries compute.
    int computing() {
        lock.lock();
        try {
            return computing;
        } finally {
            lock.unlock();
        }
    }

    /// How many queries wait for their turn.
    int waiting() {
        lock.lock();
        try {
            return small.size() + large.size();
        } finally {
            lock.unlock();
        }
    }

    /// How often a query had to wait for its next turn.
    long passes() {
        lock.lock();
        try {
            return passes;
        } finally {
            lock.unlock();
        }
    }

    private long waitedNanos(Turn turn) {
        lock.lock();
        try {
            return turn.waitedNanos + (turn.isGiven ? 0 : nanoTime.getAsLong() - turn.queuedAt);
        } finally {
            lock.unlock();
        }
    }

    private void passOn(Turn turn) {
        lock.lock();
        try {
            if (turn.isGiven) {
                turn.count(nanoTime.getAsLong());
                takeLocked(turn);
                queueLocked(turn);
                passes += turn.isGiven ? 0 : 1;
            }
            awaitLocked(turn);
        } finally {
            lock.unlock();
        }
    }

    private void pause(Turn turn) {
        lock.lock();
        try {
            if (turn.isGiven) {
                turn.queuedAt = nanoTime.getAsLong();
                turn.count(turn.queuedAt);
                takeLocked(turn);
                giveLocked();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The first of a query's threads that goes on queues; the others wait with it.
    private void resume(Turn turn) {
        lock.lock();
        try {
            if (!turn.isGiven && !small.contains(turn) && !large.contains(turn)) {
                queueLocked(turn);
            }
            awaitLocked(turn);
        } finally {
            lock.unlock();
        }
    }

    private void end(Turn turn) {
        lock.lock();
        try {
            takeLocked(turn);
            giveLocked();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void queueLocked(Turn turn) {
        turn.queuedAt = nanoTime.getAsLong();
        if (turn.isLarge()) {
            large.add(turn);
        } else {
            turn.sinceNanos = turn.queuedAt;
            small.add(turn);
        }
        giveLocked();
    }

    /// Gives the processors to those that wait in front.
    @GuardedBy("lock")
    private void giveLocked() {
        while (computing < processors) {
            boolean isLargeNext = !large.isEmpty()
                    && computingLarge < Math.max(1, processors - 1)
                    && (small.isEmpty() || givenToSmall >= SHARE_OF_LARGE - 1);
            if (isLargeNext) {
                givenToSmall = 0;
                giveLocked(large.remove());
            } else if (!small.isEmpty()) {
                givenToSmall += large.isEmpty() ? 0 : 1;
                giveLocked(small.remove());
            } else {
                return;
            }
        }
    }

    @GuardedBy("lock")
    private void giveLocked(Turn turn) {
        computing++;
        turn.isCountedLarge = turn.isLarge();
        computingLarge += turn.isCountedLarge ? 1 : 0;
        turn.givenAt = nanoTime.getAsLong();
        turn.waitedNanos += turn.givenAt - turn.queuedAt;
        turn.isGiven = true;
        turn.given.signalAll();
    }

    @GuardedBy("lock")
    private void takeLocked(Turn turn) {
        turn.isGiven = false;
        computing--;
        computingLarge -= turn.isCountedLarge ? 1 : 0;
    }

    /// Returns or throws with the turn given.
    @GuardedBy("lock")
    private void awaitLocked(Turn turn) {
        try {
            for (long waited = 0; !turn.isGiven && waited < MAX_WAIT_NANOS; waited += CHECK_NANOS) {
                turn.budget.checkLeft();
                turn.given.awaitNanos(CHECK_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!turn.isGiven) {
                (turn.isLarge() ? large : small).remove(turn);
                giveLocked(turn);
            }
        }
    }

    /// That of one query and of all threads that work for it. Its fields are written under the lock.
    final class Turn implements QueryBudget.Turn {

        private final QueryBudget budget;
        private final Condition given = lock.newCondition();
        private volatile boolean isGiven;
        private volatile long givenAt;
        private boolean isCountedLarge;
        private long computedNanos;
        private long queuedAt;
        private long waitedNanos;

        /// When a small query began to wait; when a large one was small or went behind the others.
        private long sinceNanos;

        private Turn(QueryBudget budget) {
            this.budget = budget;
        }

        private boolean isLarge() {
            return computedNanos > SMALL_NANOS;
        }

        private void count(long now) {
            computedNanos += now - givenAt;
            if (computedNanos > LONG_NANOS) {
                computedNanos = SMALL_NANOS + 1;
                sinceNanos = now;
            }
        }

        @Override
        public void passOn(long nowNanos) {
            if (!isGiven || nowNanos - givenAt >= TURN_NANOS) {
                ProcessorTurns.this.passOn(this);
            }
        }

        /// Whether others compute.
        boolean isWaiting() {
            return !isGiven;
        }

        /// How long others computed since the query wanted to.
        long waitedNanos() {
            return ProcessorTurns.this.waitedNanos(this);
        }

        @Override
        public void pause() {
            ProcessorTurns.this.pause(this);
        }

        @Override
        public void resume() {
            ProcessorTurns.this.resume(this);
        }

        /// The query is over.
        void end() {
            budget.take(ALWAYS);
            ProcessorTurns.this.end(this);
        }
    }
}
