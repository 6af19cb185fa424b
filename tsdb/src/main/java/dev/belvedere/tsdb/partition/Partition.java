package dev.belvedere.tsdb.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.AppendOutcome.Rejection;
import dev.belvedere.tsdb.frame.FrameWriter;
import dev.belvedere.tsdb.frame.PendingSamples;
import dev.belvedere.tsdb.frame.TakenSamples;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.StoredSample;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
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
public final class Partition {

    /// In place of an offset to wait for: some of the samples are there already, but perhaps lost by the log and in no
    /// block yet. They must not be acknowledged; after the next round of maintenance they can be.
    public static final long NOT_DURABLE = Long.MAX_VALUE;

    /// The time range of samples taken, both ends inclusive.
    public record Bounds(long oldestMillis, long newestMillis, long outOfOrderWindowMillis) {}

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

    /// By place in the pending samples, of those taken: what the newest time of their series was before; no earlier
    /// than the sample for late ones. Either all of a range are late or none is.
    @GuardedBy("this")
    private long[] newestBefore = new long[256];

    @GuardedBy("this")
    private int[] defined = new int[256];

    /// Whether the commit in hand has samples that are there already, perhaps in frames that are not synced yet.
    @GuardedBy("this")
    private boolean hasRepetitions;

    /// Looks for samples beside which those of the commit in hand stand; absent until there is one that is not newer
    /// than its series.
    @GuardedBy("this")
    private @Nullable SampleFinder finder;

    /// Accepted samples by series and time, of the first [#mappedRanges] of those taken; absent until somebody asks.
    @GuardedBy("this")
    private @Nullable Long2IntOpenHashMap acceptedByTime;

    @GuardedBy("this")
    private int mappedRanges;

    public Partition(int number, TsdbEnvironment environment, Retention retention, StoreMetrics metrics) {
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

    public int number() {
        return number;
    }

    public BlockOpener opener() {
        return opener;
    }

    @GuardedBy("this")
    public TenantPartition tenantLocked(Tenant tenant) {
        TenantPartition found = tenants.get(tenant);
        if (found == null) {
            found = new TenantPartition(tenant, retention, time, opener);
            tenants.put(tenant, found);
        }
        return found;
    }

    @GuardedBy("this")
    public Optional<TenantPartition> findTenantLocked(Tenant tenant) {
        return Optional.ofNullable(tenants.get(tenant));
    }

    @GuardedBy("this")
    public List<TenantPartition> tenantsLocked() {
        return new ArrayList<>(tenants.values());
    }

    /// Opens a tenant's blocks of a time, one after the other, so that writers wait for one at most.
    ///
    /// @param budget is checked between two
    public void openBlocks(Tenant tenant, TimeRange range, QueryBudget budget) {
        boolean isLeft = true;
        while (isLeft) {
            budget.check();
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
    public long beginEpochLocked() {
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
    public long noteHandoverLocked() {
        lossesAtHandover = log.losses(number);
        return lossesAtHandover;
    }

    /// Notes that all samples of frames before an offset are in blocks.
    ///
    /// @param losses as they were handed over
    @GuardedBy("this")
    public void notePublishedLocked(long endOffset, long losses) {
        publishedEnd = endOffset;
        lossesPublished = losses;
    }

    /// Whether the head may hold samples that the log has lost. Their senders were told to send them again, and a
    /// repetition is no reason to log them twice.
    @GuardedBy("this")
    public boolean hasUnloggedLocked() {
        return log.losses(number) != lossesAtHandover;
    }

    /// Checks, logs and applies samples.
    ///
    /// @param runs those of the samples that belong here
    /// @return the offset to wait for, -1 if there is nothing that could be lost, or [#NOT_DURABLE]
    public synchronized long commit(
            Tenant tenant, PendingSamples samples, Slice runs, Bounds bounds, CommitOutcome outcome) {
        TenantPartition to = tenantLocked(tenant);
        taken.clear();
        acceptedByTime = null;
        mappedRanges = 0;
        hasRepetitions = false;
        try {
            checkAllLocked(to, samples, runs, bounds, outcome);
        } finally {
            finder = null;
        }
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
                    number, writer.write(content, to.index().view()), lossesAtEpoch);
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
    public record Slice(int[] runs, int from, int to) {}

    @GuardedBy("this")
    private void checkAllLocked(
            TenantPartition to, PendingSamples samples, Slice runs, Bounds bounds, CommitOutcome outcome) {
        if (newestBefore.length < samples.count()) {
            newestBefore = new long[samples.count()];
        }
        for (int i = runs.from(); i < runs.to(); i++) {
            int start = samples.runStart(runs.runs()[i]);
            int end = samples.runEnd(runs.runs()[i]);
            Run run = new Run(to, samples, start, bounds);
            if (!takeAllLocked(run, end)) {
                for (int at = start; at < end; at++) {
                    checkLocked(run, at, outcome);
                }
            }
        }
    }

    /// Samples of series with consecutive numbers at one time.
    ///
    /// @param start the place of the first
    private record Run(TenantPartition to, PendingSamples samples, int start, Bounds bounds) {

        long time() {
            return samples.time(start);
        }

        int series(int at) {
            return samples.series(at);
        }

        Labels labels(int at) {
            return to.index().view().labels(series(at));
        }
    }

    /// Takes a run all of which can be taken and is newer than its series: nearly every one.
    ///
    /// @param end behind the last sample
    /// @return false, having taken nothing, if its samples have to be looked at one by one
    @GuardedBy("this")
    private boolean takeAllLocked(Run run, int end) {
        PendingSamples samples = run.samples();
        int count = end - run.start();
        if (run.time() < run.bounds().oldestMillis()
                || run.time() > run.bounds().newestMillis()
                || !SeriesRef.areCurrent(
                        samples.ref(run.start()), count, run.to().index())) {
            return false;
        }
        openBlocksLocked(run);
        if (!run.to().head().advance(run.series(run.start()), count, run.time(), newestBefore, run.start())) {
            return false;
        }
        taken.add(run.start(), end);
        return true;
    }

    @GuardedBy("this")
    private void openBlocksLocked(Run run) {
        if (run.to().openBlocksIfNewer(run.time())) {
            finder = null;
        }
    }

    @GuardedBy("this")
    private void checkLocked(Run run, int at, CommitOutcome outcome) {
        TenantPartition to = run.to();
        Bounds bounds = run.bounds();
        long time = run.time();
        if (!SeriesRef.isCurrent(run.samples().ref(at), to.index())) {
            reject(run, at, RejectReason.UNKNOWN_REF, 0, outcome);
        } else if (time < bounds.oldestMillis()) {
            reject(run, at, RejectReason.TOO_OLD, bounds.oldestMillis(), outcome);
        } else if (time > bounds.newestMillis()) {
            reject(run, at, RejectReason.TOO_FAR_AHEAD, bounds.newestMillis(), outcome);
        } else {
            openBlocksLocked(run);
            long newest = to.head().lastMillis(run.series(at));
            if (time > newest) {
                to.head().setLastMillis(run.series(at), time);
                takeLocked(run, at, newest);
            } else {
                checkLateLocked(run, at, outcome);
            }
        }
    }

    private static void reject(Run run, int at, RejectReason reason, long boundMillis, CommitOutcome outcome) {
        if (outcome.reject(reason, run.samples().isHistogram(at))) {
            Labels labels = reason == RejectReason.UNKNOWN_REF ? Labels.EMPTY : run.labels(at);
            outcome.tell(new Rejection(reason, labels, run.time(), boundMillis));
        }
    }

    /// A sample that is not newer than the newest of its series: late, or there already.
    @GuardedBy("this")
    private void checkLateLocked(Run run, int at, CommitOutcome outcome) {
        int series = run.series(at);
        long time = run.time();
        SampleFinder in = finderLocked(run.to());
        StoredSample present = findAcceptedLocked(run, series);
        if (present == null) {
            present = in.find(series, time);
        }
        if (present != null) {
            if (present.isSame(run.samples().value(at), run.samples().histogram(at))) {
                outcome.accept(1);
                hasRepetitions = true;
            } else {
                reject(run, at, RejectReason.DUPLICATE_TIMESTAMP, time, outcome);
            }
            return;
        }
        Head head = run.to().head();
        long window = run.bounds().outOfOrderWindowMillis();
        long newest = head.lastMillis(series);
        if (isBeyond(newest, time, window) && !in.isNewestKnown(series)) {
            newest = Math.max(in.newestMillis(series), newestAcceptedLocked(run.samples(), series));
            head.setLastMillis(series, Math.max(newest, time));
        }
        if (time <= newest && isBeyond(newest, time, window)) {
            reject(run, at, RejectReason.OUT_OF_ORDER, newest, outcome);
        } else {
            takeLocked(run, at, newest);
        }
    }

    @GuardedBy("this")
    private SampleFinder finderLocked(TenantPartition of) {
        SampleFinder present = finder;
        if (present == null) {
            present = new SampleFinder(of);
            finder = present;
        }
        return present;
    }

    private static boolean isBeyond(long newest, long time, long windowMillis) {
        long distance = newest - time;
        return distance < 0 || distance > windowMillis;
    }

    /// Takes a sample, in one range with the one before it in its run where both are late or neither is.
    ///
    /// @param newest what the newest time of its series was before
    @GuardedBy("this")
    private void takeLocked(Run run, int at, long newest) {
        newestBefore[at] = newest;
        boolean isLate = run.time() <= newest;
        if (at > run.start() && taken.endsAt(at) && run.time() <= newestBefore[at - 1] == isLate) {
            taken.extend(at + 1);
        } else {
            taken.add(at, at + 1);
        }
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

    /// What the commit in hand has taken of a series at the time of a run; absent if nothing.
    @GuardedBy("this")
    private @Nullable StoredSample findAcceptedLocked(Run run, int series) {
        PendingSamples samples = run.samples();
        mapAcceptedLocked(run);
        Long2IntOpenHashMap byTime = acceptedByTime;
        int at = byTime == null ? -1 : byTime.get(key(series, run.time()));
        return at >= 0 && samples.series(at) == series && samples.time(at) == run.time()
                ? new StoredSample(samples.value(at), samples.histogram(at))
                : null;
    }

    /// Brings [#acceptedByTime] up to a run, in which no series comes twice.
    @GuardedBy("this")
    private void mapAcceptedLocked(Run run) {
        PendingSamples samples = run.samples();
        while (mappedRanges < taken.ranges() && taken.start(mappedRanges) < run.start()) {
            Long2IntOpenHashMap byTime = acceptedByTime;
            if (byTime == null) {
                byTime = new Long2IntOpenHashMap(samples.count());
                byTime.defaultReturnValue(-1);
                acceptedByTime = byTime;
            }
            for (int at = taken.start(mappedRanges); at < taken.end(mappedRanges); at++) {
                byTime.putIfAbsent(key(samples.series(at), samples.time(at)), at);
            }
            mappedRanges++;
        }
    }

    private static long key(int series, long time) {
        return time * 0x9E3779B97F4A7C15L ^ series * 0xBF58476D1CE4E5B9L;
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
            if (samples.isHistogram(start) || samples.start(start) != 0) {
                for (int at = start; at < end; at++) {
                    applyLocked(to.head(), samples, at, isLate);
                }
            } else if (isLate) {
                to.head().appendLate(samples.series(start), end - start, time, samples.values(), start);
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
