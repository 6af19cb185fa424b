package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.codec.RowSpan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads an encoded chunk: header at once, pages when a column of theirs is wanted.
public final class EncodedColumns implements OpenChunk {

    private static final byte[] NO_BYTES = {};
    private static final int[] NO_STARTS = {};

    private final ChunkBytes source;
    private final ChunkHeader header;
    private final int rows;
    private final ReadBuffers buffers;
    private final ByteSource in;

    /// Absent until a page is read that was not kept.
    private @Nullable PageSource pages;

    /// That of the buffers, or one to itself from the first relative column on.
    private ColumnDecoder decoder;

    private int page = -1;
    private byte[] pageBytes = NO_BYTES;
    private int[] columnStarts = NO_STARTS;
    private int lastColumn = -1;

    /// Which rows of it were read.
    private RowSpan lastRows = RowSpan.all(0);

    /// Reads the columns that others are equal to, so that this one keeps its page.
    private @Nullable EncodedColumns equals;

    private boolean isDense;
    private boolean isNonDecreasing;

    public EncodedColumns(ChunkBytes source) {
        this(source, ChunkHeader.read(source), new ReadBuffers());
    }

    /// @param header that of the chunk
    public EncodedColumns(ChunkBytes source, ChunkHeader header, ReadBuffers buffers) {
        this.buffers = buffers;
        this.in = buffers.in;
        this.decoder = buffers.decoder;
        this.source = source;
        this.header = header;
        this.rows = header.rows();
    }

    /// Reads all pages and compares their checksums.
    public void checkPages() {
        try {
            for (int i = 0; i < header.pageStarts().length - 1; i++) {
                openPage(i);
            }
        } catch (MalformedBytesException e) {
            throw source.corrupt("page: " + e.getMessage());
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long[] times() {
        return header.times();
    }

    @Override
    public boolean isDense() {
        return isDense;
    }

    @Override
    public boolean isNonDecreasing() {
        return isNonDecreasing;
    }

    @Override
    public void read(int column, SampleColumn into, int at) {
        try {
            readWhole(column, into, at);
        } catch (OperationException e) {
            if (!source.isSkipped(e)) {
                throw e;
            }
            isDense = false;
            isNonDecreasing = false;
            Arrays.fill(into.values(), at, at + rows, SampleValues.ABSENT);
        }
    }

    private void readWhole(int column, SampleColumn into, int at) {
        requireColumn(column);
        try {
            openPage(column / ChunkEncoder.PAGE_COLUMNS);
            int firstByte = firstByte(column);
            if (ColumnDecoder.isEqualToAnother(firstByte)) {
                readEqual(column, into, at);
                return;
            }
            if (ColumnDecoder.isRelative(firstByte)) {
                readBefore(column, RowSpan.all(rows));
            }
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

    private void requireColumn(int column) {
        if (column >= header.columns()) {
            throw source.corrupt("column " + column + " of " + header.columns());
        }
    }

    private boolean readWholeFloats(int column, RowRange range, SampleColumn into, int at) {
        requireColumn(column);
        try {
            openPage(column / ChunkEncoder.PAGE_COLUMNS);
            RowSpan wanted = span(range);
            if (ColumnDecoder.isRelative(firstByte(column))) {
                readBefore(column, wanted);
            }
            return decodeFloats(column, wanted, into, at);
        } catch (MalformedBytesException e) {
            throw source.corrupt("column " + column + ": " + e.getMessage());
        }
    }

    /// Whoever wants some rows of one column wants those of others too.
    private RowSpan span(RowRange range) {
        RowSpan last = lastRows;
        return last.from() == range.from() && last.to() == range.to()
                ? last
                : new RowSpan(rows, range.from(), range.to());
    }

    /// The first byte of a column of the open page, which tells how to read it; 0 if it has no bytes.
    private int firstByte(int column) {
        int start = columnStarts[column % ChunkEncoder.PAGE_COLUMNS];
        return start < columnStarts[column % ChunkEncoder.PAGE_COLUMNS + 1] ? pageBytes[start] : 0;
    }

    /// Reads the earlier column that a column is equal to, from its own page.
    private void readEqual(int column, SampleColumn into, int at) {
        int slot = column % ChunkEncoder.PAGE_COLUMNS;
        in.reset(pageBytes, columnStarts[slot] + 1, columnStarts[slot + 1] - columnStarts[slot] - 1);
        int equal = in.getIndex(column - 1);
        EncodedColumns other = equals;
        if (other == null) {
            other = new EncodedColumns(source, header, buffers);
            equals = other;
        }
        other.openPage(equal / ChunkEncoder.PAGE_COLUMNS);
        if (ColumnDecoder.isEqualToAnother(other.firstByte(equal))) {
            throw new MalformedBytesException("it is equal to one that is equal to another");
        }
        other.read(equal, into, at);
        isDense = other.isDense;
        isNonDecreasing = other.isNonDecreasing;
    }

    /// Reads the columns that one which is relative leans on, as far as they are not the last that was read.
    private void readBefore(int column, RowSpan wanted) {
        if (!decoder.keepsIntegers()) {
            decoder = buffers.keepingDecoder();
            lastColumn = -1;
        }
        int first = column;
        int pageStart = page * ChunkEncoder.PAGE_COLUMNS;
        while (first > pageStart && isRelative(first) && !(lastColumn == first - 1 && lastRows.contains(wanted))) {
            first--;
        }
        for (int i = first; i < column; i++) {
            buffers.scratch.reset(rows);
            if (!decodeFloats(i, wanted, buffers.scratch, 0)) {
                decode(i, buffers.scratch, 0);
            }
        }
    }

    private boolean isRelative(int column) {
        return ColumnDecoder.isRelative(firstByte(column));
    }

    private void decode(int column, SampleColumn into, int at) {
        resetTo(column);
        decoder.decode(in, rows, into, at);
        noteRead(column, RowSpan.all(rows));
    }

    private boolean decodeFloats(int column, RowSpan wanted, SampleColumn into, int at) {
        resetTo(column);
        boolean isDecoded = decoder.decodeFloats(in, wanted, into.values(), at);
        if (isDecoded) {
            noteRead(column, wanted);
        }
        return isDecoded;
    }

    private void noteRead(int column, RowSpan wanted) {
        lastColumn = column;
        lastRows = wanted;
        isDense = decoder.isDense();
        isNonDecreasing = decoder.isNonDecreasing();
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
        ColumnPage kept = source.keptPage(wanted);
        ColumnPage opened = kept == null ? readPage(wanted) : kept;
        page = wanted;
        pageBytes = opened.bytes();
        columnStarts = opened.starts();
        lastColumn = -1;
    }

    private PageSource pages() {
        PageSource known = pages;
        if (known == null) {
            known = new PageSource(source, header.pageStarts());
            pages = known;
        }
        return known;
    }

    private ColumnPage readPage(int wanted) {
        PageSource from = pages();
        int length = from.length(wanted);
        ChunkBytes.Range range = from.page(wanted);
        if (source.isChecked()) {
            ChunkHeader.requireChecksum(source, range, length, wanted);
        }
        in.reset(range.bytes(), range.offset(), Math.max(0, length - ChunkHeader.CHECKSUM_BYTES));
        int count = Math.min(ChunkEncoder.PAGE_COLUMNS, header.columns() - wanted * ChunkEncoder.PAGE_COLUMNS);
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i + 1] = starts[i] + in.getIndex(length);
        }
        int begin = in.position();
        if (in.remaining() != starts[count]) {
            throw new MalformedBytesException("columns of " + starts[count] + " bytes in " + in.remaining());
        }
        for (int i = 0; i <= count; i++) {
            starts[i] += begin;
        }
        ColumnPage read = new ColumnPage(range.bytes(), starts);
        if (from.isAlone()) {
            source.offerPage(wanted, read);
        }
        return read;
    }
}
