package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.AppendOutcome.Rejection;
import dev.belvedere.tsdb.frame.FrameWriter;
import dev.belvedere.tsdb.frame.PendingSamples;
import dev.belvedere.tsdb.frame.TakenSamples;
import dev.belvedere.tsdb.head.Head;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One partition of the log with all that was built from it.
///
/// Its monitor guards everything reachable from here; frames are applied in the order of their offsets because
/// appending and applying happen under it. Syncing, reading chunks and writing blocks happen outside.
final class Partition {

    /// In place of an offset to wait for: some of the samples are there already, but perhaps lost by the log and in no
    /// block yet. They must not be acknowledged; after the next round of maintenance they can be.
    static final long NOT_DURABLE = Long.MAX_VALUE;

    /// The time range of samples taken, both ends inclusive.
    record Bounds(long oldestMillis, long newestMillis, long outOfOrderWindowMillis) {}

    private final int number;
    private final IngestLog log;
    private final Retention retention;
    private final TimeSource time;
    private final BlockOpener opener;

    @GuardedBy("this")
    private final Map<Tenant, TenantPartition> tenants = new HashMap<>();

    @GuardedBy("this")
    private final FrameWriter writer = new FrameWriter();

    /// The offset at which series numbers began to count anew.
    @GuardedBy("this")
    private long epoch;

    /// The log's count of losses when the epoch began: a lost frame may have held definitions of series.
    @GuardedBy("this")
    private long lossesAtEpoch;

    /// The same when the head was last handed over. What was lost since then is in the head alone.
    @GuardedBy("this")
    private long lossesAtHandover;

    /// The same when what is published now was handed over. What was lost before is in blocks.
    @GuardedBy("this")
    private long lossesPublished;

    /// All samples of frames before are in blocks.
    @GuardedBy("this")
    private long publishedEnd;

    /// Samples of the commit in hand that passed the checks.
    @GuardedBy("this")
    private final TakenSamples taken = new TakenSamples();

    /// By place in the pending samples, of those taken: what the newest time of their series was before; later than the
    /// sample for late ones, each of which is a range of its own.
    @GuardedBy("this")
    private long[] newestBefore = new long[256];

    @GuardedBy("this")
    private int[] defined = new int[256];

    /// Whether the commit in hand has samples that are there already, perhaps in frames that are not synced yet.
    @GuardedBy("this")
    private boolean hasRepetitions;

    /// Accepted samples by series and time, once the commit has one that is not newer than its series.
    @GuardedBy("this")
    private @Nullable Long2IntOpenHashMap acceptedByTime;

    Partition(int number, TsdbEnvironment environment, Retention retention, StoreMetrics metrics) {
        this.opener = new BlockOpener(environment, metrics);
        this.number = number;
        this.log = environment.log();
        this.time = environment.time();
        this.retention = retention;
        this.epoch = log.endOffset(number);
        this.lossesAtEpoch = log.losses(number);
        this.lossesAtHandover = lossesAtEpoch;
        this.lossesPublished = lossesAtEpoch;
    }

    int number() {
        return number;
    }

    BlockOpener opener() {
        return opener;
    }

    @GuardedBy("this")
    TenantPartition tenantLocked(Tenant tenant) {
        TenantPartition found = tenants.get(tenant);
        if (found == null) {
            found = new TenantPartition(tenant, retention, time, opener);
            tenants.put(tenant, found);
        }
        return found;
    }

    @GuardedBy("this")
    Optional<TenantPartition> findTenantLocked(Tenant tenant) {
        return Optional.ofNullable(tenants.get(tenant));
    }

    @GuardedBy("this")
    List<TenantPartition> tenantsLocked() {
        return new ArrayList<>(tenants.values());
    }

    /// Opens a tenant's blocks of a time, one after the other, so that writers wait for one at most.
    ///
    /// @param check is called between two; what it throws ends the work
    void openBlocks(Tenant tenant, TimeRange range, Runnable check) {
        boolean isLeft = true;
        while (isLeft) {
            check.run();
            synchronized (this) {
                TenantPartition share = tenants.get(tenant);
                isLeft = share != null && share.openOneOf(range.startMillis(), range.endMillis());
            }
        }
    }

    /// Takes a new epoch, which begins at the offset that comes next.
    ///
    /// @return that offset
    @GuardedBy("this")
    long beginEpochLocked() {
        lossesAtEpoch = log.losses(number);
        epoch = log.endOffset(number);
        for (TenantPartition tenant : tenants.values()) {
            tenant.beginEpoch();
        }
        return epoch;
    }

    /// Notes that the head's samples are on their way to a block.
    ///
    /// @return how often the log had lost some, for [#notePublishedLocked]
    @GuardedBy("this")
    long noteHandoverLocked() {
        lossesAtHandover = log.losses(number);
        return lossesAtHandover;
    }

    /// Notes that all samples of frames before an offset are in blocks.
    ///
    /// @param losses as they were handed over
    @GuardedBy("this")
    void notePublishedLocked(long endOffset, long losses) {
        publishedEnd = endOffset;
        lossesPublished = losses;
    }

    /// Whether the head may hold samples that the log has lost. Their senders were told to send them again, and a
    /// repetition is no reason to log them twice.
    @GuardedBy("this")
    boolean hasUnloggedLocked() {
        return log.losses(number) != lossesAtHandover;
    }

    /// Checks, logs and applies samples.
    ///
    /// @param runs those of the samples that belong here
    /// @return the offset to wait for, -1 if there is nothing that could be lost, or [#NOT_DURABLE]
    synchronized long commit(Tenant tenant, PendingSamples samples, Slice runs, Bounds bounds, CommitOutcome outcome) {
        TenantPartition to = tenantLocked(tenant);
        taken.clear();
        acceptedByTime = null;
        hasRepetitions = false;
        checkAllLocked(to, samples, runs, bounds, outcome);
        if (taken.count() == 0) {
            long end = log.endOffset(number);
            return hasRepetitions && end > publishedEnd ? offsetLocked(end - 1) : -1;
        }
        if (log.losses(number) != lossesAtEpoch) {
            beginEpochLocked();
        }
        int definedCount = collectDefinitionsLocked(to, samples);
        boolean isWritten = false;
        try {
            FrameWriter.Content content = new FrameWriter.Content(tenant, epoch, samples, taken, defined, definedCount);
            long offset = log.appendUnlessLost(
                    number, writer.write(content, to.index().view()::labels), lossesAtEpoch);
            if (offset < 0) {
                throw new OperationException(
                        "io_error", Fault.DEPENDENCY, "the ingest log just failed to sync; send the samples again");
            }
            isWritten = true;
            long lowest = Long.MIN_VALUE;
            try {
                lowest = applyLocked(to, samples);
                to.noteApplied(lowest);
            } finally {
                outcome.touch(lowest);
            }
            outcome.accept(taken.count());
            return offsetLocked(offset);
        } finally {
            for (int i = 0; i < definedCount; i++) {
                to.endDefinition(defined[i], isWritten);
            }
            if (!isWritten) {
                undoLocked(to, samples);
            }
        }
    }

    /// What has to be waited for where what a commit brought is in frames up to an offset, or in blocks.
    @GuardedBy("this")
    private long offsetLocked(long offset) {
        return hasRepetitions && log.losses(number) != lossesPublished ? NOT_DURABLE : offset;
    }

    /// Runs of pending samples, in order.
    record Slice(int[] runs, int from, int to) {}

    @GuardedBy("this")
    private void checkAllLocked(
            TenantPartition to, PendingSamples samples, Slice runs, Bounds bounds, CommitOutcome outcome) {
        if (newestBefore.length < samples.count()) {
            newestBefore = new long[samples.count()];
        }
        for (int i = runs.from(); i < runs.to(); i++) {
            int run = runs.runs()[i];
            if (!takeRunLocked(to, samples, run, bounds)) {
                for (int at = samples.runStart(run); at < samples.runEnd(run); at++) {
                    checkLocked(to, samples, at, bounds, outcome);
                }
            }
        }
    }

    /// Takes a run all of which can be taken and is newer than its series: nearly every one.
    ///
    /// @return false, having taken nothing, if its samples have to be looked at one by one
    @GuardedBy("this")
    private boolean takeRunLocked(TenantPartition to, PendingSamples samples, int run, Bounds bounds) {
        int start = samples.runStart(run);
        int count = samples.runEnd(run) - start;
        long time = samples.time(start);
        if (acceptedByTime != null
                || time < bounds.oldestMillis()
                || time > bounds.newestMillis()
                || !SeriesRef.areCurrent(samples.ref(start), count, to.index())) {
            return false;
        }
        to.openBlocksIfNewer(time);
        if (!to.head().advance(samples.series(start), count, time, newestBefore, start)) {
            return false;
        }
        taken.add(start, start + count);
        return true;
    }

    @GuardedBy("this")
    private void checkLocked(TenantPartition to, PendingSamples samples, int at, Bounds bounds, CommitOutcome outcome) {
        int series = samples.series(at);
        long time = samples.time(at);
        boolean isHistogram = samples.isHistogram(at);
        if (!SeriesRef.isCurrent(samples.ref(at), to.index())) {
            outcome.reject(new Rejection(RejectReason.UNKNOWN_REF, Labels.EMPTY, time, 0), isHistogram);
        } else if (time < bounds.oldestMillis()) {
            outcome.reject(
                    new Rejection(RejectReason.TOO_OLD, labels(to, series), time, bounds.oldestMillis()), isHistogram);
        } else if (time > bounds.newestMillis()) {
            outcome.reject(
                    new Rejection(RejectReason.TOO_FAR_AHEAD, labels(to, series), time, bounds.newestMillis()),
                    isHistogram);
        } else {
            to.openBlocksIfNewer(time);
            long newest = to.head().lastMillis(series);
            if (time > newest) {
                to.head().setLastMillis(series, time);
                takeLocked(samples, at, newest);
            } else {
                checkLateLocked(to, samples, at, bounds, outcome);
            }
        }
    }

    private static Labels labels(TenantPartition of, int series) {
        return of.index().view().labels(series);
    }

    @GuardedBy("this")
    private void takeLocked(PendingSamples samples, int at, long newest) {
        Long2IntOpenHashMap byTime = acceptedByTime;
        if (byTime != null) {
            byTime.putIfAbsent(key(samples.series(at), samples.time(at)), at);
        }
        newestBefore[at] = newest;
        taken.add(at, at + 1);
    }

    private static long key(int series, long time) {
        return time * 0x9E3779B97F4A7C15L ^ series * 0xBF58476D1CE4E5B9L;
    }

    /// A sample that is not newer than the newest of its series: late, or there already.
    @GuardedBy("this")
    private void checkLateLocked(
            TenantPartition to, PendingSamples samples, int at, Bounds bounds, CommitOutcome outcome) {
        int series = samples.series(at);
        long time = samples.time(at);
        Optional<SampleFinder.Found> present = findAcceptedLocked(samples, series, time);
        SampleFinder finder = new SampleFinder(to);
        if (present.isEmpty()) {
            present = finder.find(series, time);
        }
        if (present.isPresent()) {
            if (present.get().isSame(samples.value(at), samples.histogram(at))) {
                outcome.accept(1);
                hasRepetitions = true;
            } else {
                outcome.reject(
                        new Rejection(RejectReason.DUPLICATE_TIMESTAMP, labels(to, series), time, time),
                        samples.isHistogram(at));
            }
            return;
        }
        long newest = to.head().lastMillis(series);
        if (isBeyond(newest, time, bounds.outOfOrderWindowMillis())) {
            // After a restart the newest time is that of the block's chunk: look it up before refusing.
            newest = Math.max(finder.newestMillis(series), newestAcceptedLocked(samples, series));
            to.head().setLastMillis(series, newest);
            if (time > newest) {
                to.head().setLastMillis(series, time);
            } else if (isBeyond(newest, time, bounds.outOfOrderWindowMillis())) {
                outcome.reject(
                        new Rejection(RejectReason.OUT_OF_ORDER, labels(to, series), time, newest),
                        samples.isHistogram(at));
                return;
            }
        }
        takeLocked(samples, at, newest);
    }

    private static boolean isBeyond(long newest, long time, long windowMillis) {
        long distance = newest - time;
        return distance < 0 || distance > windowMillis;
    }

    @GuardedBy("this")
    private long newestAcceptedLocked(PendingSamples samples, int series) {
        long newest = Head.NEVER;
        for (int range = 0; range < taken.ranges(); range++) {
            int start = taken.start(range);
            int at = start + series - samples.series(start);
            if (at >= start && at < taken.end(range)) {
                newest = Math.max(newest, samples.time(at));
            }
        }
        return newest;
    }

    @GuardedBy("this")
    private Optional<SampleFinder.Found> findAcceptedLocked(PendingSamples samples, int series, long time) {
        Long2IntOpenHashMap byTime = acceptedByTime;
        if (byTime == null) {
            byTime = new Long2IntOpenHashMap();
            byTime.defaultReturnValue(-1);
            for (int range = 0; range < taken.ranges(); range++) {
                for (int at = taken.start(range); at < taken.end(range); at++) {
                    byTime.put(key(samples.series(at), samples.time(at)), at);
                }
            }
            acceptedByTime = byTime;
        }
        int at = byTime.get(key(series, time));
        return at >= 0 && samples.series(at) == series && samples.time(at) == time
                ? Optional.of(new SampleFinder.Found(samples.value(at), samples.histogram(at)))
                : Optional.empty();
    }

    @GuardedBy("this")
    private int collectDefinitionsLocked(TenantPartition to, PendingSamples samples) {
        int count = 0;
        for (int range = 0; range < taken.ranges(); range++) {
            int start = taken.start(range);
            int end = taken.end(range);
            if (to.areDefined(samples.series(start), end - start)) {
                continue;
            }
            for (int at = start; at < end; at++) {
                int series = samples.series(at);
                if (to.beginDefinition(series)) {
                    if (count == defined.length) {
                        defined = Arrays.copyOf(defined, 2 * count);
                    }
                    defined[count++] = series;
                }
            }
        }
        return count;
    }

    @GuardedBy("this")
    private void undoLocked(TenantPartition to, PendingSamples samples) {
        for (int range = taken.ranges() - 1; range >= 0; range--) {
            for (int at = taken.end(range) - 1; at >= taken.start(range); at--) {
                to.head().setLastMillis(samples.series(at), newestBefore[at]);
            }
        }
    }

    /// @return the earliest time of an applied sample
    @GuardedBy("this")
    private long applyLocked(TenantPartition to, PendingSamples samples) {
        long lowest = Long.MAX_VALUE;
        for (int range = 0; range < taken.ranges(); range++) {
            int start = taken.start(range);
            int end = taken.end(range);
            long time = samples.time(start);
            lowest = Math.min(lowest, time);
            boolean isLate = time <= newestBefore[start];
            if (isLate || samples.isHistogram(start) || samples.start(start) != 0) {
                for (int at = start; at < end; at++) {
                    applyLocked(to.head(), samples, at, isLate);
                }
            } else {
                to.head().append(samples.series(start), end - start, time, samples.values(), start);
            }
        }
        return lowest;
    }

    private static void applyLocked(Head head, PendingSamples samples, int at, boolean isLate) {
        int series = samples.series(at);
        long time = samples.time(at);
        NativeHistogram histogram = samples.histogram(at);
        if (isLate) {
            head.appendLate(series, time, samples.start(at), samples.value(at), histogram);
        } else if (histogram == null) {
            head.append(series, time, samples.start(at), samples.value(at));
        } else {
            head.append(series, time, samples.start(at), histogram);
        }
    }
}
