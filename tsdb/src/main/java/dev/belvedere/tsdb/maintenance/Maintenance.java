package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.Quarantine;
import dev.belvedere.tsdb.partition.RollupBlocks;
import dev.belvedere.tsdb.partition.StoreMetrics;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.partition.Tombstone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Background work over all partitions. Used by one thread at a time.
public final class Maintenance {

    private final TsdbOptions options;
    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;
    private final List<Partition> partitions;
    private final ChangeListener changes;
    private final BlockNames names;
    private final Publisher publisher;
    private final RetentionClock clock;
    private final Garbage garbage;
    private final Scrub scrub;
    private final List<Flusher> flushers = new ArrayList<>();
    private final List<Compactor> compactors = new ArrayList<>();
    private final List<Downsampler> downsamplers = new ArrayList<>();

    /// When the oldest samples of each partition's head came, by elapsed time; only while it has some.
    private final long[] headSinceNanos;

    private final boolean[] hasHead;
    private boolean isClosed;

    /// Told when what queries see of a tenant changes from a time on, once they can see it.
    public interface ChangeListener {
        void changed(Tenant tenant, long lowestMillis);
    }

    public Maintenance(
            TsdbOptions options,
            TsdbEnvironment environment,
            StoreMetrics metrics,
            List<Partition> partitions,
            ChangeListener changes) {
        this.options = options;
        this.clock = RetentionClock.over(environment);
        this.environment = environment;
        this.metrics = metrics;
        this.partitions = partitions;
        this.changes = changes;
        this.names = new BlockNames(
                environment.time(),
                environment.catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                        .map(SegmentRecord::key)
                        .toList());
        this.publisher = new Publisher(environment.catalog(), environment.segments());
        this.garbage = new Garbage(environment, metrics, partitions, options.blockSpanMillis());
        this.scrub = new Scrub(environment, partitions, options.scrubPeriodMillis(), Scrub.BYTES_PER_SECOND);
        BlockSupport support = new BlockSupport(metrics, names, publisher);
        for (Partition partition : partitions) {
            flushers.add(new Flusher(partition, environment, options, support));
            Downsampler downsampler = new Downsampler(partition, environment, options, support);
            downsamplers.add(downsampler);
            compactors.add(new Compactor(partition, environment, options, support, downsampler));
        }
        headSinceNanos = new long[partitions.size()];
        hasHead = new boolean[partitions.size()];
    }

    public void close() {
        isClosed = true;
    }

    public void maintain() {
        if (isClosed) {
            return;
        }
        List<Long> bytes = headBytes();
        long total = bytes.stream().mapToLong(Long::longValue).sum();
        for (int p = 0; p < partitions.size(); p++) {
            // The largest are those above their share; the others go on collecting.
            boolean isLarge = total >= options.headsMaxBytes() && bytes.get(p) * partitions.size() >= total;
            if (isFlushDue(p, isLarge)) {
                flushers.get(p).flush();
                hasHead[p] = false;
            }
        }
        for (int p = 0; p < partitions.size(); p++) {
            compactors.get(p).compact(Compactor.Scope.DUE, safeNowMillis());
            downsamplers.get(p).downsample(safeNowMillis());
            partitions.get(p).opener().putAsideDamaged(partitions.get(p));
        }
        expire();
        garbage.collect();
        scrub.scrub();
    }

    private List<Long> headBytes() {
        List<Long> bytes = new ArrayList<>();
        for (Partition partition : partitions) {
            synchronized (partition) {
                bytes.add(partition.tenantsLocked().stream()
                        .mapToLong(tenant -> tenant.head().encodedBytes())
                        .sum());
            }
        }
        return bytes;
    }

    private boolean isFlushDue(int p, boolean isLarge) {
        long samples = 0;
        boolean isUrgent;
        Partition partition = partitions.get(p);
        synchronized (partition) {
            isUrgent = partition.hasUnloggedLocked();
            for (TenantPartition tenant : partition.tenantsLocked()) {
                samples += tenant.head().sampleCount();
                isUrgent |= tenant.head().isFull(options.headMaxBytes());
            }
        }
        if (samples == 0) {
            hasHead[p] = false;
            return flushers.get(p).isUnfinished();
        }
        long now = environment.time().nanoTime();
        if (!hasHead[p]) {
            hasHead[p] = true;
            headSinceNanos[p] = now;
        }
        return isUrgent
                || isLarge
                || (now - headSinceNanos[p]) / 1_000_000 >= options.headMaxMillis()
                || flushers.get(p).isUnfinished();
    }

    public void flush() {
        flushAndCompact(Compactor.Scope.ALL);
    }

    public void cleanTombstones() {
        flushAndCompact(Compactor.Scope.DELETED);
    }

    private void flushAndCompact(Compactor.Scope scope) {
        for (int p = 0; p < partitions.size(); p++) {
            flushers.get(p).flush();
            hasHead[p] = false;
            compactors.get(p).compact(scope, safeNowMillis());
            downsamplers.get(p).downsample(safeNowMillis());
            compactors.get(p).dropTombstones();
        }
    }

    /// The time by which samples are removed: that of the newest sample in a block, unless the clock that retention
    /// trusts is behind it. A clock that jumps ahead removes nothing.
    private long safeNowMillis() {
        long newest = Long.MIN_VALUE;
        for (SegmentRecord record : blockRecords()) {
            newest = record.kind().equals(BlockNames.BLOCK) ? Math.max(newest, record.maxMillis()) : newest;
        }
        return Math.min(newest, clock.currentMillis());
    }

    private List<SegmentRecord> blockRecords() {
        List<SegmentRecord> blocks = new ArrayList<>();
        for (SegmentRecord record : environment.catalog().state().segments(TsdbEnvironment.TOPIC)) {
            if (BlockNames.isBlock(record) || record.kind().equals(Quarantine.KIND)) {
                blocks.add(record);
            }
        }
        return blocks;
    }

    /// Writes all heads to blocks, so that tombstones can hold for everything before an offset.
    public void delete(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
        for (int p = 0; p < partitions.size(); p++) {
            flushers.get(p).flush();
            hasHead[p] = false;
            Partition partition = partitions.get(p);
            synchronized (partition) {
                if (partition.findTenantLocked(tenant).isEmpty()) {
                    continue;
                }
            }
            long offset = environment.catalog().state().checkpoint(TsdbEnvironment.TOPIC, p);
            String key = names.next(tenant, p);
            Tombstone tombstone = new Tombstone(key, tenant, p, names.nextNumber(), offset, matchers, range);
            ByteSink content = new ByteSink(64);
            content.putString(matchers.toString());
            long size = environment.segments().put(key, sink -> sink.write(content.toBuffer()));
            publisher.publish(CatalogEdit.add(List.of(tombstone.record(size)), List.of()));
            synchronized (partition) {
                TenantPartition share = partition.tenantLocked(tenant);
                share.masks().add(tombstone);
                for (Block block : share.blocks()) {
                    share.head().doubtNewest(block.record().maxMillis());
                }
            }
            changes.changed(tenant, range.startMillis());
        }
    }

    /// Removes blocks that are past retention as a whole, then the oldest while all are too large.
    private void expire() {
        List<SegmentRecord> blocks = blockRecords();
        blocks.sort(Comparator.comparingLong(SegmentRecord::maxMillis));
        long bytes = environment.log().sizeBytes()
                + blocks.stream().mapToLong(SegmentRecord::sizeBytes).sum();
        long now = safeNowMillis();
        Set<String> expired = new HashSet<>();
        for (SegmentRecord record : blocks) {
            if (record.maxMillis() < Retention.cutoff(keepMillis(record), now)
                    || bytes > options.retention().bytes()) {
                expired.add(record.key());
                bytes -= record.sizeBytes();
            }
        }
        if (!expired.isEmpty()) {
            remove(expired);
        }
    }

    /// Windows of a resolution that is no longer asked for go with the samples.
    private long keepMillis(SegmentRecord record) {
        if (record.kind().equals(BlockNames.ROLLUP)) {
            for (Retention.Rollup rollup : options.retention().rollups()) {
                if (rollup.resolutionMillis() == RollupBlocks.resolutionOf(record)) {
                    return rollup.keepMillis();
                }
            }
        }
        return options.retention().longestSamplesMillis();
    }

    private void remove(Set<String> keys) {
        publisher.publish(CatalogEdit.replace(List.copyOf(keys), List.of()));
        List<Block> removed = new ArrayList<>();
        for (Partition partition : partitions) {
            synchronized (partition) {
                for (TenantPartition tenant : partition.tenantsLocked()) {
                    long lowest = Long.MAX_VALUE;
                    List<Block> all = new ArrayList<>(tenant.blocks());
                    all.addAll(tenant.rollups().all());
                    for (Block block : all) {
                        if (keys.contains(block.record().key())) {
                            removed.add(block);
                            tenant.head().doubtNewest(block.record().maxMillis());
                            lowest = Math.min(lowest, block.record().minMillis());
                        }
                    }
                    tenant.blocks().removeAll(removed);
                    tenant.rollups().all().removeAll(removed);
                    tenant.masks().forget(keys);
                    tenant.lost().removeIf(record -> keys.contains(record.key()));
                    if (lowest != Long.MAX_VALUE) {
                        changes.changed(tenant.tenant(), lowest);
                    }
                }
            }
        }
        removed.forEach(block -> block.giveUp(true));
        keys.stream().filter(key -> key.startsWith(Quarantine.PREFIX)).forEach(environment.segments()::delete);
        metrics.blocksExpired().add(keys.size());
    }
}
