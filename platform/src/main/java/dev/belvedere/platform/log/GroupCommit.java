package dev.belvedere.platform.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who waits for which frame of a partition to be durable, and one sync for all who wait.
///
/// A thread that waits syncs itself if nobody does. For listeners a thread of the log syncs; while it does, those of
/// the next sync gather. Its lock is held by nobody who syncs or tells listeners.
final class GroupCommit {

    /// Syncs a partition. Throws nothing.
    interface Syncer {
        Synced sync();
    }

    /// What a sync came to.
    ///
    /// @param end offsets below it are settled: durable or, of those that were not before, lost
    /// @param isLost whether the sync failed, so that nothing is known of them
    /// @param reason of the failure
    record Synced(long end, boolean isLost, String reason) {}

    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());
    private static final int MAX_FAILED_RANGES = 64;

    private record Waiting(long offset, SyncListener listener) {}

    private record FailedRange(long start, long end, String reason) {}

    private final Syncer syncer;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();

    /// Every offset below is settled: durable, or within [#failed].
    @GuardedBy("lock")
    private long settledOffset;

    @GuardedBy("lock")
    private boolean isSyncing;

    /// A thread of the log will look after those who wait.
    @GuardedBy("lock")
    private boolean isScheduled;

    @GuardedBy("lock")
    private List<Waiting> waiting = new ArrayList<>();

    /// Offset ranges whose sync failed, newest last; the oldest are forgotten, their writers have long been told.
    @GuardedBy("lock")
    private final Deque<FailedRange> failed = new ArrayDeque<>();

    /// @param threads run what syncs for listeners
    GroupCommit(Syncer syncer, Executor threads, long settledOffset) {
        this.syncer = syncer;
        this.threads = threads;
        this.settledOffset = settledOffset;
    }

    /// @throws OperationException `io_error`
    void awaitDurable(long offset) {
        while (true) {
            lock.lock();
            try {
                while (settledOffset <= offset && isSyncing) {
                    settled.awaitUninterruptibly();
                }
                if (settledOffset > offset) {
                    OperationException failure = failureLocked(offset);
                    if (failure != null) {
                        throw failure;
                    }
                    return;
                }
                isSyncing = true;
            } finally {
                lock.unlock();
            }
            sync();
        }
    }

    void whenDurable(long offset, SyncListener listener) {
        boolean isSettled;
        OperationException failure = null;
        boolean isToSchedule = false;
        lock.lock();
        try {
            isSettled = settledOffset > offset;
            if (isSettled) {
                failure = failureLocked(offset);
            } else {
                waiting.add(new Waiting(offset, listener));
                isToSchedule = claimScheduleLocked();
            }
        } finally {
            lock.unlock();
        }
        if (isSettled) {
            tell(listener, failure);
        } else if (isToSchedule) {
            schedule();
        }
    }

    @GuardedBy("lock")
    private @Nullable OperationException failureLocked(long offset) {
        for (FailedRange range : failed) {
            if (offset >= range.start() && offset < range.end()) {
                return new OperationException(
                        "io_error", Fault.DEPENDENCY, "could not sync the ingest log: " + range.reason());
            }
        }
        return null;
    }

    /// @return whether the caller has to call [#schedule]: somebody waits and nobody looks after it
    @GuardedBy("lock")
    private boolean claimScheduleLocked() {
        if (waiting.isEmpty() || isSyncing || isScheduled) {
            return false;
        }
        isScheduled = true;
        return true;
    }

    private void schedule() {
        try {
            threads.execute(this::syncForListeners);
        } catch (RejectedExecutionException e) {
            refuseAll();
        }
    }

    private void syncForListeners() {
        lock.lock();
        try {
            isScheduled = false;
            if (waiting.isEmpty() || isSyncing) {
                return;
            }
            isSyncing = true;
        } finally {
            lock.unlock();
        }
        sync();
    }

    /// Syncs, by whoever has set [#isSyncing], and tells all who waited for what was written before.
    private void sync() {
        Synced synced = syncer.sync();
        List<Waiting> told;
        List<@Nullable OperationException> outcomes = new ArrayList<>();
        boolean isToSchedule;
        lock.lock();
        try {
            if (synced.isLost()) {
                failed.addLast(new FailedRange(settledOffset, synced.end(), synced.reason()));
                if (failed.size() > MAX_FAILED_RANGES) {
                    failed.removeFirst();
                }
            }
            settledOffset = Math.max(settledOffset, synced.end());
            isSyncing = false;
            told = takeSettledLocked();
            for (Waiting each : told) {
                outcomes.add(failureLocked(each.offset()));
            }
            settled.signalAll();
            isToSchedule = claimScheduleLocked();
        } finally {
            lock.unlock();
        }
        if (isToSchedule) {
            schedule();
        }
        for (int i = 0; i < told.size(); i++) {
            tell(told.get(i).listener(), outcomes.get(i));
        }
    }

    @GuardedBy("lock")
    private List<Waiting> takeSettledLocked() {
        List<Waiting> taken = new ArrayList<>();
        List<Waiting> left = new ArrayList<>();
        for (Waiting each : waiting) {
            (each.offset() < settledOffset ? taken : left).add(each);
        }
        waiting = left;
        return taken;
    }

    /// The log is closed: nobody will sync for those who wait.
    private void refuseAll() {
        List<Waiting> refused;
        lock.lock();
        try {
            refused = waiting;
            waiting = new ArrayList<>();
            isScheduled = false;
        } finally {
            lock.unlock();
        }
        for (Waiting each : refused) {
            tell(
                    each.listener(),
                    new OperationException("io_error", Fault.DEPENDENCY, "the ingest log is closed: the server stops"));
        }
    }

    private static void tell(SyncListener listener, @Nullable OperationException failure) {
        try {
            if (failure == null) {
                listener.synced();
            } else {
                listener.failed(failure);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "who waited for the ingest log failed when told", e);
        }
    }
}
