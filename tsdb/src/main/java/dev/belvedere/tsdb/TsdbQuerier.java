package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.head.Wanted;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.SelectedSeries;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.partition.ChunkSearch;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.RollupPlan;
import dev.belvedere.tsdb.partition.SeriesPresence;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.read.NewestSamples;
import dev.belvedere.tsdb.read.SampleGroups;
import dev.belvedere.tsdb.read.TargetCursor;
import dev.belvedere.tsdb.read.TargetGroups;
import dev.belvedere.tsdb.rollup.RollupGroups;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// Finds series in all partitions. Chunks are picked under a partition's lock and read outside it; the blocks they
/// lie in stay until the querier is closed.
final class TsdbQuerier implements MetricQuerier {

    /// What a series' labels are taken to cost in a list of them.
    private static final int SERIES_BYTES = 160;

    /// So many are counted before they are made.
    private static final int SERIES_AT_ONCE = 256;

    private static final int TEXT_BYTES = 16;

    /// What something costs in a map or list besides itself, which the store holds.
    private static final int ENTRY_BYTES = 64;

    private final TsdbStore store;
    private final Tenant tenant;
    private final QueryBudget budget;
    private final List<Block> pinned = new ArrayList<>();
    private final List<SeriesCursor> cursors = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    /// The range of all that was selected.
    private long fromMillis = Long.MAX_VALUE;

    private long toMillis = Long.MIN_VALUE;

    TsdbQuerier(TsdbStore store, Tenant tenant, QueryBudget budget) {
        this.store = store;
        this.tenant = tenant;
        this.budget = budget;
    }

    /// What is done with the tenant's share of a partition, under its lock.
    private interface Visitor {
        void visit(TenantPartition share);
    }

    private void visitAll(TimeRange range, Visitor visitor) {
        TimeRange wide = withMargin(range);
        for (int p = 0; p < store.partitionCount(); p++) {
            Partition partition = store.partition(p);
            partition.openBlocks(tenant, wide, budget);
            synchronized (partition) {
                Optional<TenantPartition> share = partition.findTenantLocked(tenant);
                if (share.isPresent()) {
                    share.get().openBlocks(wide.startMillis(), wide.endMillis());
                    noteLost(share.get(), range);
                    visitor.visit(share.get());
                }
            }
        }
    }

    private TimeRange withMargin(TimeRange range) {
        long margin = store.marginMillis();
        long from = range.startMillis();
        long to = range.endMillis();
        return new TimeRange(
                from < Long.MIN_VALUE + margin ? from : from - margin, to > Long.MAX_VALUE - margin ? to : to + margin);
    }

    private void noteLost(TenantPartition share, TimeRange range) {
        for (SegmentRecord record : share.lost()) {
            if (range.overlaps(record.minMillis(), record.maxMillis())) {
                warnings.add("metrics block " + describe(record) + " is damaged and was left out: see `belvedere check"
                        + " blocks`");
            }
        }
    }

    private static String describe(SegmentRecord record) {
        return record.key() + " (" + Instant.ofEpochMilli(record.minMillis()) + " to "
                + Instant.ofEpochMilli(record.maxMillis()) + ")";
    }

    @Override
    public List<String> warnings() {
        for (Block block : pinned) {
            if (block.isDamaged(fromMillis, toMillis)) {
                warnings.add(
                        "metrics block " + describe(block.record()) + " is damaged in part, which was left out: run"
                                + " `belvedere check blocks`, then `belvedere check blocks --repair`");
            }
        }
        return warnings.isEmpty() ? List.of() : List.copyOf(warnings);
    }

    @Override
    public List<SeriesCursor> select(SelectRequest request) {
        fromMillis = Math.min(fromMillis, request.startMillis());
        toMillis = Math.max(toMillis, request.endMillis());
        List<SeriesCursor> found = new ArrayList<>();
        visitAll(new TimeRange(request.startMillis(), request.endMillis()), share -> {
            Optional<RollupPlan> plan = RollupPlan.of(share, request, store.blockSpanMillis());
            if (plan.isPresent()) {
                found.add(downsampledLocked(share, request, plan.get()));
                return;
            }
            List<TargetGroups> targets = selectLocked(share, request);
            if (!targets.isEmpty()) {
                found.add(new TargetCursor<>(targets, groups(request), seriesCount(targets), budget));
            }
        });
        cursors.addAll(found);
        return found;
    }

    private static long seriesCount(List<TargetGroups> targets) {
        long count = 0;
        for (TargetGroups target : targets) {
            count += target.series().size();
        }
        return count;
    }

    private Function<TargetGroups, List<Supplier<SeriesGroup>>> groups(SelectRequest request) {
        return switch (request.need()) {
            case ALL_SAMPLES -> new SampleGroups(request.startMillis(), request.endMillis(), budget);
            case LAST_SAMPLE -> new NewestSamples(request.startMillis(), request.endMillis(), budget);
        };
    }

    private SeriesCursor downsampledLocked(TenantPartition share, SelectRequest request, RollupPlan plan) {
        plan.samples().forEach(this::pin);
        plan.windows().forEach(this::pin);
        IndexView view = share.index().view();
        List<RollupGroups.TargetSources> targets = new ArrayList<>();
        long seriesCount = 0;
        for (Selector.Selected selected :
                share.index().select(request.matchers()).targets()) {
            seriesCount += selected.series().size();
            targets.add(new RollupGroups.TargetSources(
                    view, selected.series(), plan.sources(selected.target(), selected.series())));
        }
        RollupGroups.Wanted wanted = new RollupGroups.Wanted(
                request.folding(),
                request.startMillis(),
                request.endMillis(),
                plan.resolutionMillis(),
                plan.isExact(),
                budget);
        return new TargetCursor<>(targets, new RollupGroups(wanted), seriesCount, budget);
    }

    private void pin(Block block) {
        block.pin();
        pinned.add(block);
        budget.countBlocksRead(1);
    }

    private List<TargetGroups> selectLocked(TenantPartition share, SelectRequest request) {
        for (Block block : share.blocks()) {
            if (block.overlaps(request.startMillis(), request.endMillis())) {
                pin(block);
            }
        }
        IndexView view = share.index().view();
        ChunkSearch search = share.chunkSearch(request.startMillis(), request.endMillis());
        List<Selector.Selected> found = share.index().select(request.matchers()).targets();
        List<TargetGroups> targets = new ArrayList<>(found.size());
        for (Selector.Selected selected : found) {
            Wanted wanted = new Wanted(
                    selected.series(),
                    request.startMillis(),
                    request.endMillis(),
                    request.need() == SelectRequest.Need.LAST_SAMPLE);
            targets.add(new TargetGroups(view, selected.series(), search.chunks(selected.target(), wanted)));
        }
        return targets;
    }

    private static BitSet present(TenantPartition share, SelectedSeries selected, TimeRange range) {
        return share.presence().series(selected.targets(), range.startMillis(), range.endMillis());
    }

    /// The label pairs of matching series. Not to be changed.
    private static BitSet pairs(TenantPartition share, List<LabelMatcher> matchers, TimeRange range) {
        return matchers.isEmpty()
                ? share.presence().pairs(range.startMillis(), range.endMillis())
                : SeriesPresence.pairsOf(
                        share.index(), present(share, share.index().select(matchers), range));
    }

    /// Matching series of one partition, and those of them that have samples.
    private record Matching(IndexView view, SelectedSeries selected, BitSet present) {}

    @Override
    public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
        List<Matching> shares = new ArrayList<>();
        visitAll(range, share -> {
            SelectedSeries selected = share.index().select(matchers);
            BitSet present = matchers.isEmpty()
                    ? share.presence().withSamples(range.startMillis(), range.endMillis())
                    : present(share, selected, range);
            shares.add(new Matching(share.index().view(), selected, present));
        });
        List<List<Labels>> inOrder = new ArrayList<>(shares.size());
        for (Matching share : shares) {
            inOrder.add(labels(share));
        }
        List<Labels> found = store.mergedLabels().of(inOrder);
        return limit > 0 && found.size() > limit ? List.copyOf(found.subList(0, limit)) : found;
    }

    /// Those of series with samples, in order.
    private List<Labels> labels(Matching share) {
        if (share.selected().hasLabels()) {
            budget.holdBytes((long) SERIES_BYTES * share.present().cardinality());
            return share.selected().labels(share.view(), share.present());
        }
        List<Labels> found = new ArrayList<>();
        addInOrder(share.view(), share.present(), found);
        return found;
    }

    /// Adds the labels of some series in order. Targets mostly come in order, so each is sorted by itself first.
    private void addInOrder(IndexView view, BitSet series, List<Labels> into) {
        Target last = null;
        int begin = 0;
        for (int s = series.nextSetBit(0); s >= 0; s = series.nextSetBit(s + 1)) {
            if (into.size() % SERIES_AT_ONCE == 0) {
                budget.holdBytes((long) SERIES_BYTES * SERIES_AT_ONCE);
                budget.check();
            }
            Target target = view.targetOf(s);
            if (target != last) {
                into.subList(begin, into.size()).sort(Labels::compareTo);
                begin = into.size();
                last = target;
            }
            into.add(view.labels(s));
        }
        into.subList(begin, into.size()).sort(Labels::compareTo);
        into.sort(Labels::compareTo);
    }

    @Override
    public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
        List<List<String>> shares = new ArrayList<>();
        visitAll(range, share -> {
            shares.add(share.presence().names(pairs(share, matchers, range)));
        });
        return merged(shares, limit);
    }

    @Override
    public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
        List<List<String>> shares = new ArrayList<>();
        visitAll(range, share -> {
            int number = share.index().pairs().findName(name);
            if (number >= 0) {
                shares.add(share.presence().values(number, pairs(share, matchers, range)));
            }
        });
        return merged(shares, limit);
    }

    /// The texts themselves are the index's; only places in lists are held, in those of the partitions and in the sum.
    private List<String> merged(List<List<String>> shares, int limit) {
        for (List<String> share : shares) {
            budget.holdBytes((long) TEXT_BYTES * share.size());
        }
        List<String> all = store.mergedTexts().of(shares);
        return limit > 0 && all.size() > limit ? List.copyOf(all.subList(0, limit)) : all;
    }

    @Override
    public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
        budget.check();
        Map<Labels, List<Exemplar>> found = store.memory(tenant).exemplars().find(matchers, range);
        budget.holdBytes((long) ENTRY_BYTES * (found.size() + count(found.values())));
        return found;
    }

    private static int count(Collection<List<Exemplar>> lists) {
        int count = 0;
        for (List<Exemplar> list : lists) {
            count += list.size();
        }
        return count;
    }

    @Override
    public Map<String, MetricMetadata> metadata() {
        Map<String, MetricMetadata> all = store.memory(tenant).metadata();
        budget.holdBytes((long) ENTRY_BYTES * all.size());
        return all;
    }

    @Override
    public void close() {
        cursors.forEach(SeriesCursor::close);
        cursors.clear();
        pinned.forEach(Block::unpin);
        pinned.clear();
    }
}
