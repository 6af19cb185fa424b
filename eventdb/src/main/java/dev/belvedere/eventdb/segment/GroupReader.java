package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.AttributeCodec;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.eventdb.column.BytesColumns;
import dev.belvedere.eventdb.column.LineColumn;
import dev.belvedere.eventdb.column.LongColumn;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The columns of one row group, each decoded when first asked for and kept. Rows are counted from the group's
/// first. What they hold counts for the query until [#close]. Used by one thread.
public final class GroupReader implements AutoCloseable {

    private final SegmentFile file;
    private final int index;
    private final RowGroup group;
    private final QueryBudget budget;
    private final Map<Integer, long[]> longs = new HashMap<>();
    private final Map<Integer, BytesColumn> bytes = new HashMap<>();
    private @Nullable LineColumn lines;
    private int @Nullable [][] ranks;
    private long decodedBytes;

    GroupReader(SegmentFile file, int index, QueryBudget budget) {
        this.file = file;
        this.index = index;
        this.group = file.footer().groups().get(index);
        this.budget = budget;
    }

    public RowGroup group() {
        return group;
    }

    public Footer footer() {
        return file.footer();
    }

    /// Bytes of memory that the columns decoded so far take, roughly.
    public long decodedBytes() {
        return decodedBytes;
    }

    /// A column of numbers that has a value for every row; zeros where the group has no such column.
    public long[] longs(int column) {
        return longs.computeIfAbsent(column, id -> decodeLongs(id, group.rows()));
    }

    /// A column of bytes that has a value for every row; empty ones where the group has no such column.
    public BytesColumn bytes(int column) {
        return bytes.computeIfAbsent(column, id -> decodeBytes(id, group.rows()));
    }

    private long[] decodeLongs(int column, int count) {
        int at = group.indexOf(column);
        if (at < 0) {
            return new long[count];
        }
        long[] values = file.decode(
                group.offsets()[at],
                group.lengths()[at],
                content -> LongColumn.decode(content, count),
                () -> part(column));
        charge(8L * count);
        return values;
    }

    private BytesColumn decodeBytes(int column, int count) {
        int at = group.indexOf(column);
        if (at < 0) {
            return BytesColumn.empty(count);
        }
        BytesColumn values = file.decode(
                group.offsets()[at],
                group.lengths()[at],
                content -> BytesColumns.decode(content, count),
                () -> part(column));
        charge(values.sizeBytes());
        return values;
    }

    /// The lines of logs, put together when asked for.
    LineColumn lines() {
        LineColumn opened = lines;
        if (opened == null) {
            opened = openLines();
            lines = opened;
        }
        return opened;
    }

    private LineColumn openLines() {
        int at = group.indexOf(Column.LINE_OR_STATUS_MESSAGE);
        if (at < 0) {
            return LineColumn.of(BytesColumn.empty(group.rows()));
        }
        LineColumn opened = file.decode(
                group.offsets()[at],
                group.lengths()[at],
                content -> LineColumn.open(content, group.rows()),
                () -> part(Column.LINE_OR_STATUS_MESSAGE));
        charge(opened.sizeBytes());
        return opened;
    }

    private void charge(long decoded) {
        hold(decoded);
        budget.chargeBytesRead(decoded);
    }

    private void hold(long bytes) {
        decodedBytes += bytes;
        budget.holdBytes(bytes);
    }

    /// The columns are no longer held. What is read afterwards is decoded anew.
    @Override
    public void close() {
        longs.clear();
        bytes.clear();
        lines = null;
        ranks = null;
        budget.release(0, decodedBytes);
        decodedBytes = 0;
    }

    private String part(int column) {
        return "column " + column + " of row group " + index;
    }

    TraceId traceId(int row) {
        return new TraceId(longs(Column.TRACE_HIGH)[row], longs(Column.TRACE_LOW)[row]);
    }

    boolean hasTraceId(int row, TraceId id) {
        return longs(Column.TRACE_LOW)[row] == id.low() && longs(Column.TRACE_HIGH)[row] == id.high();
    }

    /// An index of one of the footer's tables.
    int tableIndex(int column, int row, int size) {
        long value = longs(column)[row];
        if (value < 0 || value >= size) {
            throw file.corrupt(part(column), new MalformedBytesException("index " + value + " of " + size));
        }
        return (int) value;
    }

    /// Runs what reads rows, and names the place where their content makes no sense although its checksum held.
    <T> T guarded(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MalformedBytesException e) {
            throw file.corrupt("row group " + index, e);
        }
    }

    Attributes attributes(int row) {
        int shape = tableIndex(Column.SHAPE, row, footer().shapes().size());
        if (shape == 0) {
            BytesColumn others = bytes(Column.OTHER_ATTRIBUTES);
            BytesReader reader = new BytesReader(others.bytes(), others.starts()[row], others.ends()[row]);
            return AttributeCodec.read(reader, null);
        }
        int[] columns = footer().shapes().get(shape);
        if (columns.length == 0) {
            return Attributes.EMPTY;
        }
        Attributes.Builder builder = Attributes.builder();
        for (int column : columns) {
            AttributeColumn attribute = footer().attributeColumns().get(column);
            builder.put(attribute.key(), value(column, attribute, ranks()[column][row]));
        }
        return builder.build();
    }

    /// An attribute's value as text, `""` where the row has no such attribute.
    String attributeText(int row, String key) {
        int shape = tableIndex(Column.SHAPE, row, footer().shapes().size());
        if (shape == 0) {
            return guarded(() -> attributes(row)).text(key);
        }
        for (int column : footer().shapes().get(shape)) {
            AttributeColumn attribute = footer().attributeColumns().get(column);
            if (attribute.key().equals(key)) {
                return guarded(() -> value(column, attribute, ranks()[column][row]))
                        .toString();
            }
        }
        return "";
    }

    private AttributeValue value(int column, AttributeColumn attribute, int rank) {
        int id = Column.FIRST_ATTRIBUTE + column;
        if (attribute.isLong()) {
            long number = longs.computeIfAbsent(id, key -> decodeLongs(key, valueCount(column)))[rank];
            return switch (attribute.type()) {
                case AttributeCodec.INT -> new AttributeValue.Int(number);
                case AttributeCodec.BOOL -> new AttributeValue.Bool(number != 0);
                default -> new AttributeValue.Real(Double.longBitsToDouble(number));
            };
        }
        BytesColumn values = bytes.computeIfAbsent(id, key -> decodeBytes(key, valueCount(column)));
        return switch (attribute.type()) {
            case AttributeCodec.TEXT -> new AttributeValue.Text(values.text(rank));
            case AttributeCodec.BYTES -> new AttributeValue.Bytes(values.value(rank));
            default ->
                AttributeCodec.readValue(
                        new BytesReader(values.bytes(), values.starts()[rank], values.ends()[rank]),
                        attribute.type(),
                        null,
                        0);
        };
    }

    private int valueCount(int column) {
        return guarded(this::ranks)[column][group.rows()];
    }

    /// Per attribute column and row, how many rows before have the column; at the end how many there are in all.
    private int[][] ranks() {
        int[][] known = ranks;
        if (known != null) {
            return known;
        }
        int rows = group.rows();
        int[][] counted = new int[footer().attributeColumns().size()][];
        for (int id : group.columns()) {
            if (id >= Column.FIRST_ATTRIBUTE) {
                hold((long) Integer.BYTES * (rows + 1));
                counted[id - Column.FIRST_ATTRIBUTE] = new int[rows + 1];
            }
        }
        List<int[]> shapes = footer().shapes();
        int[] next = new int[counted.length];
        for (int row = 0; row < rows; row++) {
            for (int column : shapes.get(tableIndex(Column.SHAPE, row, shapes.size()))) {
                if (counted[column] == null) {
                    throw new MalformedBytesException("a row has attribute column " + column + ", the group has not");
                }
                counted[column][row] = next[column]++;
            }
        }
        for (int column = 0; column < counted.length; column++) {
            if (counted[column] != null) {
                counted[column][rows] = next[column];
            }
        }
        ranks = counted;
        return counted;
    }

    /// Decodes every column.
    void verify() {
        List<Integer> columns = new ArrayList<>();
        for (int column : group.columns()) {
            columns.add(column);
        }
        for (int column : columns) {
            if (column >= Column.FIRST_ATTRIBUTE) {
                int number = column - Column.FIRST_ATTRIBUTE;
                if (footer().attributeColumns().get(number).isLong()) {
                    decodeLongs(column, valueCount(number));
                } else {
                    decodeBytes(column, valueCount(number));
                }
            } else if (Column.isBytes(column)) {
                decodeBytes(column, group.rows());
            } else {
                decodeLongs(column, group.rows());
            }
        }
    }
}
