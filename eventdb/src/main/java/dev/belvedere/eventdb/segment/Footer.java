package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.AttributeCodec;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.codec.SpanParts;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/// Everything of a segment that decides which of its blocks to read.
public record Footer(
        Signal signal,
        Origin origin,
        Range range,
        List<Stream> streams,
        List<Operation> operations,
        List<Resource> resources,
        List<Scope> scopes,
        List<AttributeColumn> attributeColumns,
        List<int[]> shapes,
        List<RowGroup> groups,
        List<IdBlock> idBlocks) {

    private static final int MAX_GROUP_ROWS = 1 << 16;

    /// What the log held of these rows.
    public record Origin(int partition, long startOffset, long endOffset) {}

    /// How many rows of which times, both ends inclusive.
    public record Range(int rows, long minNanos, long maxNanos) {

        public static final Range NONE = new Range(0, Long.MAX_VALUE, Long.MIN_VALUE);

        public Range with(long nanos) {
            return new Range(rows + 1, Math.min(minNanos, nanos), Math.max(maxNanos, nanos));
        }

        public boolean overlaps(long startNanos, long endNanos) {
            return minNanos < endNanos && maxNanos >= startNanos;
        }

        /// Whether its first or last row certainly lies within.
        public boolean hasEndWithin(long startNanos, long endNanos) {
            return minNanos >= startNanos && minNanos < endNanos || maxNanos >= startNanos && maxNanos < endNanos;
        }

        private void write(BytesWriter into) {
            into.putVarint(rows);
            into.putZigzag(minNanos);
            into.putZigzag(maxNanos);
        }

        private static Range read(BytesReader from) {
            return new Range(from.getIndex(Integer.MAX_VALUE), from.getZigzag(), from.getZigzag());
        }
    }

    public record Stream(Labels labels, Range range) {}

    public record Operation(String service, String name, Span.Kind kind, Range range) {}

    /// A block of the id table.
    record IdBlock(int firstFingerprint, int entries, long offset, int length) {}

    /// Runs of rows with the same trace id: for spans, their traces.
    public long idEntries() {
        return idBlocks.stream().mapToLong(IdBlock::entries).sum();
    }

    byte[] encode() {
        BytesWriter into = new BytesWriter(64 * 1024);
        into.putByte(signal.number());
        into.putVarint(origin.partition());
        into.putVarint(origin.startOffset());
        into.putVarint(origin.endOffset());
        range.write(into);
        switch (signal) {
            case LOGS -> writeStreams(into);
            case SPANS -> writeSpanTables(into);
        }
        into.putVarint(attributeColumns.size());
        for (AttributeColumn column : attributeColumns) {
            into.putText(column.key());
            into.putByte(column.type());
        }
        into.putVarint(shapes.size() - 1);
        for (int[] shape : shapes.subList(1, shapes.size())) {
            into.putVarint(shape.length);
            for (int column : shape) {
                into.putVarint(column);
            }
        }
        into.putVarint(groups.size());
        groups.forEach(group -> writeGroup(into, group));
        into.putVarint(idBlocks.size());
        for (IdBlock block : idBlocks) {
            into.putInt(block.firstFingerprint());
            into.putVarint(block.entries());
            into.putVarint(block.offset());
            into.putVarint(block.length());
        }
        return into.toByteArray();
    }

    private void writeStreams(BytesWriter into) {
        into.putVarint(streams.size());
        for (Stream stream : streams) {
            into.putVarint(stream.labels().size());
            stream.labels().forEach((name, value) -> {
                into.putText(name);
                into.putText(value);
            });
            stream.range().write(into);
        }
    }

    private void writeSpanTables(BytesWriter into) {
        into.putVarint(operations.size());
        for (Operation operation : operations) {
            into.putText(operation.service());
            into.putText(operation.name());
            into.putByte(operation.kind().ordinal());
            operation.range().write(into);
        }
        into.putVarint(resources.size());
        for (Resource resource : resources) {
            AttributeCodec.write(into, resource.attributes(), null);
        }
        into.putVarint(scopes.size());
        for (Scope scope : scopes) {
            into.putText(scope.name());
            into.putText(scope.version());
            AttributeCodec.write(into, scope.attributes(), null);
        }
    }

    private void writeGroup(BytesWriter into, RowGroup group) {
        into.putVarint(group.rows());
        into.putZigzag(group.minNanos());
        into.putZigzag(group.maxNanos());
        if (signal == Signal.LOGS) {
            into.putVarint(group.firstKey());
            into.putVarint(group.lastKey());
        }
        into.putVarint(group.columns().length);
        for (int i = 0; i < group.columns().length; i++) {
            into.putVarint(group.columns()[i]);
            into.putVarint(group.offsets()[i]);
            into.putVarint(group.lengths()[i]);
        }
    }

    static Footer decode(byte[] bytes) {
        BytesReader from = new BytesReader(bytes);
        Signal signal = Signal.of(from.getByte());
        Origin origin = new Origin(from.getIndex(1 << 16), from.getVarint(), from.getVarint());
        Range range = Range.read(from);
        List<Stream> streams = signal == Signal.LOGS ? readStreams(from) : List.of();
        List<Operation> operations = signal == Signal.SPANS ? readOperations(from) : List.of();
        List<Resource> resources = signal == Signal.SPANS ? readResources(from) : List.of();
        List<Scope> scopes = signal == Signal.SPANS ? readScopes(from) : List.of();
        List<AttributeColumn> columns = new ArrayList<>();
        int columnCount = from.getCount(2);
        for (int i = 0; i < columnCount; i++) {
            columns.add(new AttributeColumn(from.getText(), from.getByte()));
        }
        List<int[]> shapes = readShapes(from, columnCount);
        List<RowGroup> groups = new ArrayList<>();
        int groupCount = from.getCount(4);
        int firstRow = 0;
        for (int i = 0; i < groupCount; i++) {
            RowGroup group = readGroup(from, firstRow, signal);
            groups.add(group);
            firstRow += group.rows();
        }
        List<IdBlock> idBlocks = new ArrayList<>();
        int idBlockCount = from.getCount(7);
        for (int i = 0; i < idBlockCount; i++) {
            idBlocks.add(new IdBlock(
                    from.getInt(), from.getIndex(1 << 20), from.getVarint(), from.getIndex(Integer.MAX_VALUE)));
        }
        if (firstRow != range.rows()) {
            throw new MalformedBytesException("row groups hold " + firstRow + " rows of " + range.rows());
        }
        return new Footer(
                signal, origin, range, streams, operations, resources, scopes, columns, shapes, groups, idBlocks);
    }

    private static List<Stream> readStreams(BytesReader from) {
        List<Stream> streams = new ArrayList<>();
        int count = from.getCount(4);
        for (int i = 0; i < count; i++) {
            Labels.Builder labels = new Labels.Builder();
            int pairs = from.getCount(2);
            for (int pair = 0; pair < pairs; pair++) {
                labels.set(from.getText(), from.getText());
            }
            streams.add(new Stream(labels.build(), Range.read(from)));
        }
        return streams;
    }

    private static List<Operation> readOperations(BytesReader from) {
        List<Operation> operations = new ArrayList<>();
        int count = from.getCount(6);
        for (int i = 0; i < count; i++) {
            String service = from.getText();
            String name = from.getText();
            operations.add(new Operation(service, name, SpanParts.kind(from.getByte()), Range.read(from)));
        }
        return operations;
    }

    private static List<Resource> readResources(BytesReader from) {
        List<Resource> resources = new ArrayList<>();
        int count = from.getCount(1);
        for (int i = 0; i < count; i++) {
            resources.add(new Resource(AttributeCodec.read(from, null)));
        }
        return resources;
    }

    private static List<Scope> readScopes(BytesReader from) {
        List<Scope> scopes = new ArrayList<>();
        int count = from.getCount(3);
        for (int i = 0; i < count; i++) {
            scopes.add(new Scope(from.getText(), from.getText(), AttributeCodec.read(from, null)));
        }
        return scopes;
    }

    private static List<int[]> readShapes(BytesReader from, int columnCount) {
        List<int[]> shapes = new ArrayList<>();
        shapes.add(new int[0]);
        int count = from.getCount(1);
        for (int i = 0; i < count; i++) {
            int[] shape = new int[from.getCount(1)];
            for (int j = 0; j < shape.length; j++) {
                shape[j] = from.getIndex(columnCount);
            }
            shapes.add(shape);
        }
        return shapes;
    }

    private static RowGroup readGroup(BytesReader from, int firstRow, Signal signal) {
        int rows = from.getIndex(MAX_GROUP_ROWS);
        long min = from.getZigzag();
        long max = from.getZigzag();
        int firstKey = signal == Signal.LOGS ? from.getIndex(Integer.MAX_VALUE) : 0;
        int lastKey = signal == Signal.LOGS ? from.getIndex(Integer.MAX_VALUE) : 0;
        int count = from.getCount(3);
        int[] columns = new int[count];
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            columns[i] = from.getIndex(1 << 20);
            offsets[i] = from.getVarint();
            lengths[i] = from.getIndex(Integer.MAX_VALUE);
        }
        return new RowGroup(firstRow, rows, min, max, firstKey, lastKey, columns, offsets, lengths);
    }
}
