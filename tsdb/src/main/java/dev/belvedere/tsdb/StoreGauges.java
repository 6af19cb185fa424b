package dev.belvedere.tsdb;

import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What the engine holds at present, as gauges.
final class StoreGauges {

    private StoreGauges() {}

    static void register(TsdbStore store, MetricRegistry registry) {
        registry.gauge(
                "belvedere_tsdb_series",
                "Series with samples in the head or in a block.",
                () -> sum(store, share -> share.index().seriesCount()));
        registry.gauge(
                "belvedere_tsdb_head_samples",
                "Samples that are not in a block yet.",
                () -> sum(store, share -> share.head().sampleCount()));
        registry.gauge(
                "belvedere_tsdb_head_bytes",
                "Memory taken by samples of the head.",
                () -> sum(store, share -> share.head().sizeBytes()));
        registry.gauge(
                "belvedere_tsdb_blocks",
                "Blocks of samples.",
                () -> sum(store, share -> share.blocks().size()));
        registry.gauge(
                "belvedere_tsdb_open_blocks",
                "Blocks, downsampled ones included, whose index is in memory: the newest, and those asked for lately.",
                () -> sum(
                        store,
                        share -> Stream.concat(share.blocks().stream(), share.rollups().all().stream())
                                .filter(Block::isOpen)
                                .count()));
        registry.gauge(
                "belvedere_tsdb_damaged_chunks",
                "Chunks of open blocks that were found damaged; queries are answered without what of them is lost.",
                () -> sum(
                        store,
                        share -> share.blocks().stream()
                                        .mapToLong(Block::damagedChunks)
                                        .sum()
                                + share.rollups().all().stream()
                                        .mapToLong(Block::damagedChunks)
                                        .sum()));
        registry.gauge(
                "belvedere_tsdb_missing_blocks",
                "Blocks that could not be opened or were put aside; queries are answered without them.",
                () -> sum(store, share -> share.lost().size()));
        registry.gauge(
                "belvedere_tsdb_block_bytes",
                "Bytes of all blocks.",
                () -> sum(
                        store,
                        share -> share.blocks().stream()
                                .mapToLong(block -> block.record().sizeBytes())
                                .sum()));
    }

    private static double sum(TsdbStore store, ToLongFunction<TenantPartition> what) {
        long total = 0;
        for (Partition partition : store.partitions()) {
            synchronized (partition) {
                for (TenantPartition share : partition.tenantsLocked()) {
                    total += what.applyAsLong(share);
                }
            }
        }
        return total;
    }
}
