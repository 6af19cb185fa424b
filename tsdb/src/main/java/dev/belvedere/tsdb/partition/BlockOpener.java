package dev.belvedere.tsdb.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockReader;
import dev.belvedere.tsdb.block.ReadCache;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Opens the published blocks of one partition, and puts aside what turns out to be damaged.
public final class BlockOpener {

    private static final System.Logger LOG = System.getLogger(BlockOpener.class.getName());

    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;

    private final ReadCache cache = new ReadCache();

    /// Blocks whose bytes are damaged and that were not put aside yet.
    @GuardedBy("this")
    private final List<Damaged> corrupt = new ArrayList<>();

    private record Damaged(TenantPartition share, SegmentRecord record) {}

    BlockOpener(TsdbEnvironment environment, StoreMetrics metrics) {
        this.environment = environment;
        this.metrics = metrics;
    }

    /// What queries have read of these blocks.
    ReadCache cache() {
        return cache;
    }

    /// Opens a block of a tenant, whose guard the caller holds.
    ///
    /// @return whether it is open; one that cannot be opened is from now on noted as lost
    boolean open(TenantPartition tenant, Block block) {
        SegmentRecord record = block.record();
        try {
            BlockReader.open(block, tenant.index());
            if (record.kind().equals(BlockNames.BLOCK)) {
                noteNewest(tenant.head(), block);
            }
            return true;
        } catch (OperationException e) {
            if (e.code().equals("unsupported_block")) {
                throw e;
            }
            metrics.damagedBlocks().increment();
            tenant.loseBlock(block);
            if (Quarantine.isDamage(e)) {
                noteCorrupt(tenant, record);
                LOG.log(Level.ERROR, "a metrics block is damaged key=" + record.key(), e);
            } else {
                LOG.log(Level.ERROR, "a metrics block cannot be opened key=" + record.key(), e);
            }
            return false;
        }
    }

    private synchronized void noteCorrupt(TenantPartition tenant, SegmentRecord record) {
        corrupt.add(new Damaged(tenant, record));
    }

    private static void noteNewest(Head head, Block block) {
        for (List<BlockChunk> chunks : block.chunks().values()) {
            for (int i = 0; i < chunks.size(); i++) {
                BlockChunk chunk = chunks.get(i);
                ColumnLayout layout = chunk.layout();
                long newest = chunk.maxMillis();
                for (; i + 1 < chunks.size() && chunks.get(i + 1).layout() == layout; i++) {
                    newest = Math.max(newest, chunks.get(i + 1).maxMillis());
                }
                for (int series : layout.series()) {
                    head.noteSampledBy(series, newest);
                }
            }
        }
    }

    /// Takes the blocks that are damaged out of the store: it answers without them, and says so in the log.
    ///
    /// @param partition the guard of all tenants' shares, not held
    public void putAsideDamaged(Partition partition) {
        List<Damaged> all;
        synchronized (this) {
            all = List.copyOf(corrupt);
            corrupt.clear();
        }
        Quarantine quarantine = new Quarantine(environment.catalog(), environment.segments());
        for (Damaged each : all) {
            SegmentRecord record = each.record();
            SegmentRecord kept = quarantine.putAside(record);
            synchronized (partition) {
                each.share().lost().remove(record);
                each.share().lost().add(kept);
            }
            LOG.log(
                    Level.ERROR,
                    "a damaged metrics block was put aside; its samples are missing from now on key=" + record.key()
                            + " from=" + Instant.ofEpochMilli(record.minMillis()) + " to="
                            + Instant.ofEpochMilli(record.maxMillis()) + " bytes=" + record.sizeBytes() + " kept="
                            + kept.key());
        }
    }
}
