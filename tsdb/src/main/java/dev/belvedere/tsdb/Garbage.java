package dev.belvedere.tsdb;

import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.index.SeriesIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Closes blocks that nobody asks for, and forgets series that have no samples in what is open
/// (docs/design/0005-forgetting-series.md). Used by one thread at a time, the one that alone takes blocks in and out.
final class Garbage {

    /// A pass over the index pays if one of so many series goes.
    private static final int SHARE = 8;

    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(MetricAppender.REF_LIFETIME_MILLIS);

    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;
    private final List<Partition> partitions;
    private final long openMillis;
    private long lastRoundNanos;

    /// @param openMillis how far back from the newest sample blocks stay open
    Garbage(TsdbEnvironment environment, StoreMetrics metrics, List<Partition> partitions, long openMillis) {
        this.openMillis = openMillis;
        this.environment = environment;
        this.metrics = metrics;
        this.partitions = partitions;
        this.lastRoundNanos = environment.time().nanoTime();
    }

    /// A round, if the last is long enough ago.
    void collect() {
        long now = environment.time().nanoTime();
        if (now - lastRoundNanos < ROUND_NANOS) {
            return;
        }
        lastRoundNanos = now;
        for (Partition partition : partitions) {
            List<TenantPartition> tenants;
            synchronized (partition) {
                tenants = partition.tenantsLocked();
            }
            tenants.forEach(tenant -> collect(partition, tenant));
        }
    }

    private void collect(Partition partition, TenantPartition tenant) {
        List<Block> blocks;
        synchronized (partition) {
            tenant.closeIdle(newestMillis(tenant.blocks()) - openMillis);
            blocks = openBlocksLocked(tenant);
            blocks.forEach(Block::pin);
        }
        try {
            forgetDead(partition, tenant, blocks);
        } finally {
            blocks.forEach(Block::unpin);
        }
    }

    /// @param blocks open ones, pinned: what they hold is found without the partition's guard
    private void forgetDead(Partition partition, TenantPartition tenant, List<Block> blocks) {
        BitSet alive = new BitSet();
        blocks.forEach(block -> mark(block, alive));
        synchronized (partition) {
            List<Block> openedMeanwhile = openBlocksLocked(tenant);
            openedMeanwhile.removeAll(Set.copyOf(blocks));
            openedMeanwhile.forEach(block -> mark(block, alive));
            tenant.flushing().forEach(chunks -> mark(chunks, alive));
            tenant.head().mark(Long.MIN_VALUE, Long.MAX_VALUE, alive);
            BitSet dead = deadOf(tenant, alive);
            if ((long) dead.cardinality() * SHARE >= tenant.index().seriesCount() && !dead.isEmpty()) {
                partition.beginEpochLocked();
                tenant.forget(dead);
                metrics.seriesForgotten().add(dead.cardinality());
            }
            tenant.setIdle(idleOf(tenant.index(), alive));
        }
    }

    private static long newestMillis(List<Block> blocks) {
        long newest = Long.MIN_VALUE / 2;
        for (Block block : blocks) {
            newest = Math.max(newest, block.record().maxMillis());
        }
        return newest;
    }

    private static List<Block> openBlocksLocked(TenantPartition tenant) {
        List<Block> open = new ArrayList<>(tenant.blocks());
        open.addAll(tenant.rollups().all());
        open.removeIf(block -> !block.isOpen());
        return open;
    }

    private static void mark(Block block, BitSet into) {
        for (List<BlockChunk> ofTarget : block.chunks().values()) {
            mark(ofTarget, into);
        }
    }

    private static BitSet deadOf(TenantPartition tenant, BitSet alive) {
        BitSet dead = (BitSet) tenant.idle().clone();
        dead.andNot(alive);
        return dead;
    }

    private static BitSet idleOf(SeriesIndex index, BitSet alive) {
        BitSet idle = new BitSet(index.seriesBound());
        for (int s = 0; s < index.seriesBound(); s++) {
            if (index.hasSeries(s) && !alive.get(s)) {
                idle.set(s);
            }
        }
        return idle;
    }

    private static void mark(List<? extends Chunk> chunks, BitSet into) {
        ColumnLayout last = null;
        for (Chunk chunk : chunks) {
            if (chunk.layout() != last) {
                last = chunk.layout();
                for (int series : last.series()) {
                    into.set(series);
                }
            }
        }
    }
}
