package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockBuilder;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.WrittenIndex;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.ChunkSearch;
import dev.belvedere.tsdb.partition.Masks;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.RollupBlocks;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.partition.Tombstone;
import dev.belvedere.tsdb.read.Deletion;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Makes one block of several of the same span, and applies deletions on the way. Used by one thread at a time.
final class Compactor {

    private static final System.Logger LOG = System.getLogger(Compactor.class.getName());

    /// So many blocks of one level are worth a rewrite.
    private static final int TIER = 4;

    private final Partition partition;
    private final TsdbEnvironment environment;
    private final TsdbOptions options;
    private final BlockSupport support;
    private final Downsampler downsampler;

    /// Blocks that turned out damaged while they were read; they are left as they are.
    private final Set<String> damaged = new HashSet<>();

    /// @param downsampler of the same partition: samples stay until it has made windows of them
    Compactor(
            Partition partition,
            TsdbEnvironment environment,
            TsdbOptions options,
            BlockSupport support,
            Downsampler downsampler) {
        this.downsampler = downsampler;
        this.partition = partition;
        this.environment = environment;
        this.options = options;
        this.support = support;
    }

    enum Scope {
        /// What is due.
        DUE,
        /// What deletions only hide, be it due or not.
        DELETED,
        /// Every span becomes one block, be it due or not.
        ALL
    }

    /// @param nowMillis what is past its retention at this time is left out
    void compact(Scope scope, long nowMillis) {
        List<TenantPartition> tenants;
        synchronized (partition) {
            tenants = partition.tenantsLocked();
        }
        for (TenantPartition tenant : tenants) {
            while (true) {
                Optional<Job> job = plan(tenant, scope, nowMillis);
                if (job.isEmpty()) {
                    break;
                }
                run(job.get());
            }
        }
        dropTombstones();
    }

    /// Removes tombstones that no block is subject to any more.
    void dropTombstones() {
        List<TenantPartition> tenants;
        synchronized (partition) {
            tenants = partition.tenantsLocked();
        }
        tenants.forEach(this::dropTombstones);
    }

    /// Blocks that become one, with the state of their index.
    ///
    /// @param isLast whether the block is the last one of its span for all that is known, so that only full chunks
    ///     are copied
    private record Job(
            TenantPartition tenant,
            List<Block> blocks,
            boolean isLast,
            IndexView view,
            List<Target> targets,
            List<List<Deletion>> deletions,
            long appliedTombstone,
            boolean isThinned) {}

    private Optional<Job> plan(TenantPartition tenant, Scope scope, long nowMillis) {
        synchronized (partition) {
            Map<Long, List<Block>> spans = new TreeMap<>();
            for (Block block : tenant.blocks()) {
                if (!damaged.contains(block.record().key())) {
                    spans.computeIfAbsent(
                                    Math.floorDiv(block.record().minMillis(), options.blockSpanMillis()),
                                    key -> new ArrayList<>())
                            .add(block);
                }
            }
            for (Map.Entry<Long, List<Block>> span : spans.entrySet()) {
                Moment moment = new Moment(nowMillis, downsampler.isAwaited(tenant, span.getKey(), nowMillis));
                boolean isRewriteDue = isRewriteDue(tenant, span.getValue(), scope, moment);
                boolean isLast =
                        scope == Scope.ALL || scope == Scope.DUE && isPast(span.getKey()) && isSettled(span.getValue());
                boolean isWhole = isLast
                        || scope == Scope.DUE
                                && isPast(span.getKey())
                                && (isRewriteDue || isMostlyNew(span.getValue()));
                List<Block> due = scope == Scope.DELETED
                        ? isRewriteDue ? span.getValue() : List.of()
                        : due(span.getValue(), isWhole, isRewriteDue);
                due = due.stream().filter(tenant::open).toList();
                if (!due.isEmpty()) {
                    return Optional.of(jobLocked(tenant, due, isLast, moment));
                }
            }
            return Optional.empty();
        }
    }

    /// Whether a span is over for so long that little more will come.
    private boolean isPast(long span) {
        long end = (span + 1) * options.blockSpanMillis();
        return end + options.outOfOrderWindowMillis() / 2 + 2 * options.headMaxMillis()
                < environment.time().currentMillis();
    }

    /// Whether none of the blocks was written so recently that heads may bring more of what they hold.
    private boolean isSettled(List<Block> blocks) {
        long now = environment.time().currentMillis();
        for (Block block : blocks) {
            long ageMillis = now - BlockNames.createdMillis(block.record().key());
            // A key of the future is from before the clock was set back.
            if (block.record().level() == 0 && ageMillis >= 0 && ageMillis < options.headMaxMillis()) {
                return false;
            }
        }
        return true;
    }

    /// Whether what heads brought is as much as what was rewritten before: were it rewritten with each head, a backfill
    /// would cost as the square of what it brings.
    private static boolean isMostlyNew(List<Block> blocks) {
        long newBytes = 0;
        long oldBytes = 0;
        for (Block block : blocks) {
            SegmentRecord record = block.record();
            newBytes += record.level() == 0 ? record.sizeBytes() : 0;
            oldBytes += record.level() == 0 ? 0 : record.sizeBytes();
        }
        return blocks.size() > 1 && newBytes >= oldBytes;
    }

    /// What is past its retention.
    ///
    /// @param areWindowsAwaited whether windows that outlive what no rule names are still to be made of it, so that
    ///     only what a rule names is past
    private record Moment(long nowMillis, boolean areWindowsAwaited) {}

    private static boolean isRewriteDue(TenantPartition tenant, List<Block> blocks, Scope scope, Moment moment) {
        Masks masks = tenant.masks();
        for (Block block : blocks) {
            if (masks.isDeletionDue(block.record())
                    || scope != Scope.DELETED
                            && masks.isExpiryDue(block, moment.nowMillis(), moment.areWindowsAwaited(), tenant::open)) {
                return true;
            }
        }
        return false;
    }

    private static List<Block> due(List<Block> blocks, boolean isWhole, boolean isRewriteDue) {
        boolean isOneAsBuilt = blocks.size() == 1 && blocks.getFirst().record().level() == 0;
        if (isWhole && (blocks.size() > 1 || isOneAsBuilt || isRewriteDue)) {
            return blocks;
        }
        Map<Integer, List<Block>> levels = new TreeMap<>();
        for (Block block : blocks) {
            levels.computeIfAbsent(block.record().level(), key -> new ArrayList<>())
                    .add(block);
        }
        for (List<Block> level : levels.values()) {
            if (level.size() >= TIER) {
                return level;
            }
        }
        return List.of();
    }

    private static Job jobLocked(TenantPartition tenant, List<Block> blocks, boolean isLast, Moment moment) {
        List<Target> targets = new ArrayList<>();
        for (int t = 0; t < tenant.index().targetCount(); t++) {
            targets.add(tenant.index().target(t));
        }
        List<List<Deletion>> deletions = new ArrayList<>();
        boolean isThinned = RollupBlocks.areThinned(blocks);
        Masks masks = tenant.masks();
        for (Block block : blocks) {
            block.pin();
            isThinned |= masks.isAnyExpired(block.record(), moment.nowMillis(), moment.areWindowsAwaited());
            deletions.add(
                    moment.areWindowsAwaited()
                            ? masks.withoutRetention(block.record(), moment.nowMillis())
                            : masks.of(block.record(), moment.nowMillis()));
        }
        long applied = masks.newestTombstone();
        return new Job(
                tenant, List.copyOf(blocks), isLast, tenant.index().view(), targets, deletions, applied, isThinned);
    }

    private void run(Job job) {
        try {
            rewrite(job);
            support.metrics().compactions().increment();
        } catch (OperationException e) {
            List<Block> met = job.blocks().stream()
                    .filter(block -> block.damagedChunks() > 0)
                    .toList();
            if (!Block.isDamage(e) || met.isEmpty()) {
                throw e;
            }
            met.forEach(block -> damaged.add(block.record().key()));
            LOG.log(Level.ERROR, "a compaction met a damaged block and leaves it as it is", e);
        } finally {
            job.blocks().forEach(Block::unpin);
        }
    }

    private void rewrite(Job job) {
        SegmentRecord first = job.blocks().getFirst().record();
        String key = support.names().next(first.tenant(), partition.number());
        WrittenIndex index = new WrittenIndex();
        long size = environment.segments().put(key, sink -> {
            BlockWriter writer = new BlockWriter(sink, first.tenant(), job.view(), index);
            BlockBuilder builder = job.isLast() ? BlockBuilder.ofLast(job.view()) : new BlockBuilder(job.view());
            for (Target target : job.targets()) {
                List<Chunk> chunks = chunks(job, target);
                if (!chunks.isEmpty()) {
                    builder.add(writer, target, chunks, Long.MIN_VALUE, Long.MAX_VALUE);
                }
            }
            writer.finish();
        });
        List<String> oldKeys = job.blocks().stream().map(b -> b.record().key()).toList();
        if (index.isEmpty()) {
            environment.segments().delete(key);
            support.publisher().publish(CatalogEdit.replace(oldKeys, List.of()));
            swap(job, Optional.empty());
            return;
        }
        publish(job, record(job, key, index, size), index, oldKeys);
    }

    private SegmentRecord record(Job job, String key, WrittenIndex index, long size) {
        SegmentRecord first = job.blocks().getFirst().record();
        int level = 0;
        long startOffset = Long.MAX_VALUE;
        long endOffset = 0;
        for (Block block : job.blocks()) {
            level = Math.max(level, block.record().level());
            startOffset = Math.min(startOffset, block.record().startOffset());
            endOffset = Math.max(endOffset, block.record().endOffset());
        }
        return new SegmentRecord(
                key,
                TsdbEnvironment.TOPIC,
                partition.number(),
                first.tenant(),
                BlockNames.BLOCK,
                level + 1,
                index.minMillis(),
                index.maxMillis(),
                startOffset,
                endOffset,
                size,
                properties(job));
    }

    private static Map<String, String> properties(Job job) {
        Map<String, String> properties = new HashMap<>();
        properties.put(Tombstone.APPLIED, Long.toString(job.appliedTombstone()));
        if (job.isThinned()) {
            properties.put(RollupBlocks.THINNED, "1");
        }
        SeriesPlacement.putHome(job.blocks(), properties);
        return properties;
    }

    private static List<Chunk> chunks(Job job, Target target) {
        List<Chunk> chunks = new ArrayList<>();
        for (int b = 0; b < job.blocks().size(); b++) {
            for (BlockChunk chunk : job.blocks().get(b).chunksOf(target.number())) {
                chunks.add(ChunkSearch.masked(chunk.whole(), job.deletions().get(b)));
            }
        }
        return chunks;
    }

    private void publish(Job job, SegmentRecord record, WrittenIndex index, List<String> oldKeys) {
        Block block;
        synchronized (partition) {
            block = index.open(record, environment.segments());
        }
        support.publisher().publish(CatalogEdit.replace(oldKeys, List.of(record)), List.of(block));
        swap(job, Optional.of(block));
    }

    private void swap(Job job, Optional<Block> replacement) {
        synchronized (partition) {
            job.tenant().blocks().removeAll(job.blocks());
            job.tenant().masks().forget(keysOf(job.blocks()));
            replacement.ifPresent(job.tenant()::addBlock);
        }
        job.blocks().forEach(block -> block.giveUp(true));
    }

    private static Set<String> keysOf(List<Block> blocks) {
        Set<String> keys = new HashSet<>();
        blocks.forEach(block -> keys.add(block.record().key()));
        return keys;
    }

    private void dropTombstones(TenantPartition tenant) {
        List<Tombstone> done = new ArrayList<>();
        synchronized (partition) {
            for (Tombstone tombstone : tenant.masks().tombstones()) {
                if (tenant.blocks().stream().noneMatch(b -> tombstone.holdsFor(b.record()))
                        && tenant.rollups().all().stream().noneMatch(b -> tombstone.holdsFor(b.record()))
                        && tenant.lost().isEmpty()) {
                    done.add(tombstone);
                }
            }
        }
        if (done.isEmpty()) {
            return;
        }
        support.publisher()
                .publish(CatalogEdit.replace(done.stream().map(Tombstone::key).toList(), List.of()));
        synchronized (partition) {
            tenant.masks().remove(done);
        }
        done.forEach(tombstone -> environment.segments().delete(tombstone.key()));
    }
}
