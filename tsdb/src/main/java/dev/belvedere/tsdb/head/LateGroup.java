package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.JoinedChunks;
import dev.belvedere.tsdb.chunk.RawChunk;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Late samples of some series of one target: rows in the order of their times, and chunks of rows before.
///
/// Late samples come dense, where a whole scrape is late, or scattered over many times. So a row takes room only for
/// what it has, and rows are encoded once there are as many samples as [OpenRows#ROWS] full ones have, however many
/// rows these are. Guarded by the partition.
final class LateGroup {

    /// Bounds what encoding takes at once to 2 MiB.
    static final int MAX_COLUMNS = 1024;

    private static final int MAX_ROWS = 256;

    /// Rough heap cost of a group without its arrays, and of a column, which its place is looked up by.
    private static final int OBJECT_BYTES = 200;

    private static final int COLUMN_BYTES = 16;

    private final int number;
    private final IntArrayList series = new IntArrayList(4);

    /// Ascending by time; only the first [#rowCount].
    private LateRow[] rows = new LateRow[4];

    private int rowCount;
    private int lastRow;

    /// In these rows.
    private int samples;

    private final SealedChunks sealed = new SealedChunks();

    /// @param number by which its owner knows it
    LateGroup(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    int columns() {
        return series.size();
    }

    List<Chunk> sealed() {
        return sealed.chunks();
    }

    long sizeBytes() {
        long bytes = OBJECT_BYTES + sealed.sizeBytes() + (long) COLUMN_BYTES * series.size();
        for (int i = 0; i < rowCount; i++) {
            bytes += rows[i].sizeBytes();
        }
        return bytes;
    }

    /// Takes one more series.
    ///
    /// @return its column
    int addColumn(int newSeries) {
        series.add(newSeries);
        return series.size() - 1;
    }

    /// Whether series with consecutive numbers stand in consecutive columns.
    boolean areConsecutive(int column, int first, int count) {
        if (column + count > series.size()) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (series.getInt(column + i) != first + i) {
                return false;
            }
        }
        return true;
    }

    /// Takes a sample.
    ///
    /// @param value means nothing beside a histogram
    void add(
            int column,
            long millis,
            long startMillis,
            double value,
            @Nullable NativeHistogram histogram,
            ChunkEncoder encoder) {
        rowOf(millis, encoder).set(column, value, startMillis, histogram);
        samples++;
    }

    /// Takes floats of consecutive columns.
    void add(int column, int count, long millis, double[] values, int at, ChunkEncoder encoder) {
        rowOf(millis, encoder).set(column, values, at, count);
        samples += count;
    }

    private LateRow rowOf(long millis, ChunkEncoder encoder) {
        int found = find(millis);
        if (found < 0 && (rowCount == MAX_ROWS || samples >= OpenRows.ROWS * columns())) {
            seal(encoder);
            found = -1;
        }
        if (found < 0) {
            found = insert(-found - 1, new LateRow(millis));
        }
        lastRow = found;
        return rows[found];
    }

    /// The place of a time among the rows, as [Arrays#binarySearch(long[], long)] tells it.
    private int find(long millis) {
        if (lastRow < rowCount && rows[lastRow].millis() == millis) {
            return lastRow;
        }
        int low = firstFrom(millis);
        return low < rowCount && rows[low].millis() == millis ? low : -low - 1;
    }

    /// The first row that is not before a time.
    private int firstFrom(long millis) {
        int low = 0;
        int high = rowCount;
        while (low < high) {
            int middle = low + high >>> 1;
            if (rows[middle].millis() < millis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int insert(int at, LateRow row) {
        if (rowCount == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rowCount);
        }
        System.arraycopy(rows, at, rows, at + 1, rowCount - at);
        rows[at] = row;
        rowCount++;
        return at;
    }

    /// What a column has at a time, if that is not encoded yet; absent if it has nothing.
    @Nullable
    StoredSample findOpen(int column, long millis) {
        int row = find(millis);
        return row < 0 ? null : rows[row].find(column);
    }

    /// The time of a column's newest sample that is not encoded yet, or [Head#NEVER].
    long newestOpenMillis(int column) {
        for (int row = rowCount - 1; row >= 0; row--) {
            if (rows[row].has(column)) {
                return rows[row].millis();
            }
        }
        return Head.NEVER;
    }

    /// Whether a column may have samples in a time range: exactly where it has open ones.
    boolean hasSamples(int column, long fromMillis, long toMillis) {
        for (Chunk chunk : sealed.chunks()) {
            if (chunk.minMillis() <= toMillis
                    && chunk.maxMillis() >= fromMillis
                    && chunk.layout().indexOf(series.getInt(column)) >= 0) {
                return true;
            }
        }
        for (int row = firstFrom(fromMillis); row < rowCount && rows[row].millis() <= toMillis; row++) {
            if (rows[row].has(column)) {
                return true;
            }
        }
        return false;
    }

    /// Adds what has samples of some columns in the wanted range.
    void collect(Wanted wanted, IntArrayList columns, List<Chunk> into) {
        wanted.collect(sealed.chunks(), into);
        int from = firstFrom(wanted.fromMillis());
        int to = wanted.toMillis() == Long.MAX_VALUE ? rowCount : firstFrom(wanted.toMillis() + 1);
        int[] picked = withSamples(columns, from, to);
        if (picked.length > 0) {
            into.add(snapshot(picked, new ColumnLayout(seriesOf(picked)), from, to));
        }
    }

    private int[] withSamples(IntArrayList columns, int from, int to) {
        int[] picked = new int[columns.size()];
        int count = 0;
        for (int i = 0; i < picked.length; i++) {
            int column = columns.getInt(i);
            for (int row = from; row < to; row++) {
                if (rows[row].has(column)) {
                    picked[count++] = column;
                    break;
                }
            }
        }
        return Arrays.copyOf(picked, count);
    }

    private int[] seriesOf(int[] columns) {
        int[] of = new int[columns.length];
        for (int i = 0; i < of.length; i++) {
            of[i] = series.getInt(columns[i]);
        }
        return of;
    }

    private RawChunk snapshot(int[] picked, ColumnLayout layout, int from, int to) {
        int count = to - from;
        boolean hasHistograms = false;
        boolean hasStarts = false;
        long[] times = new long[count];
        for (int row = from; row < to; row++) {
            times[row - from] = rows[row].millis();
            hasHistograms |= rows[row].hasHistograms();
            hasStarts |= rows[row].hasStarts();
        }
        RawChunk.Slots slots = new RawChunk.Slots(
                count,
                times,
                new double[picked.length * count],
                hasHistograms ? new NativeHistogram[picked.length * count] : null,
                hasStarts ? new long[picked.length * count] : null);
        for (int i = 0; i < picked.length; i++) {
            for (int row = 0; row < count; row++) {
                if (!rows[from + row].copy(picked[i], slots, i * count + row)) {
                    slots.values()[i * count + row] = SampleValues.ABSENT;
                }
            }
        }
        return new RawChunk(layout, slots);
    }

    /// Shows which series have samples in a time range.
    void visitLayouts(long fromMillis, long toMillis, LayoutVisitor visitor) {
        for (Chunk chunk : sealed.chunks()) {
            if (chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                visitor.layout(chunk.layout());
            }
        }
        BitSet open = new BitSet(series.size());
        for (int row = firstFrom(fromMillis); row < rowCount && rows[row].millis() <= toMillis; row++) {
            for (int column = rows[row].next(0); column >= 0; column = rows[row].next(column + 1)) {
                open.set(column);
            }
        }
        for (int column = open.nextSetBit(0); column >= 0; column = open.nextSetBit(column + 1)) {
            visitor.series(series.getInt(column));
        }
    }

    void addTo(HeadExtent extent) {
        for (Chunk chunk : sealed.chunks()) {
            extent.add(chunk.layout().columns(), chunk.minMillis());
        }
        if (rowCount > 0) {
            extent.add(series.size(), rows[0].millis());
        }
    }

    /// Marks the series that have samples in a time range.
    void mark(long fromMillis, long toMillis, BitSet into) {
        visitLayouts(fromMillis, toMillis, new LayoutVisitor() {
            @Override
            public void layout(ColumnLayout layout) {
                for (int each : layout.series()) {
                    into.set(each);
                }
            }

            @Override
            public void series(int each) {
                into.set(each);
            }
        });
    }

    /// Encodes the rows into a chunk of the columns that have samples, and forgets them.
    void seal(ChunkEncoder encoder) {
        if (rowCount == 0) {
            return;
        }
        IntArrayList all = new IntArrayList(series.size());
        for (int column = 0; column < series.size(); column++) {
            all.add(column);
        }
        int[] picked = withSamples(all, 0, rowCount);
        ColumnLayout layout = sealed.layoutOf(seriesOf(picked));
        RawChunk open = snapshot(picked, layout, 0, rowCount);
        byte[] bytes = encoder.encode(new JoinedChunks(List.of(open)), picked.length);
        sealed.add(new EncodedChunk(layout, open.minMillis(), open.maxMillis(), bytes), encoder);
        rows = new LateRow[4];
        rowCount = 0;
        lastRow = 0;
        samples = 0;
    }

    /// Hands over all chunks.
    List<Chunk> takeSealed() {
        return sealed.takeAll();
    }
}
