package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.head.LayoutVisitor;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.Deletion;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which series and label pairs may have samples in a time range, whose blocks the caller has opened. Guarded by the
/// partition.
///
/// A chunk's samples are as many as its layout says, and most chunks of a target share one layout: the answer is
/// that of a few hundred layouts, and the same as before as long as these are the same.
public final class SeriesPresence {

    private final TenantPartition share;

    private List<ColumnLayout> lastLayouts = List.of();
    private IntArrayList lastSingles = new IntArrayList(0);
    private BitSet lastPairs = new BitSet();

    /// Of these, once somebody has asked: the names, and the values by the number of their name.
    private @Nullable List<String> lastNames;

    private final KeptValues lastValues = new KeptValues();

    /// Absent where what was found last may not be the answer any more.
    private @Nullable Asked lastAsked;

    /// A range, and all that decides which pairs have samples in it.
    private record Asked(
            long fromMillis,
            long toMillis,
            long indexVersion,
            long headVersion,
            List<List<Chunk>> flushing,
            List<Block> blocks,
            List<Block> rollups) {

        boolean isSame(Asked other) {
            return fromMillis == other.fromMillis
                    && toMillis == other.toMillis
                    && indexVersion == other.indexVersion
                    && headVersion == other.headVersion
                    && flushing == other.flushing
                    && blocks.equals(other.blocks)
                    && rollups.equals(other.rollups);
        }
    }

    SeriesPresence(TenantPartition share) {
        this.share = share;
    }

    /// Forgets what was found, because pairs have other numbers now.
    void reset() {
        lastLayouts = List.of();
        lastSingles = new IntArrayList(0);
        setPairs(new BitSet());
        lastAsked = null;
    }

    private void setPairs(BitSet pairs) {
        lastPairs = pairs;
        lastNames = null;
        lastValues.clear();
    }

    /// The names of some pairs, in UTF-8 order. Not to be changed.
    public List<String> names(BitSet pairs) {
        List<String> known = pairs == lastPairs ? lastNames : null;
        if (known != null) {
            return known;
        }
        PairDictionary dictionary = share.index().pairs();
        BitSet occurring = new BitSet(dictionary.nameCount());
        for (int pair = pairs.nextSetBit(0); pair >= 0; pair = pairs.nextSetBit(pair + 1)) {
            occurring.set(dictionary.nameOf(pair));
        }
        List<String> found = new ArrayList<>();
        for (int name : dictionary.sortedNames()) {
            if (occurring.get(name)) {
                found.add(dictionary.nameAt(name));
            }
        }
        if (pairs == lastPairs) {
            lastNames = found;
        }
        return found;
    }

    /// The values that a name has in some pairs, in UTF-8 order. Not to be changed.
    public List<String> values(int name, BitSet pairs) {
        List<String> known = pairs == lastPairs ? lastValues.get(name) : null;
        if (known != null) {
            return known;
        }
        PairDictionary dictionary = share.index().pairs();
        ArrayList<String> found = new ArrayList<>();
        for (int pair : dictionary.sortedPairsOf(name)) {
            if (pairs.get(pair)) {
                found.add(dictionary.value(pair));
            }
        }
        if (pairs == lastPairs) {
            found.trimToSize();
            lastValues.put(name, found);
        }
        return found;
    }

    /// What has samples in a range: whole layouts, and single series whose newest rows are in no chunk yet.
    private static final class Found implements LayoutVisitor {

        final List<ColumnLayout> layouts = new ArrayList<>();
        final IntArrayList singles = new IntArrayList();
        private @Nullable ColumnLayout last;

        @Override
        public void layout(ColumnLayout layout) {
            if (layout != last) {
                last = layout;
                layouts.add(layout);
            }
        }

        @Override
        public void series(int series) {
            singles.add(series);
        }

        void chunks(List<? extends Chunk> chunks, long fromMillis, long toMillis) {
            for (int i = 0; i < chunks.size(); i++) {
                Chunk chunk = chunks.get(i);
                if (chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                    layout(chunk.layout());
                }
            }
        }

        boolean has(int series) {
            for (ColumnLayout layout : layouts) {
                if (layout.indexOf(series) >= 0) {
                    return true;
                }
            }
            return singles.contains(series);
        }
    }

    private boolean hasDeletions(long fromMillis, long toMillis) {
        if (!share.masks().expired().isEmpty()) {
            return true;
        }
        if (share.masks().tombstones().isEmpty()) {
            return false;
        }
        for (Block block : share.blocks()) {
            if (block.overlaps(fromMillis, toMillis) && !share.deletions(block).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /// The label pairs of all series with samples in the range. Not to be changed.
    public BitSet pairs(long fromMillis, long toMillis) {
        if (hasDeletions(fromMillis, toMillis)) {
            return pairsOf(share.index(), withSamples(fromMillis, toMillis));
        }
        Asked asked = new Asked(
                fromMillis,
                toMillis,
                share.index().version(),
                share.head().version(),
                share.flushing(),
                List.copyOf(share.blocks()),
                List.copyOf(share.rollups().all()));
        if (lastAsked != null && lastAsked.isSame(asked)) {
            return lastPairs;
        }
        Found found = new Found();
        for (Block block : share.blocks()) {
            if (block.overlaps(fromMillis, toMillis)) {
                for (List<BlockChunk> ofTarget : block.chunks().values()) {
                    found.chunks(ofTarget, fromMillis, toMillis);
                }
            }
        }
        for (Block block : share.rollups().all()) {
            if (block.overlaps(fromMillis, toMillis)) {
                for (List<BlockChunk> ofTarget : block.chunks().values()) {
                    found.chunks(ofTarget, fromMillis, toMillis);
                }
            }
        }
        for (List<Chunk> ofTarget : share.flushing()) {
            found.chunks(ofTarget, fromMillis, toMillis);
        }
        share.head().visitLayouts(fromMillis, toMillis, found);
        if (!isLast(found)) {
            setPairs(pairsOf(share.index(), found));
            lastLayouts = found.layouts;
            lastSingles = found.singles;
        }
        lastAsked = asked;
        return lastPairs;
    }

    private boolean isLast(Found found) {
        if (found.layouts.size() != lastLayouts.size() || !found.singles.equals(lastSingles)) {
            return false;
        }
        for (int i = 0; i < lastLayouts.size(); i++) {
            if (found.layouts.get(i) != lastLayouts.get(i)) {
                return false;
            }
        }
        return !lastPairs.isEmpty();
    }

    private static BitSet pairsOf(SeriesIndex index, Found found) {
        BitSet series = new BitSet(index.seriesBound());
        for (ColumnLayout layout : found.layouts) {
            for (int each : layout.series()) {
                series.set(each);
            }
        }
        for (int i = 0; i < found.singles.size(); i++) {
            series.set(found.singles.getInt(i));
        }
        return pairsOf(index, series);
    }

    /// The label pairs that occur in some series.
    public static BitSet pairsOf(SeriesIndex index, BitSet series) {
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

    /// Those of the selected series that may have samples in the range, by number.
    public BitSet series(List<Selector.Selected> selected, long fromMillis, long toMillis) {
        BitSet present = new BitSet();
        if (hasDeletions(fromMillis, toMillis)) {
            BitSet withSamples = withSamples(fromMillis, toMillis);
            for (Selector.Selected each : selected) {
                for (int i = 0; i < each.series().size(); i++) {
                    present.set(
                            each.series().getInt(i),
                            withSamples.get(each.series().getInt(i)));
                }
            }
            return present;
        }
        for (Selector.Selected each : selected) {
            Found found = found(each.target(), fromMillis, toMillis);
            for (int i = 0; i < each.series().size(); i++) {
                int series = each.series().getInt(i);
                if (found.has(series) || share.head().hasLate(series, fromMillis, toMillis)) {
                    present.set(series);
                }
            }
        }
        return present;
    }

    private Found found(Target target, long fromMillis, long toMillis) {
        Found found = new Found();
        for (Block block : share.blocks()) {
            if (block.overlaps(fromMillis, toMillis)) {
                found.chunks(block.chunksOf(target.number()), fromMillis, toMillis);
            }
        }
        for (Block block : share.rollups().all()) {
            if (block.overlaps(fromMillis, toMillis)) {
                found.chunks(block.chunksOf(target.number()), fromMillis, toMillis);
            }
        }
        if (target.number() < share.flushing().size()) {
            found.chunks(share.flushing().get(target.number()), fromMillis, toMillis);
        }
        share.head().visitLayouts(target, fromMillis, toMillis, found);
        return found;
    }

    /// The series that may have samples in a time range, as far as blocks are open.
    public BitSet withSamples(long fromMillis, long toMillis) {
        BitSet series = new BitSet(share.index().seriesBound());
        for (Block block : share.blocks()) {
            if (block.isOpen() && block.overlaps(fromMillis, toMillis)) {
                List<Deletion> deletions = share.deletions(block);
                for (List<BlockChunk> ofTarget : block.chunks().values()) {
                    markAll(ofTarget, deletions, new long[] {fromMillis, toMillis}, series);
                }
            }
        }
        for (Block block : share.rollups().all()) {
            if (block.isOpen() && block.overlaps(fromMillis, toMillis)) {
                List<Deletion> deletions = share.masks().ofWindows(block.record());
                for (List<BlockChunk> ofTarget : block.chunks().values()) {
                    markAll(ofTarget, deletions, new long[] {fromMillis, toMillis}, series);
                }
            }
        }
        for (List<Chunk> ofTarget : share.flushing()) {
            markAll(ofTarget, share.masks().expired(), new long[] {fromMillis, toMillis}, series);
        }
        series.or(inHead(fromMillis, toMillis));
        return series;
    }

    private BitSet inHead(long fromMillis, long toMillis) {
        BitSet series = new BitSet();
        share.head().mark(fromMillis, toMillis, series);
        for (Deletion deletion : share.masks().expired()) {
            long from = Math.max(fromMillis, deletion.range().endMillis() + 1);
            BitSet left = new BitSet();
            if (from <= toMillis) {
                share.head().mark(from, toMillis, left);
                left.and(deletion.series());
            }
            series.andNot(deletion.series());
            series.or(left);
        }
        return series;
    }

    private static void markAll(List<? extends Chunk> chunks, List<Deletion> deletions, long[] fromTo, BitSet into) {
        for (Chunk chunk : chunks) {
            if (chunk.minMillis() <= fromTo[1] && chunk.maxMillis() >= fromTo[0]) {
                for (int each : chunk.layout().series()) {
                    if (!isCovered(each, chunk, deletions)) {
                        into.set(each);
                    }
                }
            }
        }
    }

    private static boolean isCovered(int series, Chunk chunk, List<Deletion> deletions) {
        for (Deletion deletion : deletions) {
            if (deletion.covers(series, chunk)) {
                return true;
            }
        }
        return false;
    }
}
