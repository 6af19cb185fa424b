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
/// Chunks that follow each other are read one behind the other straight into place, also where one begins with the row
/// that the one before it ends with: a flush cuts through a row that is still being filled. Where they overlap by more,
/// rows are merged by time. Of two samples at one time that of the later chunk in the list holds.
public final class MergedRows {

    /// A chunk and which of its rows are wanted.
    private static final class Piece {

        private final ColumnLayout layout;
        private final OpenChunk open;
        private final long[] times;
        private final OpenChunk.RowRange wanted;
        private final boolean isWhole;

        /// Where the first wanted row is among all; only where pieces follow each other.
        private int at;

        Piece(ColumnLayout layout, OpenChunk open, long[] times, OpenChunk.RowRange wanted, boolean isWhole) {
            this.layout = layout;
            this.open = open;
            this.times = times;
            this.wanted = wanted;
            this.isWhole = isWhole;
        }

        int rows() {
            return wanted.to() - wanted.from();
        }

        long firstMillis() {
            return times[wanted.from()];
        }

        long lastMillis() {
            return times[wanted.to() - 1];
        }

        /// The column of a series, or a negative number. Pieces side by side mostly have one layout.
        ///
        /// @param before a piece whose column is known, if there is one
        int columnOf(int series, @Nullable Piece before, int columnBefore) {
            return before != null && before.layout == layout ? columnBefore : layout.indexOf(series);
        }
    }

    /// Where the rows of a piece are among all.
    ///
    /// @param at where the first wanted one is
    /// @param rows where each of the wanted ones is; absent if no row of another piece lies between them
    private record Place(int at, int @Nullable [] rows) {}

    private static final int NO_COLUMN = -1;

    /// In place of a number of seams.
    private static final int OVERLAPPING = -1;

    private final List<Piece> pieces;

    /// How many pieces begin with the last row of the one before, or [#OVERLAPPING].
    private final int seams;

    /// By piece; absent until samples have to be merged.
    private @Nullable List<Place> places;

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
        buffers.reuse();
        List<Piece> found = new ArrayList<>(chunks.size());
        int count = 0;
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            OpenChunk open = chunk.open(buffers);
            long[] own = open.times();
            int all = open.rows();
            int from = firstAtLeast(own, all, fromMillis);
            int to = toMillis == Long.MAX_VALUE ? all : firstAtLeast(own, all, toMillis + 1);
            if (from < to) {
                OpenChunk.RowRange wanted = new OpenChunk.RowRange(from, to);
                found.add(new Piece(chunk.layout(), open, own, wanted, to - from == all));
                count += to - from;
            }
        }
        int inOrder = seams(found);
        if (inOrder >= 0) {
            pieces = found;
            seams = inOrder;
        } else {
            List<Piece> byTime = byTime(found);
            // Where sorting has changed what is later, a piece must not be laid over the row of another.
            boolean isOverlapping = seams(byTime) != 0;
            pieces = isOverlapping ? found : byTime;
            seams = isOverlapping ? OVERLAPPING : 0;
        }
        times = concatenation(pieces, seams, count, buffers);
        rows = seams == OVERLAPPING ? sortDistinct(times, count) : count - seams;
        scratch = buffers.piece();
    }

    private List<Place> places() {
        List<Place> known = places;
        if (known == null) {
            known = new ArrayList<>(pieces.size());
            for (Piece piece : pieces) {
                known.add(place(piece));
            }
            places = known;
        }
        return known;
    }

    private Place place(Piece piece) {
        long[] own = piece.times;
        int from = piece.wanted.from();
        int first = Arrays.binarySearch(times, 0, rows, own[from]);
        if (times[first + piece.rows() - 1] == piece.lastMillis()) {
            return new Place(first, null);
        }
        int[] each = new int[piece.rows()];
        int at = first;
        for (int i = 0; i < each.length; i++) {
            while (times[at] < own[from + i]) {
                at++;
            }
            each[i] = at;
        }
        return new Place(first, each);
    }

    /// Most chunks lie wholly on one side of a moment: of these only the ends are looked at.
    private static int firstAtLeast(long[] times, int rows, long millis) {
        if (times[0] >= millis) {
            return 0;
        }
        if (times[rows - 1] < millis) {
            return rows;
        }
        int at = Arrays.binarySearch(times, 0, rows, millis);
        return at < 0 ? -at - 1 : at;
    }

    private static List<Piece> byTime(List<Piece> pieces) {
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingLong(Piece::firstMillis));
        return sorted;
    }

    /// How many pieces begin with the row that the one before ends with, or [#OVERLAPPING] if one begins earlier.
    private static int seams(List<Piece> pieces) {
        int seams = 0;
        for (int i = 1; i < pieces.size(); i++) {
            long end = pieces.get(i - 1).lastMillis();
            long begin = pieces.get(i).firstMillis();
            if (end > begin) {
                return OVERLAPPING;
            }
            seams += end == begin ? 1 : 0;
        }
        return seams;
    }

    /// The times of all pieces, those of seams once.
    private static long[] concatenation(List<Piece> pieces, int seams, int count, ReadBuffers buffers) {
        if (pieces.size() == 1 && pieces.getFirst().wanted.from() == 0) {
            return pieces.getFirst().times;
        }
        long[] all = buffers.times(count);
        int end = 0;
        for (int p = 0; p < pieces.size(); p++) {
            Piece piece = pieces.get(p);
            boolean isSeam = seams > 0 && p > 0 && all[end - 1] == piece.firstMillis();
            piece.at = isSeam ? end - 1 : end;
            System.arraycopy(piece.times, piece.wanted.from(), all, piece.at, piece.rows());
            end = piece.at + piece.rows();
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
        if (seams == OVERLAPPING) {
            readMerged(series, into);
        } else if (!readConcatenated(series, into)) {
            into.reset(rows);
            readMerged(series, into);
        }
    }

    /// @return false if the series is not in every chunk, or has more than floats where there are seams
    private boolean readConcatenated(int series, SampleColumn into) {
        boolean isDense = true;
        boolean isNonDecreasing = true;
        int end = 0;
        int column = NO_COLUMN;
        Piece before = null;
        for (int p = 0; p < pieces.size(); p++) {
            Piece piece = pieces.get(p);
            column = piece.columnOf(series, before, column);
            before = piece;
            if (column < 0) {
                return false;
            }
            int at = piece.at;
            double shared = at < end ? into.values()[at] : SampleValues.ABSENT;
            read(piece, column, into);
            double[] values = into.values();
            if (at < end && SampleValues.isAbsent(values[at])) {
                values[at] = shared;
            }
            isDense = isDense && piece.open.isDense();
            isNonDecreasing =
                    isNonDecreasing && piece.open.isNonDecreasing() && (at == 0 || values[at] >= values[at - 1]);
            end = at + piece.rows();
        }
        if (seams > 0 && !areFloats(into)) {
            return false;
        }
        if (isDense && end > 0) {
            into.markDense(isNonDecreasing);
        } else if (seams > 0) {
            markIfDense(into);
        }
        return true;
    }

    /// Reads the wanted rows of a piece to where they are among all.
    private void read(Piece piece, int column, SampleColumn into) {
        OpenChunk open = piece.open;
        if (piece.isWhole) {
            open.read(column, into, piece.at);
        } else if (!open.readFloats(column, piece.wanted, into, piece.at)) {
            scratch.reset(open.rows());
            open.read(column, scratch, 0);
            copyRows(piece, into, piece.at);
        }
    }

    private void copyRows(Piece piece, SampleColumn into, int at) {
        int from = piece.wanted.from();
        System.arraycopy(scratch.values(), from, into.values(), at, piece.rows());
        if (!areFloats(scratch)) {
            for (int row = from; row < piece.wanted.to(); row++) {
                copyExtras(row, into, at + row - from);
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
        List<Place> all = places();
        int column = NO_COLUMN;
        Piece before = null;
        for (int p = 0; p < all.size(); p++) {
            Piece piece = pieces.get(p);
            column = piece.columnOf(series, before, column);
            before = piece;
            if (column < 0) {
                continue;
            }
            readIntoScratch(piece, column);
            if (areFloats(scratch) && areFloats(into)) {
                copyFloats(piece, all.get(p), into.values());
            } else {
                copySamples(piece, all.get(p), into);
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
        OpenChunk open = piece.open;
        scratch.reset(open.rows());
        if (piece.isWhole || !open.readFloats(column, piece.wanted, scratch, piece.wanted.from())) {
            open.read(column, scratch, 0);
        }
    }

    private void copyFloats(Piece piece, Place place, double[] into) {
        double[] values = scratch.values();
        int from = piece.wanted.from();
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
            int row = piece.wanted.from() + i;
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
