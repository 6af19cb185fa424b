package dev.belvedere.tsdb.partition;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.read.Deletion;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// What of a tenant's samples in a partition is hidden until the next rewrite: what was deleted, and what is older
/// than its rule keeps it. Guarded by the partition.
///
/// The series that a deletion or a rule selects are found once and again after the index has grown. The sets are
/// handed out and never changed.
public final class Masks {

    private final SeriesIndex index;
    private final Retention retention;
    private final TimeSource time;
    private final List<Tombstone> tombstones = new ArrayList<>();

    private final Map<Tombstone, BitSet> deleted = new HashMap<>();

    /// The series that each rule holds for, then those that none does.
    private List<BitSet> ruled = List.of();

    /// The index' version when the sets were made.
    private long knownVersion = -1;

    /// Blocks that were found to have nothing of a rule's series, by the rule's place.
    private final Map<Integer, Set<String>> without = new HashMap<>();

    Masks(SeriesIndex index, Retention retention, TimeSource time) {
        this.index = index;
        this.retention = retention;
        this.time = time;
    }

    public List<Tombstone> tombstones() {
        return tombstones;
    }

    public void add(Tombstone tombstone) {
        tombstones.add(tombstone);
    }

    public void remove(List<Tombstone> done) {
        tombstones.removeAll(done);
        deleted.keySet().removeAll(done);
    }

    /// The highest number of a tombstone, 0 if there is none.
    public long newestTombstone() {
        long newest = 0;
        for (Tombstone tombstone : tombstones) {
            newest = Math.max(newest, tombstone.number());
        }
        return newest;
    }

    /// What is hidden of a block at present.
    public List<Deletion> of(SegmentRecord block) {
        return of(block, time.currentMillis());
    }

    /// What is hidden of a block when it is `nowMillis`.
    public List<Deletion> of(SegmentRecord block, long nowMillis) {
        List<Deletion> found = deleted(block);
        addExpired(block.minMillis(), nowMillis, retention.rules().size(), found);
        return found;
    }

    /// What was deleted of a block.
    private List<Deletion> deleted(SegmentRecord block) {
        List<Deletion> found = new ArrayList<>(0);
        for (Tombstone tombstone : tombstones) {
            if (tombstone.holdsFor(block)) {
                found.add(new Deletion(seriesOf(tombstone), tombstone.range()));
            }
        }
        return found;
    }

    /// What is hidden of a block of samples that windows are made of: rules hold for both, the retention of the rest is
    /// that of samples only.
    public List<Deletion> withoutRetention(SegmentRecord block) {
        return withoutRetention(block, time.currentMillis());
    }

    /// The same when it is `nowMillis`.
    public List<Deletion> withoutRetention(SegmentRecord block, long nowMillis) {
        List<Deletion> found = deleted(block);
        addExpired(block.minMillis(), nowMillis, retention.rules().size() - 1, found);
        return found;
    }

    /// What is hidden of a block of windows: those that anything is hidden of.
    public List<Deletion> ofWindows(SegmentRecord block) {
        long resolution = RollupBlocks.resolutionOf(block);
        List<Deletion> found = new ArrayList<>(0);
        for (Deletion deletion : withoutRetention(block)) {
            long end = deletion.range().endMillis();
            long last = end > Long.MAX_VALUE - resolution ? Long.MAX_VALUE : end + resolution - 1;
            found.add(new Deletion(
                    deletion.series(), new TimeRange(deletion.range().startMillis(), last)));
        }
        return found;
    }

    /// Whether samples of a block are hidden that no rule names, while a rule keeps others of it and windows go on.
    boolean isRestHidden(SegmentRecord block) {
        return !retention.rules().isEmpty() && restCutoff() > block.minMillis();
    }

    private long restCutoff() {
        return retention.rules().isEmpty()
                ? Long.MIN_VALUE
                : Retention.cutoff(retention.millis(), time.currentMillis());
    }

    /// What is hidden of windows that are read beside the samples of their span.
    Beside beside() {
        return new Beside(seriesOf(retention.rules().size()), restCutoff());
    }

    /// Whether something of a block is past its retention when it is `nowMillis`.
    ///
    /// @param areRulesAlone whether the retention of what no rule names is left aside
    public boolean isAnyExpired(SegmentRecord block, long nowMillis, boolean areRulesAlone) {
        List<Deletion> found = new ArrayList<>(0);
        addExpired(block.minMillis(), nowMillis, lastRule(areRulesAlone), found);
        return !found.isEmpty();
    }

    private int lastRule(boolean areRulesAlone) {
        return retention.rules().size() - (areRulesAlone ? 1 : 0);
    }

    /// Whether there may be something hidden of samples that no deletion was meant for.
    boolean canExpire() {
        return !retention.rules().isEmpty();
    }

    /// What is hidden of samples that no deletion was meant for.
    List<Deletion> expired() {
        List<Deletion> found = new ArrayList<>(0);
        addExpired(Long.MIN_VALUE, time.currentMillis(), retention.rules().size(), found);
        return found;
    }

    /// @param lastRule the place of the last rule that counts; after the rules comes what holds for the rest
    private void addExpired(long oldestMillis, long nowMillis, int lastRule, List<Deletion> into) {
        for (int rule = 0; rule <= lastRule && !retention.rules().isEmpty(); rule++) {
            long cutoff = Retention.cutoff(keepMillis(rule), nowMillis);
            if (cutoff > oldestMillis) {
                BitSet series = seriesOf(rule);
                if (!series.isEmpty()) {
                    into.add(new Deletion(series, new TimeRange(Long.MIN_VALUE, cutoff - 1)));
                }
            }
        }
    }

    private long keepMillis(int rule) {
        return rule < retention.rules().size() ? retention.rules().get(rule).keepMillis() : retention.millis();
    }

    private void refresh() {
        if (knownVersion != index.version()) {
            knownVersion = index.version();
            deleted.clear();
            ruled = List.of();
        }
    }

    private BitSet seriesOf(Tombstone tombstone) {
        refresh();
        return deleted.computeIfAbsent(tombstone, key -> select(key.matchers()));
    }

    private BitSet seriesOf(int rule) {
        refresh();
        if (ruled.isEmpty()) {
            List<BitSet> sets = new ArrayList<>();
            BitSet rest = new BitSet(index.seriesBound());
            rest.set(0, index.seriesBound());
            for (Retention.Rule each : retention.rules()) {
                BitSet selected = select(each.match());
                selected.and(rest);
                rest.andNot(selected);
                sets.add(selected);
            }
            sets.add(rest);
            ruled = sets;
        }
        return ruled.get(rule);
    }

    private BitSet select(List<LabelMatcher> matchers) {
        BitSet series = new BitSet();
        for (Selector.Selected selected : new Selector(index, matchers).select()) {
            IntArrayList of = selected.series();
            for (int i = 0; i < of.size(); i++) {
                series.set(of.getInt(i));
            }
        }
        return series;
    }

    /// Whether a tombstone hides something of a block.
    public boolean isDeletionDue(SegmentRecord block) {
        for (Tombstone tombstone : tombstones) {
            if (tombstone.holdsFor(block)) {
                return true;
            }
        }
        return false;
    }

    /// Whether some of a block's series are past their retention as a whole, so that a rewrite pays.
    ///
    /// @param areRulesAlone whether the retention of what no rule names is left aside
    /// @param opens opens the block, if it can be opened
    public boolean isExpiryDue(Block block, long nowMillis, boolean areRulesAlone, Predicate<Block> opens) {
        for (int rule = 0; rule <= lastRule(areRulesAlone) && !retention.rules().isEmpty(); rule++) {
            if (block.record().maxMillis() < Retention.cutoff(keepMillis(rule), nowMillis)) {
                Set<String> known = without.computeIfAbsent(rule, key -> new HashSet<>());
                if (!known.contains(block.record().key())) {
                    if (!opens.test(block)) {
                        return false;
                    }
                    if (hasAnyOf(block, seriesOf(rule))) {
                        return true;
                    }
                    known.add(block.record().key());
                }
            }
        }
        return false;
    }

    private static boolean hasAnyOf(Block block, BitSet series) {
        for (List<BlockChunk> ofTarget : block.chunks().values()) {
            for (BlockChunk chunk : ofTarget) {
                for (int each : chunk.layout().series()) {
                    if (series.get(each)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Forgets what was found out about blocks that are no more.
    public void forget(Set<String> blockKeys) {
        without.values().forEach(known -> known.removeAll(blockKeys));
    }
}
