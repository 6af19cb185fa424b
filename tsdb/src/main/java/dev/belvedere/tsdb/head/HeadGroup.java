package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.JoinedChunks;
import dev.belvedere.tsdb.chunk.RawChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Series of one target that are sampled at the same times: 16 open rows, and chunks of the rows before.
///
/// Rows may be opened in any order of time and filled column by column in any order. A column without samples
/// takes no room in a chunk. Guarded by the partition.
final class HeadGroup {

    static final int ROWS = 16;
    static final int MAX_COLUMNS = 4096;

    /// So many chunks of 16 rows become one.
    private static final int JOINED_CHUNKS = 4;

    /// Rough heap cost of a group without its arrays.
    private static final int OBJECT_BYTES = 200;

    private int[] series = new int[1];
    private byte[] misses = new byte[1];
    private int columns;
    private @Nullable ColumnLayout layout;

    private final long[] times = new long[ROWS];
    private int rows;
    private int lastRow;
    private double[] values = new double[ROWS];
    private @Nullable NativeHistogram @Nullable [] histograms;
    private long @Nullable [] starts;

    private List<Chunk> sealed = new ArrayList<>(1);
    private long sealedBytes;

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    int seriesOf(int column) {
        return series[column];
    }

    boolean isEmpty() {
        return rows == 0 && sealed.isEmpty();
    }

    List<Chunk> sealed() {
        return sealed;
    }

    long sizeBytes() {
        return OBJECT_BYTES + sealedBytes + (long) values.length * 8 + series.length * 5L;
    }

    int addColumn(int newSeries) {
        if (columns == series.length) {
            int larger = columns < 8 ? columns + 4 : columns + (columns >> 2);
            series = Arrays.copyOf(series, larger);
            misses = Arrays.copyOf(misses, larger);
            values = Arrays.copyOf(values, larger * ROWS);
            if (histograms != null) {
                histograms = Arrays.copyOf(histograms, larger * ROWS);
            }
            if (starts != null) {
                starts = Arrays.copyOf(starts, larger * ROWS);
            }
        }
        int column = columns++;
        series[column] = newSeries;
        misses[column] = 0;
        Arrays.fill(values, column * ROWS, (column + 1) * ROWS, SampleValues.ABSENT);
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

    /// The open row of a time, opening it if there is room.
    ///
    /// @return -1 if the group has to be sealed first
    int row(long timestampMillis) {
        if (rows > 0 && times[lastRow] == timestampMillis) {
            return lastRow;
        }
        int found = findRow(timestampMillis);
        if (found < 0) {
            if (rows == ROWS) {
                return -1;
            }
            found = rows++;
            times[found] = timestampMillis;
        }
        lastRow = found;
        return found;
    }

    /// The open row of a time, or -1.
    int findRow(long timestampMillis) {
        for (int i = rows - 1; i >= 0; i--) {
            if (times[i] == timestampMillis) {
                return i;
            }
        }
        return -1;
    }

    double valueAt(int column, int row) {
        return values[column * ROWS + row];
    }

    @Nullable
    NativeHistogram histogramAt(int column, int row) {
        return histograms == null ? null : histograms[column * ROWS + row];
    }

    void set(int column, int row, double value) {
        values[column * ROWS + row] = value;
    }

    void setHistogram(int column, int row, NativeHistogram histogram) {
        @Nullable NativeHistogram[] all = histograms;
        if (all == null) {
            all = new NativeHistogram[values.length];
            histograms = all;
        }
        all[column * ROWS + row] = histogram;
    }

    void setStart(int column, int row, long startMillis) {
        long[] all = starts;
        if (all == null) {
            all = new long[values.length];
            starts = all;
        }
        all[column * ROWS + row] = startMillis;
    }

    private boolean isPresent(int column, int row) {
        int slot = column * ROWS + row;
        return !SampleValues.isAbsent(values[slot]) || histograms != null && histograms[slot] != null;
    }

    /// In which of the open rows a column has samples, a bit each.
    int presence(int column) {
        int mask = 0;
        for (int row = 0; row < rows; row++) {
            mask |= isPresent(column, row) ? 1 << row : 0;
        }
        return mask;
    }

    /// The open rows of some columns, as they are now.
    RawChunk snapshot(int[] picked) {
        double[] copy = new double[picked.length * rows];
        @Nullable NativeHistogram[] allHistograms = histograms;
        @Nullable
        NativeHistogram @Nullable [] histogramCopy = allHistograms == null ? null : new NativeHistogram[copy.length];
        long[] allStarts = starts;
        long @Nullable [] startCopy = allStarts == null ? null : new long[copy.length];
        int[] pickedSeries = new int[picked.length];
        for (int i = 0; i < picked.length; i++) {
            int from = picked[i] * ROWS;
            pickedSeries[i] = series[picked[i]];
            System.arraycopy(values, from, copy, i * rows, rows);
            if (allHistograms != null && histogramCopy != null) {
                System.arraycopy(allHistograms, from, histogramCopy, i * rows, rows);
            }
            if (allStarts != null && startCopy != null) {
                System.arraycopy(allStarts, from, startCopy, i * rows, rows);
            }
        }
        return new RawChunk(
                new ColumnLayout(pickedSeries),
                new RawChunk.Slots(rows, rows, Arrays.copyOf(times, rows), copy, histogramCopy, startCopy));
    }

    void mark(long fromMillis, long toMillis, BitSet into) {
        for (Chunk chunk : sealed) {
            if (chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                for (int each : chunk.layout().series()) {
                    into.set(each);
                }
            }
        }
        int inRange = 0;
        for (int row = 0; row < rows; row++) {
            inRange |= times[row] >= fromMillis && times[row] <= toMillis ? 1 << row : 0;
        }
        for (int column = 0; column < columns && inRange != 0; column++) {
            if ((presence(column) & inRange) != 0) {
                into.set(series[column]);
            }
        }
    }

    /// Encodes the open rows into a chunk and forgets them.
    ///
    /// @return per column in which rows it had samples
    int[] seal(ChunkEncoder encoder) {
        int[] masks = new int[columns];
        int present = 0;
        for (int column = 0; column < columns; column++) {
            masks[column] = presence(column);
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
        Arrays.fill(values, 0, columns * ROWS, SampleValues.ABSENT);
        histograms = null;
        starts = null;
        rows = 0;
        lastRow = 0;
        trim();
        return masks;
    }

    /// Gives back room kept for columns that did not come.
    private void trim() {
        if (series.length > columns) {
            series = Arrays.copyOf(series, columns);
            misses = Arrays.copyOf(misses, columns);
            values = Arrays.copyOf(values, columns * ROWS);
        }
    }

    private void encodeRows(int[] masks, int present, ChunkEncoder encoder) {
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
            chunkLayout = layoutOf(pickedSeries);
        }
        RawChunk raw = new RawChunk(chunkLayout, new RawChunk.Slots(ROWS, rows, times, values, histograms, starts));
        addSealed(new EncodedChunk(chunkLayout, raw.minMillis(), raw.maxMillis(), encoder.encode(raw, picked)));
        joinSmallChunks(encoder);
    }

    /// The layout of the chunk before where it is the same, so that the two can be joined.
    private ColumnLayout layoutOf(int[] pickedSeries) {
        if (!sealed.isEmpty()) {
            ColumnLayout before = sealed.getLast().layout();
            if (Arrays.equals(before.series(), pickedSeries)) {
                return before;
            }
        }
        return new ColumnLayout(pickedSeries);
    }

    private void addSealed(EncodedChunk chunk) {
        sealed.add(chunk);
        sealedBytes += chunk.length();
    }

    /// Rewrites the last small chunks as one where that needs no merging.
    private void joinSmallChunks(ChunkEncoder encoder) {
        int size = sealed.size();
        if (!isJoinDue(size)) {
            return;
        }
        List<Chunk> last = sealed.subList(size - JOINED_CHUNKS, size);
        Chunk first = last.getFirst();
        JoinedChunks joined = new JoinedChunks(last);
        byte[] bytes = encoder.encode(joined, first.layout().columns());
        EncodedChunk chunk = new EncodedChunk(
                first.layout(), first.minMillis(), last.getLast().maxMillis(), bytes);
        for (Chunk small : last) {
            sealedBytes -= ((EncodedChunk) small).length();
        }
        last.clear();
        addSealed(chunk);
    }

    private boolean isJoinDue(int size) {
        if (size < JOINED_CHUNKS) {
            return false;
        }
        Chunk before = sealed.get(size - 1);
        for (int i = size - 2; i >= size - JOINED_CHUNKS; i--) {
            Chunk chunk = sealed.get(i);
            if (chunk.layout() != before.layout() || chunk.maxMillis() >= before.minMillis() || isJoined(chunk)) {
                return false;
            }
            before = chunk;
        }
        return true;
    }

    private static boolean isJoined(Chunk chunk) {
        return ((EncodedChunk) chunk).rows() > ROWS;
    }

    /// Hands over all chunks; the columns stay.
    List<Chunk> takeSealed() {
        List<Chunk> taken = sealed;
        sealed = new ArrayList<>(1);
        sealedBytes = 0;
        return taken;
    }

    /// How many columns had no sample in the last two chunks.
    int deadColumns() {
        int dead = 0;
        for (int column = 0; column < columns; column++) {
            dead += misses[column] >= 2 ? 1 : 0;
        }
        return dead;
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
        for (int i = 0; i < kept.length; i++) {
            newSeries[i] = series[kept[i]];
            newMisses[i] = misses[kept[i]];
        }
        series = newSeries;
        misses = newMisses;
        columns = kept.length;
        values = new double[kept.length * ROWS];
        Arrays.fill(values, SampleValues.ABSENT);
        layout = null;
    }
}
