package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.AttributeCodec;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.column.BytesColumnBuilder;
import dev.belvedere.eventdb.column.BytesColumns;
import dev.belvedere.eventdb.column.Compression;
import dev.belvedere.eventdb.column.LongColumn;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Utf8Text;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/// Takes the attributes of rows apart into columns, one per key and type, and remembers the shapes. Used by one
/// thread.
final class AttributeColumnsWriter {

    /// The guard against keys without end: what is beyond goes, whole rows at a time, to one column of bytes.
    private static final int MAX_SHAPES = 4096;

    private static final int MAX_COLUMNS = 1024;

    private final List<AttributeColumn> columns = new ArrayList<>();
    private final List<Object2IntOpenHashMap<String>> columnsByType = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private final Object2IntOpenHashMap<IntArrayList> shapeNumbers = new Object2IntOpenHashMap<>();
    private final IntArrayList shape = new IntArrayList();
    private final List<LongArrayList> longs = new ArrayList<>();
    private final List<BytesColumnBuilder> bytes = new ArrayList<>();
    private final BytesWriter scratch = new BytesWriter();
    private int groupTextBytes;

    AttributeColumnsWriter() {
        for (int type = AttributeCodec.TEXT; type <= AttributeCodec.MAP; type++) {
            Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
            numbers.defaultReturnValue(-1);
            columnsByType.add(numbers);
        }
        shapeNumbers.defaultReturnValue(-1);
        shapes.add(new int[0]);
    }

    /// Adds a row's attributes to the columns, or the whole of them to `other`.
    ///
    /// @return the row's shape
    int add(Attributes attributes, BytesColumnBuilder other) {
        int number = shapeOf(attributes);
        scratch.clear();
        if (number == 0) {
            AttributeCodec.write(scratch, attributes, null);
            other.add(scratch.array(), 0, scratch.size());
            groupTextBytes += scratch.size();
            return number;
        }
        other.endValue();
        for (int i = 0; i < attributes.size(); i++) {
            addValue(shape.getInt(i), attributes.value(i));
        }
        return number;
    }

    private int shapeOf(Attributes attributes) {
        shape.clear();
        for (int i = 0; i < attributes.size(); i++) {
            int column = column(attributes.key(i), AttributeCodec.type(attributes.value(i)));
            if (column < 0) {
                return 0;
            }
            shape.add(column);
        }
        int number = shapeNumbers.getInt(shape);
        if (number < 0 && shapes.size() < MAX_SHAPES) {
            number = shapes.size();
            shapes.add(shape.toIntArray());
            shapeNumbers.put(shape.clone(), number);
        }
        return Math.max(number, 0);
    }

    private int column(String key, int type) {
        Object2IntOpenHashMap<String> numbers = columnsByType.get(type);
        int column = numbers.getInt(key);
        if (column < 0 && columns.size() < MAX_COLUMNS) {
            column = columns.size();
            columns.add(new AttributeColumn(key, type));
            numbers.put(key, column);
            longs.add(new LongArrayList(0));
            bytes.add(new BytesColumnBuilder());
        }
        return column;
    }

    private void addValue(int column, AttributeValue value) {
        switch (value) {
            case AttributeValue.Text t -> addBytes(column, Utf8Text.encode(t.value()));
            case AttributeValue.Bytes b -> addBytes(column, b.value());
            case AttributeValue.Int i -> longs.get(column).add(i.value());
            case AttributeValue.Bool b -> longs.get(column).add(b.value() ? 1 : 0);
            case AttributeValue.Real r -> longs.get(column).add(Double.doubleToRawLongBits(r.value()));
            case AttributeValue.Array a -> addStructured(column, value);
            case AttributeValue.KeyValues kv -> addStructured(column, value);
        }
    }

    private void addStructured(int column, AttributeValue value) {
        scratch.clear();
        AttributeCodec.writeValue(scratch, value, null, 0);
        bytes.get(column).add(scratch.array(), 0, scratch.size());
        groupTextBytes += scratch.size();
    }

    private void addBytes(int column, byte[] value) {
        bytes.get(column).add(value);
        groupTextBytes += value.length;
    }

    /// Bytes of values that are not numbers, in the present row group.
    int groupTextBytes() {
        return groupTextBytes;
    }

    /// Writes the columns that got values since the last call, and begins anew.
    void writeGroup(BlockSink sink, Compression compression) {
        BytesWriter block = new BytesWriter(4096);
        groupTextBytes = 0;
        for (int column = 0; column < columns.size(); column++) {
            LongArrayList numbers = longs.get(column);
            BytesColumnBuilder texts = bytes.get(column);
            if (numbers.isEmpty() && texts.count() == 0) {
                continue;
            }
            block.clear();
            if (numbers.isEmpty()) {
                BytesColumns.encode(texts.build(), block, compression);
            } else {
                LongColumn.encode(numbers.elements(), numbers.size(), block, compression);
            }
            sink.write(Column.FIRST_ATTRIBUTE + column, block);
            numbers.clear();
            texts.clear();
        }
    }

    List<AttributeColumn> columns() {
        return columns;
    }

    List<int[]> shapes() {
        return shapes;
    }

    /// Takes a column's block.
    interface BlockSink {
        void write(int column, BytesWriter content);
    }
}
