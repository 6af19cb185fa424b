package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.OpenChunk.RowRange;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The groups of each target, in which samples come in the order of their times. Where series of a target turn
/// out to be sampled at different times, the group is split, so that rows stay full. Guarded by the partition.
final class PresentGroups {

    private static final int ALL_DEAD_SHARE = 4;

    /// More rows than [OpenRows#ROWS] are kept open where those of all series have no more values than this: 8 MiB, and
    /// half as much where they are packed. Rows that are encoded once and together take a third of the time.
    private static final int MAX_OPEN_VALUES = 1 << 20;

    /// So many at most: chunks of as many rows are not joined any more, and yet more rows only take memory.
    private static final int MAX_OPEN_ROWS = 32;

    /// The same for a head that is restored: 64 MiB.
    private static final int MAX_RESTORED_VALUES = 1 << 23;

    private final SeriesIndex index;
    private final SeriesPlaces places;
    private final ChunkEncoder encoder;
    private final EncodingRoom room;

    /// Per target: its groups, the first of which takes new series.
    private final List<List<HeadGroup>> groups = new ArrayList<>();

    /// @param places where series stand in these groups
    PresentGroups(SeriesIndex index, SeriesPlaces places, ChunkEncoder encoder, EncodingRoom room) {
        this.index = index;
        this.places = places;
        this.encoder = encoder;
        this.room = room;
    }

    /// The group of a series, which is given a place if it has none.
    HeadGroup groupOf(int series) {
        HeadGroup current = places.group(series);
        return current != null ? current : join(series);
    }

    private HeadGroup join(int series) {
        List<HeadGroup> all = groupsOf(index.targetOf(series));
        HeadGroup first = all.isEmpty() ? null : all.getFirst();
        if (first == null || first.columns() >= HeadGroup.MAX_COLUMNS) {
            first = new HeadGroup(room);
            all.addFirst(first);
        }
        places.stand(series, first, first.addColumn(series));
        return first;
    }

    private List<HeadGroup> groupsOf(Target target) {
        while (groups.size() <= target.number()) {
            groups.add(new ArrayList<>(1));
        }
        return groups.get(target.number());
    }

    /// An open row of the group of a series, which may be another one afterwards.
    int rowOf(int series, long timestampMillis, boolean isRestoring) {
        HeadGroup of = groupOf(series);
        int most = isRestoring
                ? openRows(MAX_RESTORED_VALUES, OpenRows.MAX_ROWS)
                : openRows(MAX_OPEN_VALUES, MAX_OPEN_ROWS);
        int row = of.row(timestampMillis, most);
        while (row < 0) {
            seal(of, index.targetOf(series));
            of = groupOf(series);
            row = of.row(timestampMillis, most);
        }
        return row;
    }

    private int openRows(int maxValues, int maxRows) {
        int fitting = Integer.highestOneBit(maxValues / Math.max(1, index.seriesCount()));
        return Math.clamp(fitting, OpenRows.ROWS, maxRows);
    }

    private void seal(HeadGroup full, Target target) {
        int rows = full.rows();
        long[] masks = full.seal(encoder);
        long samples = 0;
        int present = 0;
        for (long mask : masks) {
            samples += Long.bitCount(mask);
            present += mask != 0 ? 1 : 0;
        }
        if (samples * 5 < (long) rows * present * 3) {
            split(full, masks, target);
        } else if (full.deadColumns() * ALL_DEAD_SHARE > full.columns()) {
            dropDead(full);
        }
    }

    /// Series whose rows differ part: those with the same rows go on together, the largest such set stays.
    private void split(HeadGroup from, long[] masks, Target target) {
        Long2IntOpenHashMap sizes = new Long2IntOpenHashMap();
        long stay = 0;
        for (long mask : masks) {
            if (mask != 0 && sizes.addTo(mask, 1) + 1 > sizes.get(stay)) {
                stay = mask;
            }
        }
        Long2ObjectLinkedOpenHashMap<HeadGroup> parts = new Long2ObjectLinkedOpenHashMap<>();
        IntArrayList kept = new IntArrayList();
        for (int c = 0; c < masks.length; c++) {
            long mask = masks[c];
            if (mask == 0 || mask == stay) {
                kept.add(c);
                continue;
            }
            HeadGroup part = parts.get(mask);
            if (part == null) {
                part = new HeadGroup(room);
                parts.put(mask, part);
            }
            int series = from.seriesOf(c);
            places.stand(series, part, part.addColumn(series));
        }
        groupsOf(target).addAll(parts.values());
        retain(from, kept.toIntArray());
    }

    private void dropDead(HeadGroup from) {
        IntArrayList kept = new IntArrayList();
        for (int c = 0; c < from.columns(); c++) {
            if (from.isDead(c)) {
                leave(from, c);
            } else {
                kept.add(c);
            }
        }
        retain(from, kept.toIntArray());
    }

    /// Notes that the series of a column stands nowhere any more.
    private void leave(HeadGroup from, int c) {
        if (from.seriesOf(c) != HeadGroup.NO_SERIES) {
            places.stand(from.seriesOf(c), null, 0);
        }
    }

    private void retain(HeadGroup from, int[] kept) {
        from.retain(kept);
        for (int c = 0; c < kept.length; c++) {
            if (from.seriesOf(c) != HeadGroup.NO_SERIES) {
                places.stand(from.seriesOf(c), from, c);
            }
        }
    }

    /// Adds the chunks that hold samples of some series in a time range, open rows as snapshots.
    void collect(Target target, Wanted wanted, List<Chunk> into) {
        if (target.number() >= groups.size()) {
            return;
        }
        List<HeadGroup> own = groups.get(target.number());
        for (int i = 0; i < own.size(); i++) {
            wanted.collect(own.get(i).sealed(), into);
            addSnapshot(own.get(i), wanted, into);
        }
    }

    /// Adds the encoded chunks of a target.
    void collectSealed(Target target, List<Chunk> into) {
        forEach(target, group -> into.addAll(group.sealed()));
    }

    /// What a series has at a time, if that is not encoded yet; absent if it has nothing.
    @Nullable
    StoredSample findOpen(int series, long millis) {
        HeadGroup group = places.group(series);
        return group == null ? null : group.findOpen(places.column(series), millis);
    }

    /// The time of a series' newest sample that is not encoded yet, or [Head#NEVER].
    long newestOpenMillis(int series) {
        HeadGroup group = places.group(series);
        return group == null ? Head.NEVER : group.newestOpenMillis(places.column(series));
    }

    private void addSnapshot(HeadGroup from, Wanted wanted, List<Chunk> into) {
        RowRange rows = from.rowsIn(wanted.fromMillis(), wanted.toMillis());
        if (rows.from() == rows.to()) {
            return;
        }
        int newest = wanted.isNewestEnough() ? from.newestRow(wanted.fromMillis(), wanted.toMillis()) : -1;
        int[] columns = openColumns(from, wanted.series(), newest);
        if (columns.length > 0) {
            boolean isNewestComplete = newest >= 0 && haveFloats(from, columns, newest);
            into.add(from.snapshot(columns, isNewestComplete ? new RowRange(newest, newest + 1) : rows));
        }
    }

    /// The columns of those series that have samples in the open rows of a group.
    ///
    /// @param newest a row in which a series has one if it has any, mostly; -1 if there is no such
    private int[] openColumns(HeadGroup from, IntArrayList series, int newest) {
        int[] picked = new int[series.size()];
        int count = 0;
        for (int i = 0; i < picked.length; i++) {
            int each = series.getInt(i);
            if (places.group(each) == from) {
                int at = places.column(each);
                if (newest >= 0 && from.hasFloat(at, newest) || from.hasOpenSamples(at)) {
                    picked[count++] = at;
                }
            }
        }
        return Arrays.copyOf(picked, count);
    }

    private static boolean haveFloats(HeadGroup from, int[] columns, int row) {
        for (int each : columns) {
            if (!from.hasFloat(each, row)) {
                return false;
            }
        }
        return true;
    }

    void forEach(Consumer<HeadGroup> visitor) {
        groups.forEach(own -> own.forEach(visitor));
    }

    void forEach(Target target, Consumer<HeadGroup> visitor) {
        if (target.number() < groups.size()) {
            groups.get(target.number()).forEach(visitor);
        }
    }

    /// Encodes all of a target and hands it over; its groups are empty afterwards.
    List<Chunk> takeAll(Target target) {
        List<Chunk> chunks = new ArrayList<>();
        List<HeadGroup> own = groupsOf(target);
        for (int i = own.size() - 1; i >= 0; i--) {
            HeadGroup each = own.get(i);
            if (each.isEmpty()) {
                for (int c = 0; c < each.columns(); c++) {
                    leave(each, c);
                }
                own.remove(i);
            } else {
                if (each.rows() > 0) {
                    each.seal(encoder);
                }
                chunks.addAll(each.takeSealed());
            }
        }
        return chunks;
    }

    /// Lets go of a series, whose open rows and chunks are empty.
    void letGo(int series) {
        HeadGroup from = places.group(series);
        if (from == null) {
            return;
        }
        from.endColumn(places.column(series));
        if (from.rows() == 0 && from.endedColumns() * ALL_DEAD_SHARE > from.columns()) {
            dropDead(from);
        }
        if (from.columns() == 0 && from.isEmpty()) {
            groupsOf(index.targetOf(series)).remove(from);
        }
    }

    /// Gives back what was kept for targets that there are no more.
    void trim() {
        while (groups.size() > index.targetCount()) {
            groups.removeLast();
        }
    }

    long columns() {
        return sum(HeadGroup::columns);
    }

    long sizeBytes() {
        return sum(HeadGroup::sizeBytes);
    }

    /// Bytes of encoded chunks.
    long sealedBytes() {
        return sum(HeadGroup::sealedBytes);
    }

    private long sum(ToLongFunction<HeadGroup> of) {
        long sum = 0;
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                sum += of.applyAsLong(each);
            }
        }
        return sum;
    }
}
