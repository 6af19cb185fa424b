package dev.belvedere.tsdb.maintenance;

import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.head.HeadMarks;
import dev.belvedere.tsdb.index.Forgetting;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.StoreMetrics;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Closes blocks that nobody asks for, and forgets series that have no samples in what is open
/// (docs/design/0005-forgetting-series.md). Used by one thread at a time, the one that alone takes blocks in and out.
public final class Garbage {

    /// A pass over the index pays if one of so many series goes.
    private static final int SHARE = 8;

    /// Between two turns: as long as most writers hold the partition's monitor.
    private static final long PAUSE_NANOS = 1_000_000;

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
        Forgetting forgetting;
        HeadMarks inHead;
        List<List<Chunk>> flushing;
        synchronized (partition) {
            tenant.closeIdle(newestMillis(tenant.blocks()) - openMillis);
            // Whoever opens a block from now on touches its series.
            blocks = openBlocksLocked(tenant);
            blocks.forEach(Block::pin);
            forgetting = tenant.index().beginForgetting(tenant.idle());
            inHead = tenant.head().marks();
            flushing = tenant.flushing();
        }
        try {
            BitSet alive = new BitSet();
            blocks.forEach(block -> mark(block, alive));
            flushing.forEach(chunks -> mark(chunks, alive));
            takeTurns(() -> markTurn(partition, inHead, alive), () -> {});
            forget(partition, tenant, forgetting, alive);
        } finally {
            blocks.forEach(Block::unpin);
            synchronized (partition) {
                tenant.index().endForgetting();
            }
        }
    }

    private void forget(Partition partition, TenantPartition tenant, Forgetting forgetting, BitSet alive) {
        synchronized (partition) {
            forgetting.keepAll(alive);
            int dead = forgetting.deadCount();
            if (dead == 0 || (long) dead * SHARE < tenant.index().seriesCount()) {
                tenant.setIdle(forgetting.idle());
                return;
            }
        }
        takeTurns(() -> forgetTurn(partition, tenant, forgetting), forgetting::makeRoom);
    }

    private static boolean markTurn(Partition partition, HeadMarks inHead, BitSet alive) {
        synchronized (partition) {
            return inHead.turn(alive, Forgetting.TURN_WORK);
        }
    }

    private boolean forgetTurn(Partition partition, TenantPartition tenant, Forgetting forgetting) {
        synchronized (partition) {
            if (!forgetting.turn(tenant.head()::letGo)) {
                return false;
            }
            partition.beginEpochLocked();
            metrics.seriesForgotten().add(tenant.finish(forgetting));
            tenant.setIdle(forgetting.idle());
            return true;
        }
    }

    /// Works in turns, each under the partition's monitor, with time between two for those who wait for it.
    ///
    /// @param turn whether it was the last
    /// @param between is done between two, without the monitor
    private static void takeTurns(BooleanSupplier turn, Runnable between) {
        while (!turn.getAsBoolean()) {
            between.run();
            LockSupport.parkNanos(PAUSE_NANOS);
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
