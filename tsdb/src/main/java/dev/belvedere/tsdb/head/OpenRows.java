package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnSource;
import dev.belvedere.tsdb.chunk.OpenChunk.RowRange;
import dev.belvedere.tsdb.chunk.RawChunk;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows of a group that are not encoded yet.
///
/// Rows may be opened in any order of time. What one scrape brings lies side by side: the last two rows have an array
/// each, those before are [packed][PackedRows], since samples mostly come for the newest row. Where they come for
/// others too, all rows have arrays until a whole chunk has come in order. Arrays are kept from one chunk to the next.
final class OpenRows implements ColumnSource {

    /// How many there may always be. With histograms, which take as much as many floats do, there are no more.
    static final int ROWS = 16;

    /// How many there ever are.
    static final int MAX_ROWS = 64;

    private static final double[] NONE = {};

    /// Rows that have arrays where others are packed.
    private static final int PLAIN_ROWS = 2;

    /// Arrays are kept that are longer than they need be by so much of their length.
    private static final int SLACK_SHIFT = 2;

    private int capacity;
    private long[] times = new long[ROWS];
    private int rows;
    private int lastRow;
    /// [#NONE] where a row is packed or was never open.
    private double[][] values = new double[ROWS][];

    /// The first rows, unless [#isInOrder] is false.
    private final PackedRows packed = new PackedRows();

    /// Whether samples have come for the newest row alone, in this chunk and, where it has just begun, the one before.
    private boolean isInOrder = true;

    private boolean isFilledLate;

    private @Nullable NativeHistogram @Nullable [][] histograms;
    private long @Nullable [][] starts;

    private final EncodingRoom room;

    /// @param columns how many to have room for
    OpenRows(int columns, EncodingRoom room) {
        this.capacity = columns;
        this.room = room;
        Arrays.fill(values, NONE);
    }

    @Override
    public int rows() {
        return rows;
    }

    /// In the order of opening, until [#arrange].
    @Override
    public long[] times() {
        return times;
    }

    long sizeBytes() {
        long bytes = packed.sizeBytes();
        for (double[] row : values) {
            bytes += 8L * row.length;
        }
        return bytes;
    }

    int capacity() {
        return capacity;
    }

    /// Makes room for columns, which have no samples yet.
    void grow(int columns) {
        capacity = columns;
        for (int row = 0; row < values.length; row++) {
            double[] present = values[row];
            if (row >= rows) {
                values[row] = NONE;
                continue;
            }
            if (row >= packed.rows() && present.length < columns) {
                double[] larger = Arrays.copyOf(present, columns);
                Arrays.fill(larger, present.length, columns, SampleValues.ABSENT);
                values[row] = larger;
            }
            if (histograms != null) {
                histograms[row] = Arrays.copyOf(histograms[row], columns);
            }
            if (starts != null) {
                starts[row] = Arrays.copyOf(starts[row], columns);
            }
        }
    }

    /// Forgets all rows.
    ///
    /// @param columns how many to have room for from now on
    void clear(int columns) {
        rows = 0;
        lastRow = 0;
        histograms = null;
        starts = null;
        capacity = columns;
        packed.clear();
        isInOrder = !isFilledLate;
        isFilledLate = false;
        keepArrays(isInOrder ? PLAIN_ROWS : values.length);
    }

    /// Keeps arrays for the first rows, where they fit.
    private void keepArrays(int most) {
        int kept = 0;
        for (int row = 0; row < values.length; row++) {
            double[] array = values[row];
            values[row] = NONE;
            int slack = array.length - capacity;
            if (kept < most && array != NONE && slack >= 0 && slack <= capacity >> SLACK_SHIFT && !room.isHere(array)) {
                values[kept++] = array;
            }
        }
    }

    /// The row of a time, opening it if there are fewer than `most`.
    ///
    /// @param columns how many there are now: rows that are opened keep room for others only where they are
    ///     the first
    /// @return -1 if there are as many
    int row(long timestampMillis, int most, int columns) {
        if (rows > 0 && times[lastRow] == timestampMillis) {
            return lastRow;
        }
        int found = find(timestampMillis);
        if (found < 0) {
            if (rows >= (histograms == null ? most : ROWS)) {
                return -1;
            }
            if (rows == 0 && times.length > most || rows == times.length) {
                makeRoom(most);
            }
            if (rows > 0 && histograms == null && starts == null) {
                capacity = columns;
            }
            found = open(timestampMillis, columns, most);
        }
        lastRow = found;
        return found;
    }

    private void makeRoom(int most) {
        int before = times.length;
        times = Arrays.copyOf(times, most);
        values = Arrays.copyOf(values, most);
        histograms = histograms == null ? null : Arrays.copyOf(histograms, most);
        starts = starts == null ? null : Arrays.copyOf(starts, most);
        for (int row = before; row < most; row++) {
            values[row] = NONE;
        }
    }

    private int open(long timestampMillis, int columns, int most) {
        int row = rows++;
        times[row] = timestampMillis;
        if (isInOrder && row >= PLAIN_ROWS) {
            int full = row - PLAIN_ROWS;
            packed.add(values[full], values[full + 1], columns, Math.max(0, most - 1 - row));
            values[row] = values[full];
            values[full] = NONE;
        }
        double[] kept = values[row];
        if (kept.length < capacity) {
            kept = new double[capacity];
            values[row] = kept;
        }
        Arrays.fill(kept, SampleValues.ABSENT);
        if (histograms != null) {
            histograms[row] = new NativeHistogram[capacity];
        }
        if (starts != null) {
            starts[row] = new long[capacity];
        }
        return row;
    }

    private int find(long timestampMillis) {
        for (int i = rows - 1; i >= 0; i--) {
            if (times[i] == timestampMillis) {
                return i;
            }
        }
        return -1;
    }

    void set(int column, int row, double value) {
        expect(row);
        values[row][column] = value;
    }

    /// Unpacks all rows if one is to be filled that is not the newest.
    private void expect(int row) {
        if (row < rows - 1) {
            isFilledLate = true;
            isInOrder = false;
            unpack();
        }
    }

    private void unpack() {
        for (int row = packed.rows() - 1; row >= 0; row--) {
            values[row] = values[row + 1].clone();
            packed.unpack(row, values[row]);
        }
        packed.release();
    }

    /// Sets consecutive columns.
    void set(int column, int row, double[] from, int at, int count) {
        expect(row);
        System.arraycopy(from, at, values[row], column, count);
    }

    void setHistogram(int column, int row, NativeHistogram histogram) {
        @Nullable NativeHistogram[][] all = histograms;
        if (all == null) {
            all = new NativeHistogram[values.length][];
            for (int i = 0; i < rows; i++) {
                all[i] = new NativeHistogram[capacity];
            }
            histograms = all;
        }
        all[row][column] = histogram;
    }

    void setStart(int column, int row, long startMillis) {
        long[][] all = starts;
        if (all == null) {
            all = new long[values.length][];
            for (int i = 0; i < rows; i++) {
                all[i] = new long[capacity];
            }
            starts = all;
        }
        all[row][column] = startMillis;
    }

    /// In which rows each of the first columns has samples, a bit a row.
    long[] presence(int columns) {
        long[] masks = new long[columns];
        for (int row = packed.rows(); row < rows; row++) {
            markPresent(values[row], row, masks);
        }
        if (packed.rows() > 0) {
            double[] ofRow = values[packed.rows()].clone();
            for (int row = packed.rows() - 1; row >= 0; row--) {
                packed.unpack(row, ofRow);
                markPresent(ofRow, row, masks);
            }
        }
        return masks;
    }

    private void markPresent(double[] ofRow, int row, long[] masks) {
        for (int column = 0; column < masks.length; column++) {
            masks[column] |= isPresent(ofRow, row, column) ? 1L << row : 0;
        }
    }

    private boolean isPresent(double[] ofRow, int row, int column) {
        return !SampleValues.isAbsent(ofRow[column])
                || histograms != null && histograms[row] != null && histograms[row][column] != null;
    }

    /// Whether one of some rows is known to have a sample in each of the first columns. Looks at those alone that are
    /// not packed: the newest, of which the last may still be filled.
    ///
    /// @param among a bit a row
    boolean isOneWhole(long among, int columns) {
        for (int row = packed.rows(); row < rows; row++) {
            if ((among >>> row & 1) != 0 && isWhole(row, columns)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWhole(int row, int columns) {
        for (int column = 0; column < columns; column++) {
            if (!isPresent(values[row], row, column)) {
                return false;
            }
        }
        return true;
    }

    /// Reads the floats of a column.
    ///
    /// @param at where the range's first row's goes
    private void read(int column, RowRange range, double[] into, int at) {
        int first = packed.rows();
        for (int row = Math.max(first, range.from()); row < range.to(); row++) {
            into[at + row - range.from()] = values[row][column];
        }
        if (first > range.from()) {
            packed.read(column, values[first][column], range, into, at);
        }
    }

    private double value(int column, int row) {
        int first = packed.rows();
        return row >= first ? values[row][column] : packed.value(column, row, values[first][column]);
    }

    /// What a column has at a time; absent if it has nothing.
    @Nullable
    StoredSample find(int column, long millis) {
        int row = rows > 0 && times[lastRow] == millis ? lastRow : find(millis);
        if (row < 0) {
            return null;
        }
        NativeHistogram histogram = histograms == null ? null : histograms[row][column];
        double value = value(column, row);
        return histogram == null && SampleValues.isAbsent(value) ? null : new StoredSample(value, histogram);
    }

    /// The time of a column's newest sample, or [Head#NEVER].
    long newestMillis(int column) {
        long newest = Head.NEVER;
        for (int row = 0; row < rows; row++) {
            if (times[row] > newest && hasSample(column, row)) {
                newest = times[row];
            }
        }
        return newest;
    }

    private boolean hasSample(int column, int row) {
        return hasFloat(column, row) || histograms != null && histograms[row][column] != null;
    }

    /// The newest row in a time range, or -1.
    int newest(long fromMillis, long toMillis) {
        int newest = -1;
        for (int row = 0; row < rows; row++) {
            if (isIn(times[row], fromMillis, toMillis) && (newest < 0 || times[row] > times[newest])) {
                newest = row;
            }
        }
        return newest;
    }

    /// The fewest rows side by side that hold all of a time range.
    RowRange rowsIn(long fromMillis, long toMillis) {
        int from = 0;
        while (from < rows && !isIn(times[from], fromMillis, toMillis)) {
            from++;
        }
        int to = rows;
        while (to > from && !isIn(times[to - 1], fromMillis, toMillis)) {
            to--;
        }
        return new RowRange(from, to);
    }

    private static boolean isIn(long time, long fromMillis, long toMillis) {
        return time >= fromMillis && time <= toMillis;
    }

    boolean hasFloat(int column, int row) {
        return !SampleValues.isAbsent(value(column, row));
    }

    boolean hasSamples(int column) {
        int first = packed.rows();
        for (int row = rows - 1; row >= 0; row--) {
            boolean hasPlain = row >= first && !SampleValues.isAbsent(values[row][column]);
            if (hasPlain || histograms != null && histograms[row][column] != null) {
                return true;
            }
        }
        // No plain row has a float: one that is packed has, if any differs from the row behind.
        return packed.isDiffering(column);
    }

    /// Makes the rows ready to be encoded, after which only [#clear] may change them: none is packed, and they are in
    /// the order of their times.
    void arrange() {
        for (int row = packed.rows() - 1; row >= 0; row--) {
            values[row] = room.copy(row, values[row + 1]);
            packed.unpack(row, values[row]);
        }
        packed.clear();
        for (int i = 1; i < rows; i++) {
            for (int j = i; j > 0 && times[j - 1] > times[j]; j--) {
                swap(j - 1, j);
            }
        }
        lastRow = 0;
    }

    private void swap(int a, int b) {
        long time = times[a];
        times[a] = times[b];
        times[b] = time;
        swap(values, a, b);
        if (histograms != null) {
            swap(histograms, a, b);
        }
        if (starts != null) {
            swap(starts, a, b);
        }
    }

    private static <T extends @Nullable Object> void swap(T[] rows, int a, int b) {
        T row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }

    @Override
    public ColumnEncoder.Rows column(int column) {
        double[] columnValues = room.column();
        for (int row = 0; row < rows; row++) {
            columnValues[row] = values[row][column];
        }
        @Nullable NativeHistogram @Nullable [] ofHistograms = histograms == null ? null : new NativeHistogram[rows];
        long @Nullable [] ofStarts = starts == null ? null : new long[rows];
        for (int row = 0; row < rows && (ofHistograms != null || ofStarts != null); row++) {
            if (ofHistograms != null && histograms != null) {
                ofHistograms[row] = histograms[row][column];
            }
            if (ofStarts != null && starts != null) {
                ofStarts[row] = starts[row][column];
            }
        }
        return new ColumnEncoder.Rows(columnValues, 0, rows, ofHistograms, ofStarts);
    }

    /// Rows of some columns, as they are now.
    ///
    /// @param range at least one row
    RawChunk snapshot(ColumnLayout layout, int[] picked, RowRange range) {
        int count = range.to() - range.from();
        double[] copy = new double[picked.length * count];
        @Nullable
        NativeHistogram @Nullable [] histogramCopy = histograms == null ? null : new NativeHistogram[copy.length];
        long @Nullable [] startCopy = starts == null ? null : new long[copy.length];
        for (int i = 0; i < picked.length; i++) {
            read(picked[i], range, copy, i * count);
        }
        for (int row = 0; row < count && (histogramCopy != null || startCopy != null); row++) {
            for (int i = 0; i < picked.length; i++) {
                if (histogramCopy != null && histograms != null) {
                    histogramCopy[i * count + row] = histograms[range.from() + row][picked[i]];
                }
                if (startCopy != null && starts != null) {
                    startCopy[i * count + row] = starts[range.from() + row][picked[i]];
                }
            }
        }
        long[] timesCopy = Arrays.copyOfRange(times, range.from(), range.to());
        return new RawChunk(layout, new RawChunk.Slots(count, timesCopy, copy, histogramCopy, startCopy));
    }
}
