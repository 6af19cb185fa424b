package dev.belvedere.tsdb.read;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of several chunks within a time range as one sequence. Used by one thread.
///
/// Chunks that follow each other are read one behind the other straight into place; where they overlap, rows are
/// merged by time, and of two samples at one time that of the later chunk in the list holds.
public final class MergedRows {

    /// A chunk and which of its rows are wanted.
    private record Piece(Chunk chunk, OpenChunk open, OpenChunk.RowRange wanted) {

        int from() {
            return wanted.from();
        }

        int to() {
            return wanted.to();
        }

        int rows() {
            return to() - from();
        }

        boolean isWhole() {
            return rows() == open.rows();
        }

        /// The column of a series, or a negative number. Pieces side by side mostly have one layout.
        ///
        /// @param before a piece whose column is known, if there is one
        int columnOf(int series, @Nullable Piece before, int columnBefore) {
            ColumnLayout layout = chunk.layout();
            return before != null && before.chunk.layout() == layout ? columnBefore : layout.indexOf(series);
        }
    }

    /// Where the rows of a piece are among all.
    ///
    /// @param at where the first wanted one is
    /// @param rows where each of the wanted ones is; absent if no row of another piece lies between them
    private record Place(int at, int @Nullable [] rows) {}

    private static final int NO_COLUMN = -1;

    private final List<Piece> pieces;
    private final boolean isOverlapping;

    /// By piece; only where they overlap.
    private final List<Place> places = new ArrayList<>(0);

    /// Longer than there are [#rows], and shared with what the same buffers serve next.
    private final long[] times;

    private final int rows;
    private final SampleColumn scratch;

    /// @param chunks older sources before newer ones
    public MergedRows(List<Chunk> chunks, long fromMillis, long toMillis) {
        this(chunks, fromMillis, toMillis, new ReadBuffers());
    }

    /// @param chunks older sources before newer ones
    /// @param buffers shared with others of the same thread, which may be read once these rows are done with
    MergedRows(List<Chunk> chunks, long fromMillis, long toMillis, ReadBuffers buffers) {
        List<Piece> found = new ArrayList<>(chunks.size());
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            OpenChunk open = chunk.open(buffers);
            int from = firstAtLeast(open, fromMillis);
            int to = toMillis == Long.MAX_VALUE ? open.rows() : firstAtLeast(open, toMillis + 1);
            if (from < to) {
                found.add(new Piece(chunk, open, new OpenChunk.RowRange(from, to)));
            }
        }
        boolean isInOrder = !isOverlapping(found);
        List<Piece> byTime = isInOrder ? found : byTime(found);
        isOverlapping = !isInOrder && isOverlapping(byTime);
        pieces = isOverlapping ? found : byTime;
        int count = count(pieces);
        times = concatenation(pieces, count, buffers);
        rows = isOverlapping ? sortDistinct(times, count) : count;
        scratch = buffers.piece();
        if (isOverlapping) {
            pieces.forEach(piece -> places.add(place(piece)));
        }
    }

    private Place place(Piece piece) {
        long[] own = piece.open().times();
        int first = Arrays.binarySearch(times, 0, rows, own[piece.from()]);
        if (times[first + piece.rows() - 1] == own[piece.to() - 1]) {
            return new Place(first, null);
        }
        int[] each = new int[piece.rows()];
        int at = first;
        for (int i = 0; i < each.length; i++) {
            while (times[at] < own[piece.from() + i]) {
                at++;
            }
            each[i] = at;
        }
        return new Place(first, each);
    }

    private static int firstAtLeast(OpenChunk chunk, long millis) {
        if (chunk.times()[0] >= millis) {
            return 0;
        }
        int at = Arrays.binarySearch(chunk.times(), 0, chunk.rows(), millis);
        return at < 0 ? -at - 1 : at;
    }

    private static List<Piece> byTime(List<Piece> pieces) {
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingLong(p -> p.open().times()[p.from()]));
        return sorted;
    }

    /// Whether a piece does not end before the next one begins.
    private static boolean isOverlapping(List<Piece> byTime) {
        for (int i = 1; i < byTime.size(); i++) {
            Piece before = byTime.get(i - 1);
            Piece piece = byTime.get(i);
            if (before.open().times()[before.to() - 1] >= piece.open().times()[piece.from()]) {
                return true;
            }
        }
        return false;
    }

    private static int count(List<Piece> pieces) {
        int count = 0;
        for (int p = 0; p < pieces.size(); p++) {
            count += pieces.get(p).rows();
        }
        return count;
    }

    private static long[] concatenation(List<Piece> pieces, int count, ReadBuffers buffers) {
        if (pieces.size() == 1 && pieces.getFirst().from() == 0) {
            return pieces.getFirst().open().times();
        }
        long[] all = buffers.times(count);
        int at = 0;
        for (int p = 0; p < pieces.size(); p++) {
            Piece piece = pieces.get(p);
            System.arraycopy(piece.open().times(), piece.from(), all, at, piece.rows());
            at += piece.rows();
        }
        return all;
    }

    /// @return how many of the first `count` times are left, in order and each once
    private static int sortDistinct(long[] times, int count) {
        Arrays.sort(times, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || times[i] != times[i - 1]) {
                times[distinct++] = times[i];
            }
        }
        return distinct;
    }

    public int rows() {
        return rows;
    }

    /// Strictly ascending; only the first [#rows] count. Not to be changed.
    public long[] times() {
        return times;
    }

    /// Reads a series that is in every chunk, or where chunks overlap in some.
    public void read(int series, SampleColumn into) {
        into.reset(rows);
        if (isOverlapping) {
            readMerged(series, into);
        } else {
            readConcatenated(series, into);
        }
    }

    private void readConcatenated(int series, SampleColumn into) {
        boolean isDense = true;
        boolean isNonDecreasing = true;
        int at = 0;
        int column = NO_COLUMN;
        Piece before = null;
        for (int p = 0; p < pieces.size(); p++) {
            Piece piece = pieces.get(p);
            column = piece.columnOf(series, before, column);
            before = piece;
            if (piece.isWhole()) {
                piece.open().read(column, into, at);
            } else if (!piece.open().readFloats(column, piece.wanted(), into, at)) {
                scratch.reset(piece.open().rows());
                piece.open().read(column, scratch, 0);
                copyRows(piece, into, at);
            }
            isDense &= piece.open().isDense();
            isNonDecreasing &=
                    piece.open().isNonDecreasing() && (at == 0 || into.values()[at] >= into.values()[at - 1]);
            at += piece.rows();
        }
        if (isDense && at > 0) {
            into.markDense(isNonDecreasing);
        }
    }

    private void copyRows(Piece piece, SampleColumn into, int at) {
        System.arraycopy(scratch.values(), piece.from(), into.values(), at, piece.rows());
        if (scratch.hasHistograms() || scratch.hasStartTimestamps()) {
            for (int row = piece.from(); row < piece.to(); row++) {
                copyExtras(row, into, at + row - piece.from());
            }
        }
    }

    private void copyExtras(int row, SampleColumn into, int at) {
        NativeHistogram histogram = scratch.histogram(row);
        if (histogram != null) {
            into.setHistogram(at, histogram);
        }
        if (scratch.startTimestamp(row) != MetricAppender.NO_START || into.hasStartTimestamps()) {
            into.setStartTimestamp(at, scratch.startTimestamp(row));
        }
    }

    private void readMerged(int series, SampleColumn into) {
        Arrays.fill(into.values(), 0, rows, SampleValues.ABSENT);
        int column = NO_COLUMN;
        Piece before = null;
        for (int p = 0; p < places.size(); p++) {
            Piece piece = pieces.get(p);
            column = piece.columnOf(series, before, column);
            before = piece;
            if (column < 0) {
                continue;
            }
            readIntoScratch(piece, column);
            if (areFloats(scratch) && areFloats(into)) {
                copyFloats(piece, places.get(p), into.values());
            } else {
                copySamples(piece, places.get(p), into);
            }
        }
        if (areFloats(into)) {
            markIfDense(into);
        }
    }

    /// Whether a column has neither histograms nor start timestamps.
    private static boolean areFloats(SampleColumn column) {
        return !column.hasHistograms() && !column.hasStartTimestamps();
    }

    /// Reads the wanted rows of a piece to their places in the chunk, and perhaps others.
    private void readIntoScratch(Piece piece, int column) {
        scratch.reset(piece.open().rows());
        if (piece.isWhole() || !piece.open().readFloats(column, piece.wanted(), scratch, piece.from())) {
            piece.open().read(column, scratch, 0);
        }
    }

    private void copyFloats(Piece piece, Place place, double[] into) {
        double[] values = scratch.values();
        int from = piece.from();
        int count = piece.rows();
        int[] rows = place.rows();
        for (int i = 0; i < count; i++) {
            double value = values[from + i];
            if (!SampleValues.isAbsent(value)) {
                into[rows == null ? place.at() + i : rows[i]] = value;
            }
        }
    }

    private void copySamples(Piece piece, Place place, SampleColumn into) {
        int[] rows = place.rows();
        for (int i = 0; i < piece.rows(); i++) {
            int row = piece.from() + i;
            if (!scratch.isAbsent(row)) {
                int at = rows == null ? place.at() + i : rows[i];
                into.values()[at] = scratch.values()[row];
                copyExtras(row, into, at);
            }
        }
    }

    /// Most series whose chunks overlap do so in a row that a flush has cut through, and have it whole.
    private static void markIfDense(SampleColumn column) {
        double[] values = column.values();
        boolean isNonDecreasing = true;
        double before = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < column.rowCount(); row++) {
            double value = values[row];
            if (SampleValues.isAbsent(value) || SampleValues.isStale(value)) {
                return;
            }
            isNonDecreasing &= value >= before;
            before = value;
        }
        column.markDense(isNonDecreasing);
    }
}
