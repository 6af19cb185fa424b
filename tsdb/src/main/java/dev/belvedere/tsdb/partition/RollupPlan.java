package dev.belvedere.tsdb.partition;

import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.head.Wanted;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.Deletion;
import dev.belvedere.tsdb.rollup.Source;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Which blocks a query reads where some of what it wants is downsampled. Made and used under the partition's lock.
///
/// Span by span: windows where they give the same answer as the samples, or may stand for them because the query says
/// so, or because the samples are gone. Where those of some series are gone, samples and windows are read, and
/// windows give way to the samples of their series.
public final class RollupPlan {

    private final TenantPartition share;
    private final SelectRequest request;
    private final long spanMillis;
    private final List<Block> samples = new ArrayList<>();
    private final List<Block> windows = new ArrayList<>();

    /// By the windows that are read beside samples.
    private final Map<Block, Beside> besides = new HashMap<>();

    private long resolutionMillis;

    private RollupPlan(TenantPartition share, SelectRequest request, long spanMillis) {
        this.share = share;
        this.request = request;
        this.spanMillis = spanMillis;
    }

    /// @return empty if the samples alone answer the query
    public static Optional<RollupPlan> of(TenantPartition share, SelectRequest request, long spanMillis) {
        if (share.rollups().all().isEmpty() || request.folding().maxResolutionMillis() == 0) {
            return Optional.empty();
        }
        RollupPlan plan = new RollupPlan(share, request, spanMillis);
        plan.choose();
        return plan.windows.isEmpty() ? Optional.empty() : Optional.of(plan);
    }

    private void choose() {
        long from = request.startMillis();
        List<Block> candidates = new ArrayList<>();
        TreeSet<Long> spans = new TreeSet<>();
        for (Block block : share.rollups().all()) {
            long before = RollupBlocks.resolutionOf(block.record());
            if (block.overlaps(from < Long.MIN_VALUE + before ? from : from - before, request.endMillis())) {
                candidates.add(block);
                spans.add(RollupBlocks.spanOf(block.record().minMillis(), spanMillis));
            }
        }
        for (Block block : share.blocks()) {
            if (block.overlaps(from, request.endMillis())) {
                spans.add(Math.floorDiv(block.record().minMillis(), spanMillis));
            }
        }
        List<Long> resolutions = new ArrayList<>(new TreeSet<>(candidates.stream()
                .map(b -> RollupBlocks.resolutionOf(b.record()))
                .toList()));
        Collections.reverse(resolutions);
        boolean isAfterSamples = false;
        for (long span : spans) {
            Span of = new Span(span, share.rollups().samplesOf(span, spanMillis), isAfterSamples);
            Optional<Block> chosen = pick(of, resolutions);
            chosen.ifPresent(this::addWindows);
            boolean isRead = chosen.isEmpty() || !isEnough(of, chosen.get());
            if (isRead) {
                of.samples().stream()
                        .filter(b -> b.overlaps(from, request.endMillis()))
                        .forEach(samples::add);
            }
            if (isRead && chosen.isPresent() && isThinned(of.samples())) {
                besides.put(chosen.get(), share.masks().beside());
            }
            isAfterSamples = isRead && !of.samples().isEmpty();
        }
    }

    /// @param samples the span's
    /// @param isAfterSamples whether the span before is read as samples, the last of which may stand in this one
    private record Span(long number, List<Block> samples, boolean isAfterSamples) {}

    private void addWindows(Block block) {
        windows.add(block);
        resolutionMillis = Math.max(resolutionMillis, RollupBlocks.resolutionOf(block.record()));
    }

    /// The windows of a span that are read, instead of its samples if they are [#isEnough].
    ///
    /// @param resolutions widest first
    private Optional<Block> pick(Span span, List<Long> resolutions) {
        Optional<Block> finest = Optional.empty();
        for (long resolution : resolutions) {
            for (Block block : share.rollups().at(span.number(), resolution, spanMillis)) {
                boolean isComplete = !isThinned(share.rollups().origin(span.samples(), block, spanMillis))
                        && share.rollups().areComplete(span.samples(), block, spanMillis);
                boolean isFresh = share.rollups().isFresh(block, span.samples());
                if (isAllowed(resolution) && (isFresh && !isTornOff(span) || !isComplete)) {
                    return Optional.of(block);
                }
                if (!isComplete && request.folding().maxResolutionMillis() == Folding.AUTO) {
                    finest = Optional.of(block);
                }
            }
        }
        return finest;
    }

    private boolean isTornOff(Span span) {
        return share.rollups().isUnflushed(span.number(), spanMillis)
                || span.isAfterSamples()
                        && span.samples().stream().anyMatch(b -> b.record().minMillis() == span.number() * spanMillis);
    }

    /// Whether samples of some series of a span are gone or hidden, those of others not.
    private boolean isThinned(List<Block> samples) {
        return RollupBlocks.areThinned(samples)
                || samples.stream().anyMatch(block -> share.masks().isRestHidden(block.record()));
    }

    /// Whether windows make the samples of their span needless.
    private boolean isEnough(Span span, Block chosen) {
        if (!share.rollups().isFresh(chosen, span.samples())) {
            return false;
        }
        boolean isWhole = isAllowed(RollupBlocks.resolutionOf(chosen.record()))
                && !isTornOff(span)
                && !RollupBlocks.isReduced(chosen.record());
        return isWhole || !isThinned(span.samples());
    }

    private boolean isAllowed(long resolution) {
        return isAligned(resolution) || resolution <= request.folding().maxResolutionMillis();
    }

    /// Whether windows end where the query's windows begin and end, so that they hold the same samples.
    private boolean isAligned(long resolution) {
        Folding folding = request.folding();
        boolean areEndsAligned = folding.firstEndMillis() % resolution == 0
                && (folding.stepMillis() % resolution == 0 || folding.firstEndMillis() == folding.lastEndMillis());
        return areEndsAligned
                && switch (folding.use()) {
                    case SAMPLES -> false;
                    case LAST -> folding.rangeMillis() <= resolution || folding.rangeMillis() % resolution == 0;
                    case LAST_OF_RANGE, SUM, MIN, MAX, COUNT, AVERAGE, INCREASE ->
                        folding.rangeMillis() > 0 && folding.rangeMillis() % resolution == 0;
                };
    }

    public long resolutionMillis() {
        return resolutionMillis;
    }

    public boolean isExact() {
        return isAligned(resolutionMillis);
    }

    public List<Block> samples() {
        return samples;
    }

    public List<Block> windows() {
        return windows;
    }

    /// What there is of some series of a target: samples before the windows that hold where both have a row.
    public List<Source> sources(Target target, IntArrayList series) {
        List<Source> sources = new ArrayList<>();
        for (Block block : samples) {
            List<Deletion> deletions = share.deletions(block);
            for (BlockChunk chunk : block.chunksOf(target.number())) {
                if (chunk.minMillis() <= request.endMillis() && chunk.maxMillis() >= request.startMillis()) {
                    sources.add(new Source(chunk, false, deletions));
                }
            }
        }
        for (Chunk chunk :
                share.unflushedChunks(target, Wanted.samples(series, request.startMillis(), request.endMillis()))) {
            sources.add(Source.samples(chunk));
        }
        for (Block block : windows) {
            List<Deletion> deletions = share.masks().ofWindows(block.record());
            Beside beside = besides.get(block);
            if (beside != null) {
                noteSamples(target, block, beside);
                deletions.addAll(beside.hidden());
            }
            for (BlockChunk chunk : block.chunksOf(target.number())) {
                // A window without one of its aggregates would be a wrong one.
                if (!block.isDamaged(chunk)) {
                    sources.add(new Source(chunk, true, deletions));
                }
            }
        }
        return sources;
    }

    private void noteSamples(Target target, Block windows, Beside beside) {
        long span = RollupBlocks.spanOf(windows.record().minMillis(), spanMillis);
        for (Block block : share.rollups().samplesOf(span, spanMillis)) {
            List<Deletion> deletions = share.deletions(block);
            for (BlockChunk chunk : block.chunksOf(target.number())) {
                beside.note(chunk, deletions);
            }
        }
    }
}
