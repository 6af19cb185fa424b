package dev.belvedere.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What all running queries may hold in memory together, and who waits or is refused when it is full.
///
/// A query draws on it in steps and gives back what it no longer holds. Up to half of it anybody gets. Beyond, large
/// queries wait for each other: the oldest of them goes on, up to the last eighth, which is for small ones. When
/// everybody who holds something waits, nothing would ever be given back: the youngest is refused then. Rules have an
/// eighth of their own before all that, and whatever else they need is taken from the youngest query at once.
///
/// Safe from any thread.
public final class QueryMemory {

    /// Whose query it is.
    public enum Rank {
        /// Goes before every query of a client.
        RULE,
        CLIENT
    }

    private static final int RULE_PARTS = 8;

    /// A query that holds at most one of so many parts is small.
    private static final int SMALL_PARTS = 64;

    /// One of so many parts is left to the small ones.
    private static final int LARGE_PARTS = 8;

    /// What is drawn at once, so that the account is asked a few times a query and not for each series.
    private static final long MAX_STEP_BYTES = 256 << 10;

    private static final long MIN_STEP_BYTES = 4 << 10;
    private static final int STEPS = 1024;

    /// How soon a query that waits notices that its time is over.
    private static final long CHECK_MILLIS = 50;

    private final long maxBytes;

    /// What queries hold that hold anything or wait, the oldest first.
    @GuardedBy("this")
    private final NavigableMap<Long, Share> shares = new TreeMap<>();

    @GuardedBy("this")
    private long lastNumber;

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private long heldByRules;

    @GuardedBy("this")
    private int waiting;

    @GuardedBy("this")
    private long waits;

    @GuardedBy("this")
    private long refusedForOthers;

    @GuardedBy("this")
    private long refusedAsTooLarge;

    /// @param maxBytes `query.memoryBytes`
    public QueryMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// One without a limit.
    public static QueryMemory unlimited() {
        return new QueryMemory(Long.MAX_VALUE / 2);
    }

    /// What one query has drawn. Its fields belong to the account's lock.
    final class Share {

        private final Rank rank;
        private final long number;
        private long drawn;

        /// Threads of the query that wait.
        private int waiters;

        /// The least that one of them waits for.
        private long wanted;

        private boolean isClosed;
        private volatile @Nullable QueryCancelledException refusal;

        private Share(Rank rank, long number) {
            this.rank = rank;
            this.number = number;
        }

        /// Why the query has to end, null if it has not.
        @Nullable
        QueryCancelledException refusal() {
            return refusal;
        }
    }

    /// The share of a query that begins: it is as old as this.
    synchronized Share open(Rank rank) {
        return new Share(rank, ++lastNumber);
    }

    /// @return at least as much, in whole steps
    long inSteps(long bytes) {
        long step = Math.clamp(maxBytes / STEPS, MIN_STEP_BYTES, MAX_STEP_BYTES);
        return (bytes + step - 1) / step * step;
    }

    /// Draws without waiting.
    ///
    /// @return whether there was room
    /// @throws QueryCancelledException if there never will be
    synchronized boolean tryDraw(Share share, long bytes) {
        if (share.isClosed) {
            return true;
        }
        requirePossibleLocked(share, bytes);
        if (!isRoomLocked(share, bytes)) {
            return false;
        }
        shares.put(share.number, share);
        countLocked(share, bytes);
        return true;
    }

    /// Draws as soon as there is room.
    ///
    /// @param check throws when the query is over
    /// @throws QueryCancelledException if the query has to end, or `check` says so
    synchronized void draw(Share share, long bytes, Runnable check) throws InterruptedException {
        shares.put(share.number, share);
        share.wanted = share.waiters == 0 ? bytes : Math.min(share.wanted, bytes);
        share.waiters++;
        waiting++;
        waits++;
        try {
            while (!tryDraw(share, bytes)) {
                makeRoomLocked(share, bytes);
                check.run();
                TimeUnit.MILLISECONDS.timedWait(this, CHECK_MILLIS);
                check.run();
            }
        } finally {
            share.waiters--;
            waiting--;
            forgetLocked(share);
        }
    }

    synchronized void giveBack(Share share, long bytes) {
        countLocked(share, -Math.min(bytes, share.drawn));
        forgetLocked(share);
    }

    /// Gives everything back. What is drawn afterwards does not count.
    synchronized void close(Share share) {
        share.isClosed = true;
        countLocked(share, -share.drawn);
        forgetLocked(share);
    }

    @GuardedBy("this")
    private void countLocked(Share share, long bytes) {
        share.drawn += bytes;
        held += bytes;
        heldByRules += share.rank == Rank.RULE ? bytes : 0;
    }

    @GuardedBy("this")
    private void forgetLocked(Share share) {
        if (share.drawn == 0 && share.waiters == 0) {
            shares.remove(share.number);
        }
        wakeLocked();
    }

    /// Wakes those that wait if there is room for one of them.
    @GuardedBy("this")
    private void wakeLocked() {
        for (Share each : shares.values()) {
            if (each.waiters > 0 && isRoomLocked(each, each.wanted)) {
                notifyAll();
                return;
            }
        }
    }

    /// What clients' queries may hold together.
    @GuardedBy("this")
    private long clientBytesLocked() {
        return maxBytes - Math.max(maxBytes / RULE_PARTS, heldByRules);
    }

    private static long largeBytes(long clientBytes) {
        return clientBytes - clientBytes / LARGE_PARTS;
    }

    @GuardedBy("this")
    private boolean isRoomLocked(Share share, long bytes) {
        if (share.rank == Rank.RULE) {
            return held + bytes <= maxBytes;
        }
        long room = clientBytesLocked();
        long after = held - heldByRules + bytes;
        if (share.drawn + bytes <= room / SMALL_PARTS) {
            return after <= room;
        }
        return after <= mostForLargeLocked(share, room);
    }

    /// What all may hold for a large query to get more: those that are older go before it.
    @GuardedBy("this")
    private long mostForLargeLocked(Share share, long room) {
        boolean isOldest = true;
        for (Share older : shares.headMap(share.number, false).values()) {
            if (older.rank == Rank.CLIENT && older.refusal == null) {
                if (older.waiters > 0) {
                    return 0;
                }
                isOldest &= older.drawn <= room / SMALL_PARTS;
            }
        }
        return isOldest ? largeBytes(room) : room / 2;
    }

    /// Refuses what could not be had if nobody else held anything.
    @GuardedBy("this")
    private void requirePossibleLocked(Share share, long bytes) {
        long most = share.rank == Rank.RULE ? maxBytes : largeBytes(maxBytes - maxBytes / RULE_PARTS);
        if (share.drawn + bytes <= most) {
            return;
        }
        refusedAsTooLarge++;
        throw new QueryCancelledException(
                "query_too_much_memory",
                Fault.USER,
                "query would hold more than " + shown(most) + " in memory, the most that one may have of the "
                        + shown(maxBytes) + " of all: narrow the range, raise the step, select fewer series or raise"
                        + " query.memoryBytes");
    }

    /// Ends a query if no room will come by waiting, or if a rule waits.
    @GuardedBy("this")
    private void makeRoomLocked(Share share, long bytes) {
        Share victim = share.rank == Rank.RULE && isMoreNeededLocked(bytes) ? youngestLocked(false) : null;
        if (victim == null && areAllStuckLocked()) {
            victim = youngestLocked(true);
            victim = victim == null ? share : victim;
        }
        if (victim != null) {
            refusedForOthers++;
            victim.refusal = new QueryCancelledException(
                    "query_memory_full",
                    Fault.OVERLOAD,
                    "query was ended for older ones or rules to go on: queries hold " + shown(held) + " of the "
                            + shown(maxBytes) + " that all may hold in memory together; try again later, ask for less"
                            + " or raise query.memoryBytes");
            notifyAll();
        }
    }

    /// Whether what queries that are ending give back will not be enough for a rule.
    @GuardedBy("this")
    private boolean isMoreNeededLocked(long bytes) {
        long staying = 0;
        for (Share each : shares.values()) {
            staying += each.refusal == null ? each.drawn : 0;
        }
        return staying + bytes > maxBytes;
    }

    /// Whether all who hold something wait, and none of those that wait has room meanwhile.
    @GuardedBy("this")
    private boolean areAllStuckLocked() {
        for (Share each : shares.values()) {
            boolean isWaiting = each.waiters > 0 && each.refusal == null;
            if (isWaiting ? isRoomLocked(each, each.wanted) : each.drawn > 0) {
                return false;
            }
        }
        return true;
    }

    /// The youngest query of a client that holds something; a large one if there is one.
    @GuardedBy("this")
    private @Nullable Share youngestLocked(boolean isWaiting) {
        long smallBytes = clientBytesLocked() / SMALL_PARTS;
        Share small = null;
        for (Share share : shares.descendingMap().values()) {
            boolean isCandidate = share.rank == Rank.CLIENT
                    && share.refusal == null
                    && share.drawn > 0
                    && (share.waiters > 0 || !isWaiting);
            if (isCandidate && share.drawn > smallBytes) {
                return share;
            }
            small = isCandidate && small == null ? share : small;
        }
        return small;
    }

    synchronized boolean isWaiting(Share share) {
        return share.waiters > 0;
    }

    static String shown(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    public long maxBytes() {
        return maxBytes;
    }

    public synchronized long heldBytes() {
        return held;
    }

    /// Threads that wait for room.
    public synchronized int waiting() {
        return waiting;
    }

    /// How often one had to wait.
    public synchronized long waits() {
        return waits;
    }

    /// Queries that were ended for others to go on.
    public synchronized long refusedForOthers() {
        return refusedForOthers;
    }

    /// Queries that wanted more than one may have.
    public synchronized long refusedAsTooLarge() {
        return refusedAsTooLarge;
    }
}
