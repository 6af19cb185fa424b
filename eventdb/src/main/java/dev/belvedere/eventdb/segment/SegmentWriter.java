package dev.belvedere.eventdb.segment;

import com.github.luben.zstd.Zstd;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.column.BytesColumnBuilder;
import dev.belvedere.eventdb.column.BytesColumns;
import dev.belvedere.eventdb.column.Compression;
import dev.belvedere.eventdb.column.LongColumn;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.segment.SegmentSink;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Writes rows of either signal as row groups, id table, footer and tail. [LogSegmentWriter] and [SpanSegmentWriter]
/// say what a row is. Used by one thread.
final class SegmentWriter implements AutoCloseable {

    static final int MAGIC = 'B' | 'V' << 8 | 'E' << 16 | 'V' << 24;
    static final int VERSION = 2;

    /// The first version, which stands outside the tail's checksum.
    static final int FIRST_VERSION = 1;
    static final int TAIL_BYTES = 28;

    private static final int GROUP_ROWS = 4096;
    private static final int GROUP_TEXT_BYTES = 1 << 20;
    private static final int FIXED_COLUMNS = Column.PARENT_DISTANCE + 1;
    private static final int FOOTER_LEVEL = 3;

    private final SegmentSink sink;
    private final Compression compression = new Compression();
    private final long[][] longs = new long[FIXED_COLUMNS][];
    private final BytesColumnBuilder[] bytes = new BytesColumnBuilder[FIXED_COLUMNS];
    private final AttributeColumnsWriter attributes = new AttributeColumnsWriter();
    private final List<RowGroup> groups = new ArrayList<>();
    private final IdTableWriter ids = new IdTableWriter();
    private final BytesWriter block = new BytesWriter(64 * 1024);

    private int rows;
    private int groupTextBytes;
    private int firstKey;
    private Footer.Range groupRange = Footer.Range.NONE;
    private Footer.Range range = Footer.Range.NONE;

    private final IntArrayList blockColumns = new IntArrayList();
    private final LongArrayList blockOffsets = new LongArrayList();
    private final IntArrayList blockLengths = new IntArrayList();

    SegmentWriter(SegmentSink sink) {
        this.sink = sink;
        for (int column = 0; column < FIXED_COLUMNS; column++) {
            longs[column] = new long[Column.isBytes(column) ? 0 : GROUP_ROWS];
            bytes[column] = new BytesColumnBuilder();
        }
        BytesWriter magic = new BytesWriter();
        magic.putInt(MAGIC);
        sink.write(magic.toBuffer());
    }

    void put(int column, long value) {
        longs[column][groupRange.rows()] = value;
    }

    void put(int column, byte[] value) {
        put(column, value, 0, value.length);
    }

    void put(int column, byte[] source, int offset, int length) {
        bytes[column].add(source, offset, length);
        groupTextBytes += length;
    }

    void put(Attributes rowAttributes) {
        put(Column.SHAPE, attributes.add(rowAttributes, bytes[Column.OTHER_ATTRIBUTES]));
    }

    /// Ends the row whose values were put since the last call.
    ///
    /// @param key logs: the stream
    void endRow(long nanos, int key, TraceId traceId) {
        put(Column.TIME, nanos);
        put(Column.TRACE_HIGH, traceId.high());
        put(Column.TRACE_LOW, traceId.low());
        ids.add(traceId, rows);
        if (groupRange.rows() == 0) {
            firstKey = key;
        }
        groupRange = groupRange.with(nanos);
        range = range.with(nanos);
        rows++;
        if (groupRange.rows() == GROUP_ROWS || groupTextBytes + attributes.groupTextBytes() >= GROUP_TEXT_BYTES) {
            endGroup(key);
        }
    }

    private void endGroup(int lastKey) {
        int count = groupRange.rows();
        if (count == 0) {
            return;
        }
        for (int column = Column.TIME; column < FIXED_COLUMNS; column++) {
            block.clear();
            if (Column.isBytes(column)) {
                if (!bytes[column].isAllEmpty()) {
                    encodeBytes(column);
                    writeBlock(column, block);
                }
                bytes[column].clear();
            } else if (!isAllZero(longs[column], count)) {
                LongColumn.encode(longs[column], count, block, compression);
                writeBlock(column, block);
            }
        }
        attributes.writeGroup(this::writeBlock, compression);
        groups.add(new RowGroup(
                rows - count,
                count,
                groupRange.minNanos(),
                groupRange.maxNanos(),
                firstKey,
                lastKey,
                blockColumns.toIntArray(),
                blockOffsets.toLongArray(),
                blockLengths.toIntArray()));
        blockColumns.clear();
        blockOffsets.clear();
        blockLengths.clear();
        groupRange = Footer.Range.NONE;
        groupTextBytes = 0;
    }

    private void encodeBytes(int column) {
        if (column == Column.LINE_OR_STATUS_MESSAGE) {
            BytesColumns.encodeLines(bytes[column].build(), block, compression);
        } else {
            BytesColumns.encode(bytes[column].build(), block, compression);
        }
    }

    private static boolean isAllZero(long[] values, int count) {
        for (int i = 0; i < count; i++) {
            if (values[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void writeBlock(int column, BytesWriter content) {
        blockColumns.add(column);
        blockOffsets.add(sink.position());
        blockLengths.add(content.size() + Integer.BYTES);
        writeChecked(content);
    }

    private void writeChecked(BytesWriter content) {
        CRC32C crc = new CRC32C();
        crc.update(content.array(), 0, content.size());
        content.putInt((int) crc.getValue());
        sink.write(content.toBuffer());
    }

    /// How many rows the present group has before the one being put.
    int rowInGroup() {
        return groupRange.rows();
    }

    Footer.Range range() {
        return range;
    }

    /// Writes what is left: the last group, id table, footer and tail.
    ///
    /// @param tables everything of the footer that this writer does not know; its other parts are empty
    void finish(int lastKey, Footer tables) {
        endGroup(lastKey);
        List<Footer.IdBlock> idBlocks = new ArrayList<>();
        ids.write(compression, (firstFingerprint, entries, content) -> {
            long offset = sink.position();
            writeChecked(content);
            idBlocks.add(new Footer.IdBlock(firstFingerprint, entries, offset, content.size()));
        });
        Footer footer = new Footer(
                tables.signal(),
                tables.origin(),
                range,
                tables.streams(),
                tables.operations(),
                tables.resources(),
                tables.scopes(),
                attributes.columns(),
                attributes.shapes(),
                groups,
                idBlocks);
        byte[] plain = footer.encode();
        byte[] compressed = Zstd.compress(plain, FOOTER_LEVEL);
        BytesWriter tail = new BytesWriter(TAIL_BYTES);
        tail.putLong(sink.position());
        tail.putInt(compressed.length);
        tail.putInt(plain.length);
        CRC32C crc = new CRC32C();
        crc.update(compressed);
        crc.update(tail.array(), 0, tail.size());
        crc.update(new byte[] {VERSION, 0, 0, 0});
        tail.putInt((int) crc.getValue());
        tail.putInt(VERSION);
        tail.putInt(MAGIC);
        sink.write(ByteBuffer.wrap(compressed));
        sink.write(tail.toBuffer());
    }

    @Override
    public void close() {
        compression.close();
    }
}
