package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.WrittenIndex;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.RollupBlocks;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.partition.Tombstone;
import dev.belvedere.tsdb.read.Deletion;
import dev.belvedere.tsdb.rollup.RollupBuilder;
import dev.belvedere.tsdb.rollup.Source;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Makes downsampled blocks of spans that are old enough, and makes them anew where late samples or deletions have
/// changed what they were made of. Used by one thread at a time.
final class Downsampler {

    private static final System.Logger LOG = System.getLogger(Downsampler.class.getName());

    private final Partition partition;
    private final TsdbEnvironment environment;
    private final TsdbOptions options;
    private final BlockSupport support;

    /// What came to nothing or met damage, by the keys it was made of; it is not tried again.
    private final Set<List<String>> failed = new HashSet<>();

    Downsampler(Partition partition, TsdbEnvironment environment, TsdbOptions options, BlockSupport support) {
        this.partition = partition;
        this.environment = environment;
        this.options = options;
        this.support = support;
    }

    /// A block to make.
    ///
    /// @param replaced windows that it stands for from then on
    /// @param deletions of each source
    private record Job(
            TenantPartition tenant,
            Retention.Rollup rollup,
            long span,
            List<Block> sources,
            List<Block> replaced,
            IndexView view,
            List<Target> targets,
            List<List<Deletion>> deletions,
            long appliedTombstone) {

        /// Whether the block is made of its like alone, or of windows that were.
        boolean isReduced() {
            return sources.stream().allMatch(Downsampler::isWindows)
                    && sources.stream()
                            .map(Block::record)
                            .anyMatch(each -> RollupBlocks.isReduced(each)
                                    || RollupBlocks.resolutionOf(each) == rollup.resolutionMillis());
        }

        List<String> keys() {
            List<String> keys = new ArrayList<>();
            keys.add(rollup.resolutionMillis() + " " + span);
            sources.forEach(block -> keys.add(block.record().key()));
            return keys;
        }
    }

    /// Makes what is due.
    void downsample(long nowMillis) {
        List<TenantPartition> tenants;
        synchronized (partition) {
            tenants = partition.tenantsLocked();
        }
        for (TenantPartition tenant : tenants) {
            for (Retention.Rollup rollup : options.retention().rollups()) {
                for (Optional<Job> job = plan(tenant, rollup, nowMillis);
                        job.isPresent();
                        job = plan(tenant, rollup, nowMillis)) {
                    run(job.get());
                }
            }
        }
    }

    /// Whether windows are still to be made of a span's samples, so that none of these may go yet. Called under the
    /// partition's monitor.
    boolean isAwaited(TenantPartition tenant, long span, long nowMillis) {
        if (options.retention().rules().isEmpty()
                || options.retention().rollups().isEmpty()) {
            return false;
        }
        long spanMillis = options.blockSpanMillis();
        RollupBlocks rollups = tenant.rollups();
        boolean areThinned = RollupBlocks.areThinned(rollups.samplesOf(span, spanMillis));
        for (Retention.Rollup rollup : options.retention().rollups()) {
            // Windows of a thinned span are not made anew.
            boolean isMissing = areThinned
                    ? rollups.at(span, rollup.resolutionMillis(), spanMillis).isEmpty()
                    : !isDone(tenant, rollup, span);
            if (isMissing && isKept(rollup, span, nowMillis)) {
                Optional<Job> job = jobLocked(tenant, rollup, span);
                if (job.isEmpty() || !failed.contains(job.get().keys())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isKept(Retention.Rollup rollup, long span, long nowMillis) {
        return (span + 1) * options.blockSpanMillis() >= Retention.cutoff(rollup.keepMillis(), nowMillis);
    }

    private boolean isDone(TenantPartition tenant, Retention.Rollup rollup, long span) {
        long spanMillis = options.blockSpanMillis();
        RollupBlocks rollups = tenant.rollups();
        List<Block> present = rollups.at(span, rollup.resolutionMillis(), spanMillis);
        return present.size() == 1 && rollups.isFresh(present.getFirst(), rollups.samplesOf(span, spanMillis));
    }

    private Optional<Job> plan(TenantPartition tenant, Retention.Rollup rollup, long nowMillis) {
        synchronized (partition) {
            long spanMillis = options.blockSpanMillis();
            TreeSet<Long> spans = new TreeSet<>();
            for (Block block : tenant.blocks()) {
                spans.add(RollupBlocks.spanOf(block.record().minMillis(), spanMillis));
                spans.add(RollupBlocks.spanOf(block.record().maxMillis(), spanMillis));
            }
            for (Block block : tenant.rollups().all()) {
                if (RollupBlocks.resolutionOf(block.record()) <= rollup.resolutionMillis()) {
                    spans.add(RollupBlocks.spanOf(block.record().minMillis(), spanMillis));
                }
            }
            for (long span : spans) {
                long end = (span + 1) * spanMillis;
                if (isKept(rollup, span, nowMillis) && isPast(end + rollup.afterMillis(), nowMillis)) {
                    Optional<Job> job = jobLocked(tenant, rollup, span);
                    if (job.isPresent() && !failed.contains(job.get().keys())) {
                        job = openedLocked(tenant, rollup, span, job.get());
                    }
                    if (job.isPresent() && !failed.contains(job.get().keys())) {
                        job.get().sources().forEach(Block::pin);
                        return job;
                    }
                }
            }
            return Optional.empty();
        }
    }

    /// The job with all its sources open; empty if one cannot be opened.
    private Optional<Job> openedLocked(TenantPartition tenant, Retention.Rollup rollup, long span, Job job) {
        boolean wereOpen = true;
        boolean areOpen = true;
        for (Block block : job.sources()) {
            wereOpen &= block.isOpen();
            areOpen &= tenant.open(block);
        }
        if (!areOpen) {
            return Optional.empty();
        }
        return wereOpen ? Optional.of(job) : jobLocked(tenant, rollup, span);
    }

    private boolean isPast(long end, long nowMillis) {
        return end + options.outOfOrderWindowMillis() / 2 + 2 * options.headMaxMillis() < nowMillis;
    }

    private Optional<Job> jobLocked(TenantPartition tenant, Retention.Rollup rollup, long span) {
        long spanMillis = options.blockSpanMillis();
        RollupBlocks rollups = tenant.rollups();
        List<Block> samples = rollups.samplesOf(span, spanMillis);
        List<Block> present = rollups.at(span, rollup.resolutionMillis(), spanMillis);
        boolean isUnsettled = samples.size() > 1
                || samples.size() == 1 && samples.getFirst().record().level() == 0;
        if (isUnsettled || isDone(tenant, rollup, span)) {
            return Optional.empty();
        }
        if (RollupBlocks.areThinned(samples) && !present.isEmpty()) {
            boolean isDeletionDue =
                    tenant.masks().isDeletionDue(present.getFirst().record());
            return isDeletionDue ? Optional.of(job(tenant, rollup, span, present, present)) : Optional.empty();
        }
        // Finer windows have what is gone of the samples.
        List<Block> finer = RollupBlocks.areThinned(samples) ? finer(rollups, rollup, span) : List.of();
        if (!finer.isEmpty()) {
            return Optional.of(job(tenant, rollup, span, finer, present));
        }
        List<Block> sources = new ArrayList<>(samples);
        sources.addAll(rollups.edgeOf(span, spanMillis));
        boolean isAnew = present.stream().allMatch(windows -> rollups.areComplete(samples, windows, spanMillis));
        if (!isAnew) {
            sources.addAll(present);
        } else if (sources.isEmpty()) {
            sources.addAll(finer(rollups, rollup, span));
        }
        return sources.isEmpty() ? Optional.empty() : Optional.of(job(tenant, rollup, span, sources, present));
    }

    /// The finest windows of a span that wider ones can be made of.
    private List<Block> finer(RollupBlocks rollups, Retention.Rollup rollup, long span) {
        for (Retention.Rollup other : options.retention().rollups()) {
            List<Block> found = rollups.at(span, other.resolutionMillis(), options.blockSpanMillis());
            if (other.resolutionMillis() < rollup.resolutionMillis() && !found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static Job job(
            TenantPartition tenant, Retention.Rollup rollup, long span, List<Block> sources, List<Block> present) {
        List<Target> targets = new ArrayList<>();
        for (int t = 0; t < tenant.index().targetCount(); t++) {
            targets.add(tenant.index().target(t));
        }
        List<List<Deletion>> deletions = new ArrayList<>();
        for (Block block : sources) {
            deletions.add(
                    isWindows(block)
                            ? tenant.masks().ofWindows(block.record())
                            : tenant.masks().withoutRetention(block.record()));
        }
        return new Job(
                tenant,
                rollup,
                span,
                sources,
                present,
                tenant.index().view(),
                targets,
                deletions,
                tenant.masks().newestTombstone());
    }

    private static boolean isWindows(Block block) {
        return block.record().kind().equals(BlockNames.ROLLUP);
    }

    private void run(Job job) {
        try {
            write(job);
        } catch (OperationException e) {
            if (!Block.isDamage(e) || job.sources().stream().noneMatch(block -> block.damagedChunks() > 0)) {
                throw e;
            }
            failed.add(job.keys());
            LOG.log(Level.ERROR, "downsampling met a damaged block and left its span as it is", e);
        } finally {
            job.sources().forEach(Block::unpin);
        }
    }

    private void write(Job job) {
        SegmentRecord first = job.sources().getFirst().record();
        String key = support.names().next(first.tenant(), partition.number());
        WrittenIndex index = new WrittenIndex(RollupBuilder.COLUMNS_PER_SERIES);
        long from = job.span() * options.blockSpanMillis() + 1;
        long to = from + options.blockSpanMillis() - 1;
        long size = environment.segments().put(key, sink -> {
            BlockWriter writer = new BlockWriter(sink, first.tenant(), job.view(), index);
            RollupBuilder builder = new RollupBuilder(job.view(), job.rollup().resolutionMillis());
            for (Target target : job.targets()) {
                List<Source> sources = sources(job, target);
                if (!sources.isEmpty()) {
                    builder.add(writer, target, sources, from, to);
                }
            }
            writer.finish();
        });
        List<String> oldKeys =
                job.replaced().stream().map(block -> block.record().key()).toList();
        if (index.isEmpty()) {
            environment.segments().delete(key);
            failed.add(job.keys());
            if (!oldKeys.isEmpty()) {
                support.publisher().publish(CatalogEdit.replace(oldKeys, List.of()));
                swap(job, Optional.empty());
            }
            return;
        }
        SegmentRecord record = record(job, key, index, size);
        Block block;
        synchronized (partition) {
            block = index.open(record, environment.segments());
        }
        support.publisher().publish(CatalogEdit.replace(oldKeys, List.of(record)), List.of(block));
        swap(job, Optional.of(block));
        support.metrics().rollups().increment();
    }

    private static List<Source> sources(Job job, Target target) {
        List<Source> sources = new ArrayList<>();
        for (int b = 0; b < job.sources().size(); b++) {
            Block block = job.sources().get(b);
            for (BlockChunk chunk : block.chunksOf(target.number())) {
                sources.add(new Source(
                        chunk.whole(), isWindows(block), job.deletions().get(b)));
            }
        }
        return sources;
    }

    private SegmentRecord record(Job job, String key, WrittenIndex index, long size) {
        SegmentRecord first = job.sources().getFirst().record();
        long startOffset = first.startOffset();
        long endOffset = first.endOffset();
        long spanEnd = (job.span() + 1) * options.blockSpanMillis();
        for (Block block : job.sources()) {
            // The next span's block lends one sample; what else comes into it does not matter here.
            if (isWindows(block) || block.record().minMillis() < spanEnd) {
                startOffset = Math.min(startOffset, block.record().startOffset());
                endOffset = Math.max(endOffset, block.record().endOffset());
            }
        }
        Map<String, String> properties = new HashMap<>();
        properties.put(RollupBlocks.RESOLUTION, Long.toString(job.rollup().resolutionMillis()));
        boolean isEdge = job.sources().stream()
                .allMatch(block -> !isWindows(block) && block.record().minMillis() >= spanEnd);
        if (isEdge) {
            properties.put(RollupBlocks.EDGE, "1");
        }
        if (job.isReduced()) {
            properties.put(RollupBlocks.REDUCED, "1");
        }
        properties.put(Tombstone.APPLIED, Long.toString(job.appliedTombstone()));
        SeriesPlacement.putHome(job.sources(), properties);
        return new SegmentRecord(
                key,
                TsdbEnvironment.TOPIC,
                partition.number(),
                first.tenant(),
                BlockNames.ROLLUP,
                0,
                index.minMillis(),
                index.maxMillis(),
                startOffset,
                endOffset,
                size,
                properties);
    }

    private void swap(Job job, Optional<Block> replacement) {
        synchronized (partition) {
            job.tenant().rollups().all().removeAll(job.replaced());
            replacement.ifPresent(job.tenant().rollups().all()::add);
        }
        job.replaced().forEach(block -> block.giveUp(true));
    }
}
