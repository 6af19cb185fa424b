package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.OpenChunk.RowRange;
import dev.belvedere.tsdb.chunk.RawChunk;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Series of one target that are sampled at the same times: open rows, and chunks of the rows before.
///
/// Rows may be opened in any order of time and filled column by column in any order. A column without samples
/// takes no room in a chunk. Guarded by the partition.
final class HeadGroup {

    static final int MAX_COLUMNS = 4096;

    /// What a column has whose series has ended.
    static final int NO_SERIES = -1;

    /// Rough heap cost of a group without its arrays.
    private static final int OBJECT_BYTES = 400;

    private int[] series = new int[1];
    private byte[] misses = new byte[1];
    private int columns;
    private int endedColumns;
    private @Nullable ColumnLayout layout;
    private final OpenRows open;

    private final SealedChunks sealed = new SealedChunks();

    HeadGroup(EncodingRoom room) {
        open = new OpenRows(1, room);
    }

    int columns() {
        return columns;
    }

    int rows() {
        return open.rows();
    }

    int seriesOf(int column) {
        return series[column];
    }

    boolean isEmpty() {
        return open.rows() == 0 && sealed.isEmpty();
    }

    List<Chunk> sealed() {
        return sealed.chunks();
    }

    long sizeBytes() {
        return OBJECT_BYTES + sealed.sizeBytes() + open.sizeBytes() + series.length * 5L;
    }

    /// Bytes of encoded chunks.
    long sealedBytes() {
        return sealed.sizeBytes();
    }

    int addColumn(int newSeries) {
        if (columns == series.length) {
            int larger = columns < 8 ? columns + 4 : columns + (columns >> 2);
            series = Arrays.copyOf(series, larger);
            misses = Arrays.copyOf(misses, larger);
        }
        if (columns == open.capacity()) {
            open.grow(series.length);
        }
        int column = columns++;
        series[column] = newSeries;
        misses[column] = 0;
        layout = null;
        return column;
    }

    ColumnLayout layout() {
        ColumnLayout current = layout;
        if (current == null) {
            current = new ColumnLayout(Arrays.copyOf(series, columns));
            layout = current;
        }
        return current;
    }

    /// The open row of a time, opening it if there are fewer than `most`.
    ///
    /// @return -1 if the group has to be sealed first
    int row(long timestampMillis, int most) {
        return open.row(timestampMillis, most, columns);
    }

    void set(int column, int row, double value) {
        open.set(column, row, value);
    }

    /// Sets consecutive columns, as long as their series have consecutive numbers.
    ///
    /// @param at where the first column's value is
    /// @param most how many values there are
    /// @return how many columns were set, at least one
    int set(int column, int row, double[] values, int at, int most) {
        int first = series[column];
        int limit = Math.min(most, columns - column);
        int count = 1;
        while (count < limit && series[column + count] == first + count) {
            count++;
        }
        open.set(column, row, values, at, count);
        return count;
    }

    void setHistogram(int column, int row, NativeHistogram histogram) {
        open.setHistogram(column, row, histogram);
    }

    void setStart(int column, int row, long startMillis) {
        open.setStart(column, row, startMillis);
    }

    /// The newest open row in a time range, or -1.
    int newestRow(long fromMillis, long toMillis) {
        return open.newest(fromMillis, toMillis);
    }

    /// What a column has at a time, if that is not encoded yet; absent if it has nothing.
    @Nullable
    StoredSample findOpen(int column, long millis) {
        return open.find(column, millis);
    }

    /// The time of a column's newest sample that is not encoded yet, or [Head#NEVER].
    long newestOpenMillis(int column) {
        return open.newestMillis(column);
    }

    boolean hasFloat(int column, int row) {
        return open.hasFloat(column, row);
    }

    /// Whether a column has samples in open rows.
    boolean hasOpenSamples(int column) {
        return open.hasSamples(column);
    }

    /// Which of the open rows a reader of a time range needs; none if `from` is `to`.
    RowRange rowsIn(long fromMillis, long toMillis) {
        return open.rowsIn(fromMillis, toMillis);
    }

    /// Open rows of some columns, as they are now.
    ///
    /// @param rows at least one
    RawChunk snapshot(int[] picked, RowRange rows) {
        return open.snapshot(pickedLayout(picked), picked, rows);
    }

    private ColumnLayout pickedLayout(int[] picked) {
        int[] pickedSeries = new int[picked.length];
        for (int i = 0; i < picked.length; i++) {
            pickedSeries[i] = series[picked[i]];
        }
        return new ColumnLayout(pickedSeries);
    }

    /// Shows which series have samples in a time range.
    void visitLayouts(long fromMillis, long toMillis, LayoutVisitor visitor) {
        boolean isWholeShown = false;
        for (Chunk chunk : sealed.chunks()) {
            boolean isShown = isWholeShown && chunk.layout() == layout;
            if (!isShown && chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                visitor.layout(chunk.layout());
                isWholeShown |= chunk.layout() == layout;
            }
        }
        long inRange = isWholeShown ? 0 : openRows(fromMillis, toMillis);
        if (inRange != 0 && open.isOneWhole(inRange, columns)) {
            visitor.layout(layout());
        } else if (inRange != 0) {
            long[] masks = open.presence(columns);
            for (int column = 0; column < columns; column++) {
                if ((masks[column] & inRange) != 0) {
                    visitor.series(series[column]);
                }
            }
        }
    }

    void addTo(HeadExtent extent) {
        for (Chunk chunk : sealed.chunks()) {
            extent.add(chunk.layout().columns(), chunk.minMillis());
        }
        if (open.rows() > 0) {
            extent.add(
                    columns, Arrays.stream(open.times(), 0, open.rows()).min().orElseThrow());
        }
    }

    /// Which of the open rows are in a time range, a bit each.
    private long openRows(long fromMillis, long toMillis) {
        long inRange = 0;
        for (int row = 0; row < open.rows(); row++) {
            long time = open.times()[row];
            inRange |= time >= fromMillis && time <= toMillis ? 1L << row : 0;
        }
        return inRange;
    }

    void mark(long fromMillis, long toMillis, BitSet into) {
        for (Chunk chunk : sealed.chunks()) {
            if (chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                for (int each : chunk.layout().series()) {
                    into.set(each);
                }
            }
        }
        long inRange = openRows(fromMillis, toMillis);
        if (inRange != 0) {
            long[] masks = open.presence(columns);
            for (int column = 0; column < columns; column++) {
                if ((masks[column] & inRange) != 0) {
                    into.set(series[column]);
                }
            }
        }
    }

    /// Encodes the open rows into a chunk and forgets them.
    ///
    /// @return per column in which rows it had samples
    long[] seal(ChunkEncoder encoder) {
        open.arrange();
        long[] masks = open.presence(columns);
        int present = 0;
        for (int column = 0; column < columns; column++) {
            if (masks[column] != 0) {
                present++;
                misses[column] = 0;
            } else if (misses[column] < Byte.MAX_VALUE) {
                misses[column]++;
            }
        }
        if (present > 0) {
            encodeRows(masks, present, encoder);
        }
        trim();
        open.clear(columns);
        return masks;
    }

    /// Gives back room kept for columns that did not come.
    private void trim() {
        if (series.length > columns) {
            series = Arrays.copyOf(series, columns);
            misses = Arrays.copyOf(misses, columns);
        }
    }

    private void encodeRows(long[] masks, int present, ChunkEncoder encoder) {
        int[] picked = new int[present];
        ColumnLayout chunkLayout = layout();
        int count = 0;
        for (int column = 0; column < columns; column++) {
            if (masks[column] != 0) {
                picked[count++] = column;
            }
        }
        if (present < columns) {
            int[] pickedSeries = new int[present];
            for (int i = 0; i < present; i++) {
                pickedSeries[i] = series[picked[i]];
            }
            chunkLayout = sealed.layoutOf(pickedSeries);
        }
        long first = open.times()[0];
        long last = open.times()[open.rows() - 1];
        sealed.add(new EncodedChunk(chunkLayout, first, last, encoder.encode(open, picked)), encoder);
    }

    /// Hands over all chunks; the columns stay.
    List<Chunk> takeSealed() {
        return sealed.takeAll();
    }

    /// How many columns had no sample in the last two chunks.
    int deadColumns() {
        int dead = 0;
        for (int column = 0; column < columns; column++) {
            dead += misses[column] >= 2 ? 1 : 0;
        }
        return dead;
    }

    /// Takes the series of a column away; it has no samples.
    void endColumn(int column) {
        series[column] = NO_SERIES;
        misses[column] = Byte.MAX_VALUE;
        layout = null;
        endedColumns++;
    }

    /// Columns without a series that nobody has dropped yet.
    int endedColumns() {
        return endedColumns;
    }

    boolean isDead(int column) {
        return misses[column] >= 2;
    }

    /// Keeps only some columns; there are no open rows.
    ///
    /// @param kept ascending
    void retain(int[] kept) {
        int[] newSeries = new int[kept.length];
        byte[] newMisses = new byte[kept.length];
        endedColumns = 0;
        for (int i = 0; i < kept.length; i++) {
            newSeries[i] = series[kept[i]];
            newMisses[i] = misses[kept[i]];
            endedColumns += newSeries[i] == NO_SERIES ? 1 : 0;
        }
        series = newSeries;
        misses = newMisses;
        columns = kept.length;
        open.clear(columns);
        layout = null;
    }
}
