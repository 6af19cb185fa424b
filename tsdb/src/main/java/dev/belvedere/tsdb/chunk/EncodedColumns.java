package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;
import dev.belvedere.tsdb.codec.IntegerDecoder;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.codec.RowSpan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads an encoded chunk: header at once, pages when a column of theirs is wanted.
public final class EncodedColumns implements OpenChunk {

    private static final int CHECKSUM_BYTES = 4;

    private final ChunkBytes source;
    private final ByteSource in = new ByteSource(new byte[0]);
    private final ColumnDecoder decoder = new ColumnDecoder();
    private final int rows;
    private final long[] times;
    private final int columns;

    /// Where each page begins in the chunk, and where the last ends.
    private final int[] pageStarts;

    private int page = -1;
    private byte[] pageBytes = new byte[0];
    private final int[] columnStarts = new int[ChunkEncoder.PAGE_COLUMNS + 1];
    private int lastColumn = -1;

    /// Which rows of it were read.
    private RowSpan lastRows;

    private final RowSpan all;

    /// Reads the columns that others are equal to, so that this one keeps its page.
    private @Nullable EncodedColumns equals;

    /// What read the column last read, if it is equal to another.
    private @Nullable EncodedColumns lastEqual;

    /// Whether the column last read could not be read and was skipped.
    private boolean isLost;

    /// Takes what a relative column needs read before it.
    private final SampleColumn scratch = new SampleColumn();

    public EncodedColumns(ChunkBytes source) {
        this.source = source;
        boolean isChecked = source.isChecked();
        int length = isChecked ? source.headerLength() : source.length();
        ChunkBytes.Range range = source.range(0, length);
        try {
            if (isChecked) {
                requireChecksum(range.bytes(), range.offset(), length, "header");
            }
            in.reset(range.bytes(), range.offset(), length);
            rows = requireRows(in);
            all = RowSpan.all(rows);
            lastRows = all;
            times = new long[rows];
            new IntegerDecoder().decode(in, times, rows);
            columns = in.getIndex(Integer.MAX_VALUE - ChunkEncoder.PAGE_COLUMNS);
            pageStarts = pageStarts(in, columns, range.offset(), source.length());
        } catch (MalformedBytesException e) {
            throw source.corrupt("chunk header: " + e.getMessage());
        }
    }

    private static int requireRows(ByteSource in) {
        int rows = in.getIndex(ChunkEncoder.MAX_ROWS);
        if (rows == 0) {
            throw new MalformedBytesException("a chunk without rows");
        }
        return rows;
    }

    private static int[] pageStarts(ByteSource in, int columns, int offset, int chunkLength) {
        int pages = (columns + ChunkEncoder.PAGE_COLUMNS - 1) / ChunkEncoder.PAGE_COLUMNS;
        if (pages > in.remaining()) {
            throw new MalformedBytesException(pages + " pages in " + in.remaining() + " bytes");
        }
        int[] starts = new int[pages + 1];
        for (int i = 0; i < pages; i++) {
            starts[i + 1] = starts[i] + in.getIndex(chunkLength - starts[i]);
        }
        int headerLength = in.position() - offset + CHECKSUM_BYTES;
        for (int i = 0; i <= pages; i++) {
            starts[i] += headerLength;
        }
        if (starts[pages] != chunkLength) {
            throw new MalformedBytesException("pages end at " + starts[pages] + ", the chunk at " + chunkLength);
        }
        return starts;
    }

    /// How many bytes the pages take, each with up to [ChunkEncoder#PAGE_COLUMNS] columns.
    public int[] pageLengths() {
        int[] lengths = new int[pageStarts.length - 1];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = pageStarts[i + 1] - pageStarts[i];
        }
        return lengths;
    }

    /// Reads all pages and compares their checksums.
    public void checkPages() {
        try {
            for (int i = 0; i < pageStarts.length - 1; i++) {
                openPage(i);
            }
        } catch (MalformedBytesException e) {
            throw source.corrupt("page: " + e.getMessage());
        }
    }

    static int headerLength(ByteSource in) {
        int start = in.position();
        int rows = requireRows(in);
        new IntegerDecoder().decode(in, new long[rows], rows);
        int columns = in.getIndex(Integer.MAX_VALUE - ChunkEncoder.PAGE_COLUMNS);
        for (int i = 0; i < columns; i += ChunkEncoder.PAGE_COLUMNS) {
            in.getVarint();
        }
        return in.position() - start + CHECKSUM_BYTES;
    }

    private void requireChecksum(byte[] bytes, int offset, int length, String what) {
        if (length < CHECKSUM_BYTES) {
            throw source.corrupt(what + " of " + length + " bytes");
        }
        int content = length - CHECKSUM_BYTES;
        int expected = new ByteSource(bytes, offset + content, CHECKSUM_BYTES).getInt();
        int actual = ByteSink.checksum(bytes, offset, content);
        if (actual != expected) {
            throw source.corrupt(what + " has CRC32C " + Integer.toHexString(actual) + ", expected "
                    + Integer.toHexString(expected));
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long[] times() {
        return times;
    }

    @Override
    public boolean isDense() {
        EncodedColumns equal = lastEqual;
        return !isLost && (equal == null ? decoder.isDense() : equal.isDense());
    }

    @Override
    public boolean isNonDecreasing() {
        EncodedColumns equal = lastEqual;
        return !isLost && (equal == null ? decoder.isNonDecreasing() : equal.isNonDecreasing());
    }

    @Override
    public void read(int column, SampleColumn into, int at) {
        isLost = false;
        try {
            readWhole(column, into, at);
        } catch (OperationException e) {
            if (!source.isSkipped(e)) {
                throw e;
            }
            isLost = true;
            Arrays.fill(into.values(), at, at + rows, SampleValues.ABSENT);
        }
    }

    private void readWhole(int column, SampleColumn into, int at) {
        if (column >= columns) {
            throw source.corrupt("column " + column + " of " + columns);
        }
        try {
            openPage(column / ChunkEncoder.PAGE_COLUMNS);
            if (isEqualToAnother(column)) {
                readEqual(column, into, at);
                return;
            }
            lastEqual = null;
            readBefore(column, all);
            decode(column, into, at);
        } catch (MalformedBytesException e) {
            throw source.corrupt("column " + column + ": " + e.getMessage());
        }
    }

    @Override
    public boolean readFloats(int column, RowRange range, SampleColumn into, int at) {
        try {
            return readWholeFloats(column, range, into, at);
        } catch (OperationException e) {
            if (source.isSkipped(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean readWholeFloats(int column, RowRange range, SampleColumn into, int at) {
        if (column >= columns) {
            throw source.corrupt("column " + column + " of " + columns);
        }
        try {
            openPage(column / ChunkEncoder.PAGE_COLUMNS);
            lastEqual = null;
            RowSpan wanted = new RowSpan(rows, range.from(), range.to());
            readBefore(column, wanted);
            boolean isRead = decodeFloats(column, wanted, into, at);
            isLost &= !isRead;
            return isRead;
        } catch (MalformedBytesException e) {
            throw source.corrupt("column " + column + ": " + e.getMessage());
        }
    }

    private boolean isEqualToAnother(int column) {
        int slot = column % ChunkEncoder.PAGE_COLUMNS;
        return columnStarts[slot] < columnStarts[slot + 1]
                && ColumnDecoder.isEqualToAnother(pageBytes, columnStarts[slot]);
    }

    /// Reads the earlier column that a column is equal to, from its own page.
    private void readEqual(int column, SampleColumn into, int at) {
        int slot = column % ChunkEncoder.PAGE_COLUMNS;
        in.reset(pageBytes, columnStarts[slot] + 1, columnStarts[slot + 1] - columnStarts[slot] - 1);
        int equal = in.getIndex(column - 1);
        EncodedColumns other = equals;
        if (other == null) {
            other = new EncodedColumns(source);
            equals = other;
        }
        other.openPage(equal / ChunkEncoder.PAGE_COLUMNS);
        if (other.isEqualToAnother(equal)) {
            throw new MalformedBytesException("it is equal to one that is equal to another");
        }
        other.read(equal, into, at);
        lastEqual = other;
    }

    /// Reads the columns that a relative column leans on, as far as they are not the last that was read.
    private void readBefore(int column, RowSpan wanted) {
        int first = column;
        int pageStart = page * ChunkEncoder.PAGE_COLUMNS;
        while (first > pageStart && isRelative(first) && !(lastColumn == first - 1 && lastRows.contains(wanted))) {
            first--;
        }
        for (int i = first; i < column; i++) {
            scratch.reset(rows);
            if (!decodeFloats(i, wanted, scratch, 0)) {
                decode(i, scratch, 0);
            }
        }
    }

    private boolean isRelative(int column) {
        int slot = column % ChunkEncoder.PAGE_COLUMNS;
        return columnStarts[slot] < columnStarts[slot + 1] && ColumnDecoder.isRelative(pageBytes, columnStarts[slot]);
    }

    private void decode(int column, SampleColumn into, int at) {
        resetTo(column);
        decoder.decode(in, rows, into, at);
        lastColumn = column;
        lastRows = all;
    }

    private boolean decodeFloats(int column, RowSpan wanted, SampleColumn into, int at) {
        resetTo(column);
        boolean isDecoded = decoder.decodeFloats(in, wanted, into.values(), at);
        if (isDecoded) {
            lastColumn = column;
            lastRows = wanted;
        }
        return isDecoded;
    }

    private void resetTo(int column) {
        int slot = column % ChunkEncoder.PAGE_COLUMNS;
        in.reset(pageBytes, columnStarts[slot], columnStarts[slot + 1] - columnStarts[slot]);
        lastColumn = -1;
    }

    private void openPage(int wanted) {
        if (wanted == page) {
            return;
        }
        int length = pageStarts[wanted + 1] - pageStarts[wanted];
        ChunkBytes.Range range = source.range(pageStarts[wanted], length);
        if (source.isChecked()) {
            requireChecksum(range.bytes(), range.offset(), length, "page " + wanted);
        }
        in.reset(range.bytes(), range.offset(), Math.max(0, length - CHECKSUM_BYTES));
        int count = Math.min(ChunkEncoder.PAGE_COLUMNS, columns - wanted * ChunkEncoder.PAGE_COLUMNS);
        columnStarts[0] = 0;
        for (int i = 0; i < count; i++) {
            columnStarts[i + 1] = columnStarts[i] + in.getIndex(length);
        }
        int begin = in.position();
        if (in.remaining() != columnStarts[count]) {
            throw new MalformedBytesException("columns of " + columnStarts[count] + " bytes in " + in.remaining());
        }
        for (int i = 0; i <= count; i++) {
            columnStarts[i] += begin;
        }
        page = wanted;
        pageBytes = range.bytes();
        lastColumn = -1;
    }
}
