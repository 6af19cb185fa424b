package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.tsdb.chunk.RawChunk;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The late samples of one time, of which a target may have all or a single one: a bit for each column, and what the
/// columns have whose bit is set, one behind the other.
final class LateRow {

    /// Rough heap cost without its arrays.
    static final int OBJECT_BYTES = 80;

    private final long millis;
    private long[] present = new long[1];
    private double[] values = new double[4];
    private @Nullable NativeHistogram @Nullable [] histograms;
    private long @Nullable [] starts;
    private int count;

    /// The highest column that has a sample.
    private int last = -1;

    LateRow(long millis) {
        this.millis = millis;
    }

    long millis() {
        return millis;
    }

    /// How many columns have samples.
    int count() {
        return count;
    }

    boolean hasHistograms() {
        return histograms != null;
    }

    boolean hasStarts() {
        return starts != null;
    }

    long sizeBytes() {
        return OBJECT_BYTES
                + 8L * present.length
                + 8L * values.length
                + (histograms == null ? 0 : 4L * histograms.length)
                + (starts == null ? 0 : 8L * starts.length);
    }

    boolean has(int column) {
        return column <= last && (present[column / Long.SIZE] >>> column & 1) != 0;
    }

    /// The lowest column from one on that has a sample, or -1.
    int next(int column) {
        for (int word = column / Long.SIZE; column <= last && word < present.length; word++) {
            long bits = word == column / Long.SIZE ? present[word] & -1L << column : present[word];
            if (bits != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }

    /// How many columns before one have samples: where its own stands.
    private int placeOf(int column) {
        int place = 0;
        int word = column / Long.SIZE;
        for (int w = 0; w < Math.min(word, present.length); w++) {
            place += Long.bitCount(present[w]);
        }
        return word < present.length ? place + Long.bitCount(present[word] & (1L << column) - 1) : place;
    }

    /// Sets a column.
    ///
    /// @param value means nothing beside a histogram
    /// @param start 0 if it was not told
    void set(int column, double value, long start, @Nullable NativeHistogram histogram) {
        int place = column > last ? count : placeOf(column);
        if (!has(column)) {
            insert(column, place);
        }
        values[place] = histogram == null ? value : SampleValues.ABSENT;
        if (histograms == null && histogram != null) {
            histograms = new NativeHistogram[values.length];
        }
        if (histograms != null) {
            histograms[place] = histogram;
        }
        if (starts == null && start != 0) {
            starts = new long[values.length];
        }
        if (starts != null) {
            starts[place] = start;
        }
    }

    private void insert(int column, int place) {
        makeRoom(column, 1);
        shift(values, place);
        if (histograms != null) {
            shift(histograms, place);
        }
        if (starts != null) {
            shift(starts, place);
        }
        present[column / Long.SIZE] |= 1L << column;
        last = Math.max(last, column);
        count++;
    }

    /// Moves what stands in an array from a place on.
    @SuppressWarnings("SuspiciousSystemArraycopy")
    private void shift(Object array, int place) {
        System.arraycopy(array, place, array, place + 1, count - place);
    }

    /// Sets consecutive columns to floats without start timestamps.
    void set(int column, double[] from, int at, int length) {
        if (column <= last || hasHistograms() || hasStarts()) {
            for (int i = 0; i < length; i++) {
                set(column + i, from[at + i], 0, null);
            }
            return;
        }
        makeRoom(column + length - 1, length);
        System.arraycopy(from, at, values, count, length);
        for (int i = column; i < column + length; i++) {
            present[i / Long.SIZE] |= 1L << i;
        }
        last = column + length - 1;
        count += length;
    }

    private void makeRoom(int column, int more) {
        int word = column / Long.SIZE;
        if (word >= present.length) {
            present = Arrays.copyOf(present, word + 1);
        }
        if (count + more > values.length) {
            int larger = Math.max(count + more, count + (count >> 2) + 4);
            values = Arrays.copyOf(values, larger);
            histograms = histograms == null ? null : Arrays.copyOf(histograms, larger);
            starts = starts == null ? null : Arrays.copyOf(starts, larger);
        }
    }

    /// What a column has; absent if it has no sample.
    @Nullable
    StoredSample find(int column) {
        if (!has(column)) {
            return null;
        }
        int place = placeOf(column);
        return new StoredSample(values[place], histograms == null ? null : histograms[place]);
    }

    /// Copies the sample of a column, if it has one.
    ///
    /// @param at where it goes
    /// @return whether it has
    boolean copy(int column, RawChunk.Slots into, int at) {
        if (!has(column)) {
            return false;
        }
        int place = placeOf(column);
        into.values()[at] = values[place];
        @Nullable NativeHistogram[] toHistograms = into.histograms();
        if (toHistograms != null && histograms != null) {
            toHistograms[at] = histograms[place];
        }
        long[] toStarts = into.starts();
        if (toStarts != null && starts != null) {
            toStarts[at] = starts[place];
        }
        return true;
    }
}
