package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.IntegerDecoder;
import dev.belvedere.tsdb.codec.MalformedBytesException;

/// What stands before the pages of an encoded chunk. Its arrays are not to be changed.
///
/// @param times of the rows
/// @param pageStarts where each page begins in the chunk, and where the last ends
public record ChunkHeader(long[] times, int columns, int[] pageStarts) {

    static final int CHECKSUM_BYTES = 4;

    private static final int HEADER = -1;

    public static ChunkHeader read(ChunkBytes source) {
        boolean isChecked = source.isChecked();
        int length = isChecked ? source.headerLength() : source.length();
        ChunkBytes.Range range = source.range(0, length);
        try {
            if (isChecked) {
                requireChecksum(source, range, length, HEADER);
            }
            ByteSource in = new ByteSource(range.bytes(), range.offset(), length);
            long[] times = times(in);
            int columns = in.getIndex(Integer.MAX_VALUE - ChunkEncoder.PAGE_COLUMNS);
            return new ChunkHeader(times, columns, pageStarts(in, columns, range.offset(), source.length()));
        } catch (MalformedBytesException e) {
            throw source.corrupt("chunk header: " + e.getMessage());
        }
    }

    private static long[] times(ByteSource in) {
        int rows = in.getIndex(ChunkEncoder.MAX_ROWS);
        if (rows == 0) {
            throw new MalformedBytesException("a chunk without rows");
        }
        long[] times = new long[rows];
        new IntegerDecoder().decode(in, times, rows);
        return times;
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

    /// @param page its number, or [#HEADER]
    static void requireChecksum(ChunkBytes source, ChunkBytes.Range range, int length, int page) {
        if (length < CHECKSUM_BYTES) {
            throw source.corrupt(name(page) + " of " + length + " bytes");
        }
        int content = length - CHECKSUM_BYTES;
        int expected = new ByteSource(range.bytes(), range.offset() + content, CHECKSUM_BYTES).getInt();
        int actual = ByteSink.checksum(range.bytes(), range.offset(), content);
        if (actual != expected) {
            throw source.corrupt(name(page) + " has CRC32C " + Integer.toHexString(actual) + ", expected "
                    + Integer.toHexString(expected));
        }
    }

    private static String name(int page) {
        return page == HEADER ? "header" : "page " + page;
    }

    /// How many bytes a header takes at the start of what `in` reads.
    static int length(ByteSource in) {
        int start = in.position();
        times(in);
        int columns = in.getIndex(Integer.MAX_VALUE - ChunkEncoder.PAGE_COLUMNS);
        for (int i = 0; i < columns; i += ChunkEncoder.PAGE_COLUMNS) {
            in.getVarint();
        }
        return in.position() - start + CHECKSUM_BYTES;
    }

    public int rows() {
        return times.length;
    }

    /// What it takes in memory, about.
    public int sizeBytes() {
        return 64 + Long.BYTES * times.length + Integer.BYTES * pageStarts.length;
    }

    /// How many bytes the pages take, each with up to [ChunkEncoder#PAGE_COLUMNS] columns.
    public int[] pageLengths() {
        int[] lengths = new int[pageStarts.length - 1];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = pageStarts[i + 1] - pageStarts[i];
        }
        return lengths;
    }
}
