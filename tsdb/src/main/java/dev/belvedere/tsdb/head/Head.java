package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.frame.FrameReader;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The newest samples of one tenant in one partition.
///
/// A series stands in a column of one [HeadGroup] of its target ([PresentGroups]); late samples go into groups
/// of their own ([LateGroups]). Guarded by the partition.
public final class Head {

    /// A series without samples.
    public static final long NEVER = Long.MIN_VALUE;

    /// What about 64 rows of a series take.
    private static final long FULL_BYTES_PER_SERIES = 80;

    /// The same of late samples, as many again of which are not encoded as of those that are.
    private static final long FULL_LATE_BYTES_PER_SERIES = 3 * FULL_BYTES_PER_SERIES;

    private final SeriesIndex index;
    private final SeriesPlaces places = new SeriesPlaces();
    private final PresentGroups present;
    private final LateGroups late;

    private long sampleCount;
    /// Samples that were handed over.
    private long takenCount;

    private boolean isRestoring;

    /// Newest times up to this one may be later than the newest sample is.
    private long doubtedMillis = NEVER;

    public Head(SeriesIndex index) {
        this.index = index;
        ChunkEncoder encoder = new ChunkEncoder();
        EncodingRoom room = new EncodingRoom();
        present = new PresentGroups(index, places, encoder, room);
        late = new LateGroups(index, encoder);
    }

    public SeriesIndex index() {
        return index;
    }

    /// Samples taken since the head was last handed over.
    public long sampleCount() {
        return sampleCount;
    }

    /// Grows with every sample.
    public long version() {
        return takenCount + sampleCount;
    }

    /// The time of a series' newest sample, or [#NEVER]. May be later than that where it is not [#isNewestKnown].
    public long lastMillis(int series) {
        return places.lastMillis(series);
    }

    /// Whether [#lastMillis] is the time of a sample that is there.
    public boolean isNewestKnown(int series) {
        return places.lastMillis(series) > doubtedMillis;
    }

    /// Notes that newest times up to this one may be those of samples that are not there any more.
    public void doubtNewest(long millis) {
        doubtedMillis = Math.max(doubtedMillis, millis);
    }

    /// Notes that the newest sample of a series in a block is of this time or earlier.
    public void noteSampledBy(int series, long millis) {
        if (places.lastMillis(series) < millis) {
            places.setLastMillis(series, millis);
            doubtNewest(millis);
        }
    }

    public void setLastMillis(int series, long millis) {
        places.setLastMillis(series, millis);
    }

    /// Makes a time the newest of series with consecutive numbers, if it is for all of them.
    ///
    /// @param before takes their newest times until now, from `at` on
    /// @return false, having changed nothing that counts, if it is not
    public boolean advance(int first, int count, long millis, long[] before, int at) {
        return places.advance(first, count, millis, before, at);
    }

    /// Takes floats without start timestamps of series with consecutive numbers at one time.
    ///
    /// @param at where the first one's value is
    public void append(int first, int count, long timestampMillis, double[] values, int at) {
        for (int done = 0; done < count; ) {
            int series = first + done;
            int row = present.rowOf(series, timestampMillis, isRestoring);
            done += present.groupOf(series).set(places.column(series), row, values, at + done, count - done);
        }
        index.touch(first, count);
        sampleCount += count;
    }

    public void append(int series, long timestampMillis, long startMillis, double value) {
        int row = present.rowOf(series, timestampMillis, isRestoring);
        HeadGroup to = present.groupOf(series);
        to.set(places.column(series), row, value);
        if (startMillis != 0) {
            to.setStart(places.column(series), row, startMillis);
        }
        index.touch(series, 1);
        sampleCount++;
    }

    public void append(int series, long timestampMillis, long startMillis, NativeHistogram histogram) {
        int row = present.rowOf(series, timestampMillis, isRestoring);
        HeadGroup to = present.groupOf(series);
        to.setHistogram(places.column(series), row, histogram);
        if (startMillis != 0) {
            to.setStart(places.column(series), row, startMillis);
        }
        index.touch(series, 1);
        sampleCount++;
    }

    /// Takes floats again that were taken before the start: late are those that are [older][#isLateAgain] than their
    /// series.
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
            if (isLateAgain(each, time)) {
                appendLate(each, time, start, run.values()[i], null);
                continue;
            }
            setLastMillis(each, time);
            HeadGroup of = present.groupOf(each);
            if (of != to) {
                row = present.rowOf(each, time, true);
                of = present.groupOf(each);
                to = of;
            }
            of.set(places.column(each), row, run.values()[i]);
            if (start != 0) {
                of.setStart(places.column(each), row, start);
            }
            sampleCount++;
        }
        return lost;
    }

    /// Whether a sample that was taken before the start is older than the newest of its series, as far as known.
    ///
    /// A time is in the log once for each series, and the newest one that blocks know is that of their chunks: a
    /// sample of the same time is the rest of a row that was written to a block while it was filled.
    public boolean isLateAgain(int series, long timestampMillis) {
        return timestampMillis < lastMillis(series);
    }

    /// What was there before the start is there again.
    public void endRestore() {
        isRestoring = false;
    }

    /// Takes a sample that is older than the newest of its series.
    public void appendLate(
            int series, long timestampMillis, long startMillis, double value, @Nullable NativeHistogram histogram) {
        late.append(series, timestampMillis, startMillis, value, histogram);
        index.touch(series, 1);
        sampleCount++;
    }

    /// The same of floats without start timestamps of series with consecutive numbers at one time.
    ///
    /// @param at where the first one's value is
    public void appendLate(int first, int count, long timestampMillis, double[] values, int at) {
        late.append(first, count, timestampMillis, values, at);
        index.touch(first, count);
        sampleCount += count;
    }

    /// What a series has at a time, if that is not encoded yet; absent if it has nothing.
    public @Nullable StoredSample findOpen(int series, long millis) {
        StoredSample found = late.findOpen(series, millis);
        return found == null ? present.findOpen(series, millis) : found;
    }

    /// The time of a series' newest sample that is not encoded yet, or [#NEVER].
    public long newestOpenMillis(int series) {
        return Math.max(present.newestOpenMillis(series), late.newestOpenMillis(series));
    }

    /// Adds the chunks that hold samples of some series in a time range, open rows as snapshots.
    public void collect(Target target, Wanted wanted, List<Chunk> into) {
        present.collect(target, wanted, into);
        late.collect(target, wanted, into);
    }

    /// Adds the encoded chunks of a target.
    public void collectSealed(Target target, List<Chunk> into) {
        present.collectSealed(target, into);
        late.collectSealed(target, into);
    }

    /// Shows which series of all targets have samples in a time range; some more than once.
    public void visitLayouts(long fromMillis, long toMillis, LayoutVisitor visitor) {
        present.forEach(each -> each.visitLayouts(fromMillis, toMillis, visitor));
        late.forEach(each -> each.visitLayouts(fromMillis, toMillis, visitor));
    }

    /// The same of one target, without late samples.
    public void visitLayouts(Target target, long fromMillis, long toMillis, LayoutVisitor visitor) {
        present.forEach(target, each -> each.visitLayouts(fromMillis, toMillis, visitor));
    }

    /// Whether a series has late samples in a time range.
    public boolean hasLate(int series, long fromMillis, long toMillis) {
        return late.hasSamples(series, fromMillis, toMillis);
    }

    /// Marks the series that may have samples in a time range.
    public void mark(long fromMillis, long toMillis, BitSet into) {
        present.forEach(each -> each.mark(fromMillis, toMillis, into));
        late.forEach(each -> each.mark(fromMillis, toMillis, into));
    }

    /// What there is; of open rows with gaps and of late samples somewhat too much.
    public HeadExtent extent() {
        HeadExtent extent = new HeadExtent();
        present.forEach(each -> each.addTo(extent));
        late.forEach(each -> each.addTo(extent));
        return extent;
    }

    /// Encodes everything and hands it over, by target number. The head is empty afterwards.
    public List<List<Chunk>> takeAll() {
        List<List<Chunk>> all = new ArrayList<>();
        for (int t = 0; t < index.targetCount(); t++) {
            all.add(present.takeAll(index.target(t)));
        }
        late.takeAll(all);
        takenCount += sampleCount;
        sampleCount = 0;
        return all;
    }

    /// What has samples at present, by turns, but for late ones.
    public HeadMarks marks() {
        List<HeadGroup> all = new ArrayList<>();
        present.forEach(all::add);
        return new HeadMarks(all);
    }

    /// Lets go of a series, whose open rows and chunks are empty. It may come again.
    ///
    /// @return false if there are late samples of it: nothing has changed then
    public boolean letGo(int series) {
        if (late.has(series)) {
            return false;
        }
        present.letGo(series);
        places.forget(series);
        return true;
    }

    /// Gives back what was kept for numbers that no series has any more.
    public void trim() {
        places.trim(index);
        present.trim();
    }

    /// Heap taken by samples, roughly.
    public long sizeBytes() {
        return places.sizeBytes() + present.sizeBytes() + late.sizeBytes();
    }

    /// Heap that writing the head to a block gives back, roughly: what is encoded, and late samples.
    public long encodedBytes() {
        return present.sealedBytes() + late.sizeBytes();
    }

    /// Whether enough is encoded to be worth a block: `minBytes`, or [#FULL_BYTES_PER_SERIES] for each series where
    /// that is more, so that a block has some rows of every series.
    public boolean isFull(long minBytes) {
        long fullBytes = present.columns() * FULL_BYTES_PER_SERIES + late.count() * FULL_LATE_BYTES_PER_SERIES;
        return encodedBytes() >= Math.max(minBytes, fullBytes);
    }
}
