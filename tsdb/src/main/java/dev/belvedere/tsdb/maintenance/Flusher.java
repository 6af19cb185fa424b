package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockBuilder;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.WrittenIndex;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import dev.belvedere.tsdb.partition.StoreMetrics;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/// Writes the head of one partition to blocks and hands over at an exact offset. Used by one thread at a time.
///
/// The head is taken under the partition's lock; it stays visible until the catalog names the blocks. A failed
/// round is repeated with the same samples.
final class Flusher {

    /// What was taken from the head and is not published yet.
    ///
    /// @param endOffset it holds everything before
    /// @param losses how often the log had lost something of it
    private record Taken(long endOffset, long losses, List<Share> shares) {}

    private record Share(TenantPartition of, IndexView view, List<Target> targets, List<List<Chunk>> chunks) {}

    private final Partition partition;
    private final TsdbEnvironment environment;
    private final TsdbOptions options;
    private final StoreMetrics metrics;
    private final BlockNames names;
    private final Publisher publisher;
    private List<Taken> taken = List.of();

    Flusher(Partition partition, TsdbEnvironment environment, TsdbOptions options, BlockSupport support) {
        this.partition = partition;
        this.environment = environment;
        this.options = options;
        this.metrics = support.metrics();
        this.names = support.names();
        this.publisher = support.publisher();
    }

    /// Publishes everything committed so far.
    void flush() {
        taken.forEach(this::publish);
        taken = take();
        taken.forEach(this::publish);
        taken = List.of();
    }

    /// Whether the last round failed and its samples still wait.
    boolean isUnfinished() {
        return !taken.isEmpty();
    }

    private List<Taken> take() {
        synchronized (partition) {
            long checkpoint = checkpoint();
            long endOffset = partition.beginEpochLocked();
            if (endOffset == checkpoint) {
                return List.of();
            }
            long losses = partition.noteHandoverLocked();
            List<Share> shares = new ArrayList<>();
            for (TenantPartition tenant : partition.tenantsLocked()) {
                List<List<Chunk>> chunks = tenant.head().takeAll();
                chunks.forEach(tenant::touchAll);
                tenant.setFlushing(chunks);
                List<Target> targets = new ArrayList<>();
                for (int t = 0; t < chunks.size(); t++) {
                    targets.add(tenant.index().target(t));
                }
                shares.add(new Share(tenant, tenant.index().view(), targets, chunks));
            }
            return List.of(new Taken(endOffset, losses, shares));
        }
    }

    private long checkpoint() {
        return environment.catalog().state().checkpoint(TsdbEnvironment.TOPIC, partition.number());
    }

    private void publish(Taken from) {
        long startOffset = checkpoint();
        List<SegmentRecord> records = new ArrayList<>();
        Map<TenantPartition, List<Block>> opened = new HashMap<>();
        List<Block> all = new ArrayList<>();
        try {
            for (Share share : from.shares()) {
                List<Block> blocks = new ArrayList<>();
                opened.put(share.of(), blocks);
                writeBlocks(share, startOffset, from.endOffset(), (record, index) -> {
                    records.add(record);
                    Block block = open(record, index);
                    blocks.add(block);
                    all.add(block);
                });
            }
        } catch (RuntimeException e) {
            all.forEach(block -> block.giveUp(false));
            records.forEach(record -> environment.segments().delete(record.key()));
            throw e;
        }
        CatalogEdit.Checkpoint checkpoint =
                new CatalogEdit.Checkpoint(TsdbEnvironment.TOPIC, partition.number(), from.endOffset());
        publisher.publish(CatalogEdit.add(records, List.of(checkpoint)), all);
        synchronized (partition) {
            for (Share share : from.shares()) {
                opened.getOrDefault(share.of(), List.of()).forEach(share.of()::addBlock);
                share.of().setFlushing(List.of());
            }
            partition.notePublishedLocked(from.endOffset(), from.losses());
        }
        metrics.blocksWritten().add(records.size());
        environment.log().truncate(partition.number(), from.endOffset());
    }

    private Block open(SegmentRecord record, WrittenIndex index) {
        synchronized (partition) {
            return index.open(record, environment.segments());
        }
    }

    /// One block per span that has samples.
    private void writeBlocks(
            Share share, long startOffset, long endOffset, BiConsumer<SegmentRecord, WrittenIndex> written) {
        TreeSet<Long> spans = new TreeSet<>();
        for (List<Chunk> chunks : share.chunks()) {
            for (Chunk chunk : chunks) {
                addSpans(chunk, spans);
            }
        }
        Map<String, String> properties = areAtHome(share) ? Map.of(SeriesPlacement.AT_HOME, "1") : Map.of();
        for (long span : spans) {
            long from = span * options.blockSpanMillis();
            long to = from + options.blockSpanMillis() - 1;
            Tenant tenant = share.of().tenant();
            String key = names.next(tenant, partition.number());
            WrittenIndex index = new WrittenIndex();
            long size = environment.segments().put(key, sink -> {
                BlockWriter writer = new BlockWriter(sink, tenant, share.view(), index);
                BlockBuilder builder = new BlockBuilder(share.view());
                for (int t = 0; t < share.targets().size(); t++) {
                    builder.add(writer, share.targets().get(t), share.chunks().get(t), from, to);
                }
                writer.finish();
            });
            if (!index.isEmpty()) {
                SegmentRecord record = new SegmentRecord(
                        key,
                        TsdbEnvironment.TOPIC,
                        partition.number(),
                        tenant,
                        BlockNames.BLOCK,
                        0,
                        index.minMillis(),
                        index.maxMillis(),
                        startOffset,
                        endOffset,
                        size,
                        properties);
                written.accept(record, index);
            } else {
                environment.segments().delete(key);
            }
        }
    }

    private boolean areAtHome(Share share) {
        List<Labels> targets = new ArrayList<>();
        for (int t = 0; t < share.targets().size(); t++) {
            if (!share.chunks().get(t).isEmpty()) {
                targets.add(share.view().labelsOf(share.targets().get(t)));
            }
        }
        return SeriesPlacement.areAtHome(
                share.of().tenant(),
                targets,
                partition.number(),
                environment.log().partitions());
    }

    /// The spans of a chunk's rows: usually one; a chunk over a long gap is looked into.
    private void addSpans(Chunk chunk, TreeSet<Long> spans) {
        long first = Math.floorDiv(chunk.minMillis(), options.blockSpanMillis());
        long last = Math.floorDiv(chunk.maxMillis(), options.blockSpanMillis());
        spans.add(first);
        spans.add(last);
        if (last - first > 1) {
            for (long time : Arrays.copyOf(chunk.open().times(), chunk.open().rows())) {
                spans.add(Math.floorDiv(time, options.blockSpanMillis()));
            }
        }
    }
}
