package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.frame.FrameReader;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.SeriesPage;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest samples of one tenant in one partition.
///
/// A series stands in a column of one [HeadGroup] of its target; late samples go into a group of their own. Where
/// series of a target turn out to be sampled at different times, the group is split, so that rows stay full.
/// Guarded by the partition.
public final class Head {

    /// A series without samples.
    public static final long NEVER = Long.MIN_VALUE;

    private static final int ALL_DEAD_SHARE = 4;

    /// A head that is restored keeps more rows open where all of them take no more values than this (64 MiB): rows that
    /// are encoded once and together take a third of the time.
    private static final int MAX_RESTORED_VALUES = 1 << 23;

    /// What about 64 rows of a series take.
    private static final int FULL_BYTES_PER_SERIES = 80;

    private final SeriesIndex index;
    private final ChunkEncoder encoder = new ChunkEncoder();
    private final double[] columnValues = new double[OpenRows.MAX_ROWS];

    private HeadPage[] pages = {};

    /// Per target: its groups, the first of which takes new series.
    private final List<List<HeadGroup>> groups = new ArrayList<>();

    /// Late samples, by series.
    private final Int2ObjectOpenHashMap<HeadGroup> late = new Int2ObjectOpenHashMap<>();

    private long sampleCount;
    private boolean isRestoring;

    public Head(SeriesIndex index) {
        this.index = index;
    }

    public SeriesIndex index() {
        return index;
    }

    /// Samples taken since the head was last handed over.
    public long sampleCount() {
        return sampleCount;
    }

    /// The page of a series, which may be [HeadPage#NONE].
    private HeadPage page(int series) {
        int page = SeriesPage.of(series);
        return page < pages.length ? pages[page] : HeadPage.NONE;
    }

    private HeadPage ownPage(int series) {
        int page = SeriesPage.of(series);
        if (page >= pages.length) {
            int before = pages.length;
            pages = Arrays.copyOf(pages, Math.max(page + 1, before + (before >> 1)));
            Arrays.fill(pages, before, pages.length, HeadPage.NONE);
        }
        if (pages[page] == HeadPage.NONE) {
            pages[page] = new HeadPage();
        }
        return pages[page];
    }

    private @Nullable HeadGroup group(int series) {
        return page(series).group[SeriesPage.place(series)];
    }

    private int column(int series) {
        return page(series).column[SeriesPage.place(series)];
    }

    private void stand(int series, @Nullable HeadGroup in, int column) {
        HeadPage page = ownPage(series);
        page.group[SeriesPage.place(series)] = in;
        page.column[SeriesPage.place(series)] = column;
    }

    /// The time of a series' newest sample, or [#NEVER]. May be later than that after a restart.
    public long lastMillis(int series) {
        return page(series).lastMillis[SeriesPage.place(series)];
    }

    public void setLastMillis(int series, long millis) {
        ownPage(series).lastMillis[SeriesPage.place(series)] = millis;
    }

    /// Makes a time the newest of series with consecutive numbers, if it is for all of them.
    ///
    /// @param before takes their newest times until now, from `at` on
    /// @return false, having changed nothing that counts, if it is not
    public boolean advance(int first, int count, long millis, long[] before, int at) {
        int end = first + count;
        for (int series = first; series < end; ) {
            long[] newest = page(series).lastMillis;
            int from = SeriesPage.place(series);
            int to = Math.min(SeriesPage.SIZE, from + end - series);
            for (int i = from; i < to; i++) {
                if (newest[i] >= millis) {
                    return false;
                }
            }
            series += to - from;
        }
        for (int series = first; series < end; ) {
            long[] newest = ownPage(series).lastMillis;
            int from = SeriesPage.place(series);
            int to = Math.min(SeriesPage.SIZE, from + end - series);
            System.arraycopy(newest, from, before, at + series - first, to - from);
            Arrays.fill(newest, from, to, millis);
            series += to - from;
        }
        return true;
    }

    /// Takes floats without start timestamps of series with consecutive numbers at one time.
    ///
    /// @param at where the first one's value is
    public void append(int first, int count, long timestampMillis, double[] values, int at) {
        for (int done = 0; done < count; ) {
            int series = first + done;
            int row = rowOf(series, timestampMillis);
            done += groupOf(series).set(column(series), row, values, at + done, count - done);
        }
        index.touch(first, count);
        sampleCount += count;
    }

    public void append(int series, long timestampMillis, long startMillis, double value) {
        int row = rowOf(series, timestampMillis);
        HeadGroup to = groupOf(series);
        to.set(column(series), row, value);
        if (startMillis != 0) {
            to.setStart(column(series), row, startMillis);
        }
        index.touch(series, 1);
        sampleCount++;
    }

    public void append(int series, long timestampMillis, long startMillis, NativeHistogram histogram) {
        int row = rowOf(series, timestampMillis);
        HeadGroup to = groupOf(series);
        to.setHistogram(column(series), row, histogram);
        if (startMillis != 0) {
            to.setStart(column(series), row, startMillis);
        }
        index.touch(series, 1);
        sampleCount++;
    }

    /// Takes floats again that were taken before the start: late are those that are not newer than their series.
    ///
    /// @param series by the number that they have in the run, or below 0
    /// @return how many belong to no series
    public int restore(FrameReader.Floats run, int[] series) {
        isRestoring = true;
        long time = run.timestampMillis();
        int known = Math.clamp((long) series.length - run.first(), 0, run.count());
        int lost = run.count() - known;
        HeadGroup to = null;
        int row = 0;
        for (int i = 0; i < known; i++) {
            int each = series[run.first() + i];
            long start = run.starts()[i];
            if (each < 0) {
                lost++;
                continue;
            }
            if (time <= lastMillis(each)) {
                appendLate(each, time, start, run.values()[i], null);
                continue;
            }
            setLastMillis(each, time);
            HeadGroup of = groupOf(each);
            if (of != to) {
                row = rowOf(each, time);
                of = groupOf(each);
                to = of;
            }
            of.set(column(each), row, run.values()[i]);
            if (start != 0) {
                of.setStart(column(each), row, start);
            }
            sampleCount++;
        }
        return lost;
    }

    /// What was there before the start is there again.
    public void endRestore() {
        isRestoring = false;
    }

    /// Takes a sample that is older than the newest of its series.
    public void appendLate(
            int series, long timestampMillis, long startMillis, double value, @Nullable NativeHistogram histogram) {
        HeadGroup to = late.get(series);
        if (to == null) {
            to = new HeadGroup(columnValues);
            to.addColumn(series);
            late.put(series, to);
        }
        int row = to.row(timestampMillis, OpenRows.ROWS);
        if (row < 0) {
            to.seal(encoder);
            row = to.row(timestampMillis, OpenRows.ROWS);
        }
        if (histogram == null) {
            to.set(0, row, value);
        } else {
            to.setHistogram(0, row, histogram);
        }
        if (startMillis != 0) {
            to.setStart(0, row, startMillis);
        }
        index.touch(series, 1);
        sampleCount++;
    }

    private HeadGroup groupOf(int series) {
        HeadGroup current = group(series);
        return current != null ? current : join(series);
    }

    private HeadGroup join(int series) {
        List<HeadGroup> all = groupsOf(index.targetOf(series));
        HeadGroup first = all.isEmpty() ? null : all.getFirst();
        if (first == null || first.columns() >= HeadGroup.MAX_COLUMNS) {
            first = new HeadGroup(columnValues);
            all.addFirst(first);
        }
        stand(series, first, first.addColumn(series));
        return first;
    }

    private List<HeadGroup> groupsOf(Target target) {
        while (groups.size() <= target.number()) {
            groups.add(new ArrayList<>(1));
        }
        return groups.get(target.number());
    }

    private int rowOf(int series, long timestampMillis) {
        HeadGroup of = groupOf(series);
        int most = isRestoring ? restoredRows() : OpenRows.ROWS;
        int row = of.row(timestampMillis, most);
        while (row < 0) {
            seal(of, index.targetOf(series));
            of = groupOf(series);
            row = of.row(timestampMillis, most);
        }
        return row;
    }

    private int restoredRows() {
        int fitting = Integer.highestOneBit(MAX_RESTORED_VALUES / Math.max(1, index.seriesCount()));
        return Math.clamp(fitting, OpenRows.ROWS, OpenRows.MAX_ROWS);
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
                part = new HeadGroup(columnValues);
                parts.put(mask, part);
            }
            int series = from.seriesOf(c);
            stand(series, part, part.addColumn(series));
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
            stand(from.seriesOf(c), null, 0);
        }
    }

    private void retain(HeadGroup from, int[] kept) {
        from.retain(kept);
        for (int c = 0; c < kept.length; c++) {
            if (from.seriesOf(c) != HeadGroup.NO_SERIES) {
                stand(from.seriesOf(c), from, c);
            }
        }
    }

    /// Adds the chunks that hold samples of some series in a time range, open rows as snapshots.
    public void collect(Target target, Wanted wanted, List<Chunk> into) {
        if (target.number() < groups.size()) {
            for (HeadGroup each : groups.get(target.number())) {
                addOverlapping(each.sealed(), wanted, into);
                addSnapshot(each, wanted, into);
            }
        }
        IntArrayList series = wanted.series();
        if (!late.isEmpty()) {
            for (int i = 0; i < series.size(); i++) {
                HeadGroup of = late.get(series.getInt(i));
                if (of != null) {
                    addOverlapping(of.sealed(), wanted, into);
                    if (of.rows() > 0) {
                        addIfOverlapping(of.snapshot(new int[] {0}), wanted, into);
                    }
                }
            }
        }
    }

    private void addSnapshot(HeadGroup from, Wanted wanted, List<Chunk> into) {
        if (from.rows() == 0) {
            return;
        }
        int newest = wanted.isNewestEnough() ? from.newestRow(wanted.fromMillis(), wanted.toMillis()) : -1;
        int[] columns = openColumns(from, wanted.series(), newest);
        if (columns.length > 0) {
            boolean isNewestComplete = newest >= 0 && haveFloats(from, columns, newest);
            addIfOverlapping(
                    isNewestComplete ? from.snapshotOf(newest, columns) : from.snapshot(columns), wanted, into);
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
            if (group(each) == from) {
                int at = column(each);
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

    private static void addOverlapping(List<Chunk> chunks, Wanted wanted, List<Chunk> into) {
        for (Chunk chunk : chunks) {
            addIfOverlapping(chunk, wanted, into);
        }
    }

    private static void addIfOverlapping(Chunk chunk, Wanted wanted, List<Chunk> into) {
        if (wanted.overlaps(chunk)) {
            into.add(chunk);
        }
    }

    /// Shows which series of all targets have samples in a time range; some more than once.
    public void visitLayouts(long fromMillis, long toMillis, LayoutVisitor visitor) {
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                each.visitLayouts(fromMillis, toMillis, visitor);
            }
        }
        for (HeadGroup each : late.values()) {
            each.visitLayouts(fromMillis, toMillis, visitor);
        }
    }

    /// The same of one target, without late samples.
    public void visitLayouts(Target target, long fromMillis, long toMillis, LayoutVisitor visitor) {
        if (target.number() < groups.size()) {
            for (HeadGroup each : groups.get(target.number())) {
                each.visitLayouts(fromMillis, toMillis, visitor);
            }
        }
    }

    /// Whether a series has late samples in a time range.
    public boolean hasLate(int series, long fromMillis, long toMillis) {
        HeadGroup of = late.get(series);
        if (of == null) {
            return false;
        }
        BitSet marked = new BitSet();
        of.mark(fromMillis, toMillis, marked);
        return marked.get(series);
    }

    /// Marks the series that may have samples in a time range.
    public void mark(long fromMillis, long toMillis, BitSet into) {
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                each.mark(fromMillis, toMillis, into);
            }
        }
        for (HeadGroup each : late.values()) {
            each.mark(fromMillis, toMillis, into);
        }
    }

    /// Encodes everything and hands it over, by target number. The head is empty afterwards.
    public List<List<Chunk>> takeAll() {
        List<List<Chunk>> all = new ArrayList<>();
        for (int t = 0; t < index.targetCount(); t++) {
            Target target = index.target(t);
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
            all.add(chunks);
        }
        for (HeadGroup each : late.values()) {
            if (each.rows() > 0) {
                each.seal(encoder);
            }
            all.get(index.targetOf(each.seriesOf(0)).number()).addAll(each.takeSealed());
        }
        late.clear();
        sampleCount = 0;
        return all;
    }

    /// What has samples at present, by turns.
    public HeadMarks marks() {
        List<HeadGroup> all = new ArrayList<>();
        groups.forEach(all::addAll);
        return new HeadMarks(all);
    }

    /// Lets go of a series, whose open rows and chunks are empty. It may come again.
    ///
    /// @return false if there are late samples of it: nothing has changed then
    public boolean letGo(int series) {
        if (late.containsKey(series)) {
            return false;
        }
        HeadGroup from = group(series);
        if (from != null) {
            from.endColumn(column(series));
            if (from.rows() == 0 && from.endedColumns() * ALL_DEAD_SHARE > from.columns()) {
                dropDead(from);
            }
            if (from.columns() == 0 && from.isEmpty()) {
                groupsOf(index.targetOf(series)).remove(from);
            }
        }
        if (page(series) != HeadPage.NONE) {
            stand(series, null, 0);
            setLastMillis(series, NEVER);
        }
        return true;
    }

    /// Gives back what was kept for numbers that no series has any more.
    public void trim() {
        int bound = 0;
        for (int page = 0; page < pages.length; page++) {
            if (!index.hasPage(page)) {
                pages[page] = HeadPage.NONE;
            } else if (pages[page] != HeadPage.NONE) {
                bound = page + 1;
            }
        }
        pages = Arrays.copyOf(pages, bound);
        while (groups.size() > index.targetCount()) {
            groups.removeLast();
        }
    }

    /// Heap taken by samples, roughly.
    public long sizeBytes() {
        long bytes = 0;
        for (HeadPage page : pages) {
            bytes += page == HeadPage.NONE ? 0 : HeadPage.BYTES;
        }
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                bytes += each.sizeBytes();
            }
        }
        for (HeadGroup each : late.values()) {
            bytes += each.sizeBytes();
        }
        return bytes;
    }

    /// Heap that writing the head to a block gives back, roughly: what is encoded, and late samples.
    public long encodedBytes() {
        long bytes = 0;
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                bytes += each.sealedBytes();
            }
        }
        for (HeadGroup each : late.values()) {
            bytes += each.sizeBytes();
        }
        return bytes;
    }

    /// Whether enough is encoded to be worth a block: `minBytes`, or [#FULL_BYTES_PER_SERIES] for each series where
    /// that is more, so that a block has some rows of every series.
    public boolean isFull(long minBytes) {
        long bytes = 0;
        long series = late.size();
        for (List<HeadGroup> own : groups) {
            for (HeadGroup each : own) {
                bytes += each.sealedBytes();
                series += each.columns();
            }
        }
        for (HeadGroup each : late.values()) {
            bytes += each.sizeBytes();
        }
        return bytes >= Math.max(minBytes, series * FULL_BYTES_PER_SERIES);
    }
}
