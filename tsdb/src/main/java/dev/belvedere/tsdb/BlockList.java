package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.storage.metrics.MetricAdmin.StoredBlock;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// Tells of a tenant's blocks, from what is in memory of them.
final class BlockList {

    private BlockList() {}

    static List<StoredBlock> of(Tenant tenant, List<Partition> partitions) {
        List<StoredBlock> all = new ArrayList<>();
        for (Partition partition : partitions) {
            synchronized (partition) {
                partition
                        .findTenantLocked(tenant)
                        .ifPresent(share -> share.blocks().stream()
                                .filter(block -> block.record().kind().equals(BlockNames.BLOCK))
                                .map(BlockList::summary)
                                .forEach(all::add));
            }
        }
        all.sort(Comparator.comparingLong(StoredBlock::minMillis).thenComparing(StoredBlock::key));
        return all;
    }

    private static StoredBlock summary(Block block) {
        BitSet series = new BitSet();
        long chunks = 0;
        for (List<BlockChunk> ofTarget : block.chunks().values()) {
            for (BlockChunk chunk : ofTarget) {
                chunks += chunk.layout().columns();
                for (int number : chunk.layout().series()) {
                    series.set(number);
                }
            }
        }
        SegmentRecord record = block.record();
        return new StoredBlock(
                record.key(),
                BlockNames.createdMillis(record.key()),
                record.level(),
                record.minMillis(),
                record.maxMillis(),
                series.cardinality(),
                chunks);
    }
}
