package dev.belvedere.tsdb.chunk;

import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import dev.belvedere.tsdb.codec.IntegerEncoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes chunks ("Chunk" in docs/format/metrics-block.md). Not safe for concurrent use.
public final class ChunkEncoder {

    public static final int MAX_ROWS = 16_384;

    public static final int PAGE_COLUMNS = 16;

    /// Columns of so many bytes are not worth a look elsewhere.
    private static final int MIN_EQUAL_BYTES = 8;

    private final IntegerEncoder integers = new IntegerEncoder();
    private final ColumnEncoder columnEncoder = new ColumnEncoder();
    private final ByteSink header = new ByteSink(256);
    private final ByteSink pages = new ByteSink(1 << 16);
    private final ByteSink page = new ByteSink(1 << 12);

    /// Where the bytes of a column stand that others may be equal to; absent while equal ones are written again.
    private @Nullable Map<Bytes, Integer> written;

    private record Bytes(byte[] bytes) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /// Encodes all columns in order; of those that are equal only the first.
    public byte[] encodeDistinct(ColumnSource source, int columns) {
        written = new HashMap<>();
        try {
            return encode(source, columns);
        } finally {
            written = null;
        }
    }

    /// Encodes the columns that `picked` names, in that order.
    public byte[] encode(ColumnSource source, int[] picked) {
        header.clear();
        pages.clear();
        header.putVarint(source.rows());
        integers.encode(source.times(), source.rows(), header);
        header.putVarint(picked.length);
        for (int from = 0; from < picked.length; from += PAGE_COLUMNS) {
            putPage(source, picked, from, Math.min(PAGE_COLUMNS, picked.length - from));
        }
        header.putChecksum(0);
        return header.toBytes(pages);
    }

    /// Encodes all columns in order.
    public byte[] encode(ColumnSource source, int columns) {
        int[] all = new int[columns];
        for (int i = 0; i < columns; i++) {
            all[i] = i;
        }
        return encode(source, all);
    }

    private void putPage(ColumnSource source, int[] picked, int from, int count) {
        page.clear();
        columnEncoder.beginPage();
        int start = pages.size();
        int end = 0;
        for (int i = from; i < from + count; i++) {
            boolean isNextBucket = i > from && picked[i] == picked[i - 1] + 1 && source.isNextBucket(picked[i]);
            columnEncoder.encode(source.column(picked[i]), isNextBucket, page);
            replaceEqual(i, end);
            pages.putVarint(page.size() - end);
            end = page.size();
        }
        pages.putBytes(page);
        pages.putChecksum(start);
        header.putVarint(pages.size() - start);
    }

    /// Puts the number of an equal column in place of the column that begins at `from`.
    private void replaceEqual(int column, int from) {
        Map<Bytes, Integer> known = written;
        if (known == null || page.size() - from <= MIN_EQUAL_BYTES || columnEncoder.isRelative()) {
            return;
        }
        Integer equal = known.putIfAbsent(new Bytes(page.toBytes(from)), column);
        if (equal != null) {
            page.truncate(from);
            page.putByte(ColumnEncoder.EQUAL);
            page.putVarint(equal);
            columnEncoder.beginPage();
        }
    }
}
