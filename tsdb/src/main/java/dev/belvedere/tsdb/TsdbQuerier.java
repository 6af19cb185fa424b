package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.TargetGroups;
import dev.belvedere.tsdb.read.TsdbCursor;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Finds series in all partitions. Chunks are picked under a partition's lock and read outside it; the blocks they
/// lie in stay until the querier is closed.
final class TsdbQuerier implements MetricQuerier {

    private final TsdbStore store;
    private final Tenant tenant;
    private final QueryBudget budget;
    private final List<Block> pinned = new ArrayList<>();
    private final List<SeriesCursor> cursors = new ArrayList<>();

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
        for (int p = 0; p < store.partitionCount(); p++) {
            budget.check();
            Partition partition = store.partition(p);
            synchronized (partition) {
                Optional<TenantPartition> share = partition.findTenantLocked(tenant);
                if (share.isPresent()) {
                    partition.requireIntactLocked(share.get(), range.startMillis(), range.endMillis());
                    visitor.visit(share.get());
                }
            }
        }
    }

    @Override
    public List<SeriesCursor> select(SelectRequest request) {
        List<SeriesCursor> found = new ArrayList<>();
        visitAll(new TimeRange(request.startMillis(), request.endMillis()), share -> {
            List<TargetGroups> targets = selectLocked(share, request);
            if (!targets.isEmpty()) {
                found.add(new TsdbCursor(targets, request.startMillis(), request.endMillis(), budget));
            }
        });
        cursors.addAll(found);
        return found;
    }

    private List<TargetGroups> selectLocked(TenantPartition share, SelectRequest request) {
        for (Block block : share.blocks()) {
            if (block.overlaps(request.startMillis(), request.endMillis())) {
                block.pin();
                pinned.add(block);
                budget.countBlocksRead(1);
            }
        }
        IndexView view = share.index().view();
        List<TargetGroups> targets = new ArrayList<>();
        for (Selector.Selected selected : new Selector(share.index(), request.matchers()).select()) {
            targets.add(new TargetGroups(
                    view,
                    selected.series(),
                    share.chunks(selected.target(), selected.series(), request.startMillis(), request.endMillis())));
        }
        return targets;
    }

    private static BitSet select(TenantPartition share, List<LabelMatcher> matchers, TimeRange range) {
        BitSet withSamples = share.withSamples(range.startMillis(), range.endMillis());
        if (matchers.isEmpty()) {
            return withSamples;
        }
        BitSet selected = new BitSet();
        for (Selector.Selected each : new Selector(share.index(), matchers).select()) {
            IntArrayList series = each.series();
            for (int i = 0; i < series.size(); i++) {
                if (withSamples.get(series.getInt(i))) {
                    selected.set(series.getInt(i));
                }
            }
        }
        return selected;
    }

    @Override
    public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
        List<Labels> found = new ArrayList<>();
        visitAll(range, share -> {
            BitSet selected = select(share, matchers, range);
            IndexView view = share.index().view();
            for (int s = selected.nextSetBit(0); s >= 0; s = selected.nextSetBit(s + 1)) {
                found.add(view.labels(s));
            }
        });
        found.sort(Labels::compareTo);
        return limit > 0 && found.size() > limit ? List.copyOf(found.subList(0, limit)) : found;
    }

    @Override
    public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
        TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
        visitAll(range, share -> {
            BitSet pairs = pairsOf(share.index(), select(share, matchers, range));
            for (int pair = pairs.nextSetBit(0); pair >= 0; pair = pairs.nextSetBit(pair + 1)) {
                names.add(share.index().pairs().name(pair));
            }
        });
        return limited(names, limit);
    }

    @Override
    public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
        TreeSet<String> values = new TreeSet<>(Labels::compareUtf8);
        visitAll(range, share -> {
            SeriesIndex index = share.index();
            int number = index.pairs().findName(name);
            if (number < 0) {
                return;
            }
            BitSet pairs = pairsOf(index, select(share, matchers, range));
            IntArrayList candidates = index.pairs().pairsOf(number);
            for (int i = 0; i < candidates.size(); i++) {
                if (pairs.get(candidates.getInt(i))) {
                    values.add(index.pairs().value(candidates.getInt(i)));
                }
            }
        });
        return limited(values, limit);
    }

    /// The label pairs that occur in some series.
    private static BitSet pairsOf(SeriesIndex index, BitSet series) {
        BitSet definitions = new BitSet(index.definitionCount());
        BitSet pairs = new BitSet(index.pairs().size());
        Target last = null;
        for (int s = series.nextSetBit(0); s >= 0; s = series.nextSetBit(s + 1)) {
            definitions.set(index.definitionOf(s));
            Target target = index.targetOf(s);
            if (target != last) {
                last = target;
                for (int pair : target.pairs()) {
                    pairs.set(pair);
                }
            }
        }
        for (int d = definitions.nextSetBit(0); d >= 0; d = definitions.nextSetBit(d + 1)) {
            for (int i = 0; i < index.pairCountOf(d); i++) {
                pairs.set(index.pairOf(d, i));
            }
        }
        return pairs;
    }

    private static List<String> limited(TreeSet<String> all, int limit) {
        List<String> list = new ArrayList<>(all);
        return limit > 0 && list.size() > limit ? List.copyOf(list.subList(0, limit)) : list;
    }

    @Override
    public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
        return store.memory(tenant).exemplars(matchers, range);
    }

    @Override
    public Map<String, MetricMetadata> metadata() {
        return store.memory(tenant).metadata();
    }

    @Override
    public void close() {
        cursors.forEach(SeriesCursor::close);
        cursors.clear();
        pinned.forEach(Block::unpin);
        pinned.clear();
    }
}
