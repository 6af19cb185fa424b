package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.SpanParts;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.platform.segment.SegmentSink;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/// Writes a segment of spans, which come sorted by minute of trace start, trace and start. Used by one thread.
public final class SpanSegmentWriter implements AutoCloseable {

    private record OperationKey(String service, String name, Span.Kind kind) {}

    private final Footer.Origin origin;
    private final SegmentWriter writer;
    private final Object2IntOpenHashMap<OperationKey> operations = new Object2IntOpenHashMap<>();
    private final List<OperationKey> operationKeys = new ArrayList<>();
    private final List<Footer.Range> operationRanges = new ArrayList<>();
    private final Object2IntOpenHashMap<Resource> resources = new Object2IntOpenHashMap<>();
    private final List<Resource> resourceList = new ArrayList<>();
    private final Object2IntOpenHashMap<Scope> scopes = new Object2IntOpenHashMap<>();
    private final List<Scope> scopeList = new ArrayList<>();
    private final BytesWriter scratch = new BytesWriter();
    private final Long2IntOpenHashMap rowsOfSpans = new Long2IntOpenHashMap();

    public SpanSegmentWriter(SegmentSink sink, Footer.Origin origin) {
        this.origin = origin;
        this.writer = new SegmentWriter(sink);
        operations.defaultReturnValue(-1);
        resources.defaultReturnValue(-1);
        scopes.defaultReturnValue(-1);
    }

    /// Adds the spans of one trace, by start.
    public void addTrace(List<Span> spans) {
        rowsOfSpans.clear();
        for (int i = 0; i < spans.size(); i++) {
            add(spans.get(i), i);
        }
    }

    /// @param row counts from the first span of the trace
    private void add(Span span, int row) {
        int operation = operation(span);
        operationRanges.set(operation, operationRanges.get(operation).with(span.startNanos()));
        writer.put(Column.STREAM_OR_OPERATION, operation);
        writer.put(Column.OBSERVED_OR_DURATION, span.durationNanos());
        writer.put(Column.SEVERITY_OR_STATUS, span.status().ordinal());
        writer.put(Column.SPAN_ID, span.id().bits());
        putParent(span, row);
        writer.put(Column.RESOURCE, number(span.resource(), resources, resourceList));
        writer.put(Column.SCOPE, number(span.scope(), scopes, scopeList));
        writer.put(Column.LINE_OR_STATUS_MESSAGE, Utf8Text.encode(span.statusMessage()));
        writer.put(Column.TRACE_STATE, Utf8Text.encode(span.traceState()));
        putParts(span);
        writer.put(span.attributes());
        writer.endRow(span.startNanos(), 0, span.traceId());
    }

    /// A parent that stands before in the same group is named by how far before.
    private void putParent(Span span, int row) {
        long parent = span.parentId().bits();
        int distance = parent == 0 ? 0 : row - rowsOfSpans.getOrDefault(parent, row);
        boolean isInGroup = distance > 0 && distance <= writer.rowInGroup();
        writer.put(Column.PARENT_DISTANCE, isInGroup ? distance : 0);
        writer.put(Column.PARENT_ID, isInGroup ? 0 : parent);
        rowsOfSpans.put(span.id().bits(), row);
    }

    private void putParts(Span span) {
        scratch.clear();
        if (!span.events().isEmpty()) {
            SpanParts.writeEvents(scratch, span.events(), span.startNanos(), null);
        }
        writer.put(Column.EVENTS, scratch.array(), 0, scratch.size());
        scratch.clear();
        if (!span.links().isEmpty()) {
            SpanParts.writeLinks(scratch, span.links(), null);
        }
        writer.put(Column.LINKS, scratch.array(), 0, scratch.size());
    }

    private int operation(Span span) {
        OperationKey key = new OperationKey(span.resource().serviceName(), span.name(), span.kind());
        int number = number(key, operations, operationKeys);
        if (number == operationRanges.size()) {
            operationRanges.add(Footer.Range.NONE);
        }
        return number;
    }

    private static <T> int number(T value, Object2IntOpenHashMap<T> numbers, List<T> values) {
        int number = numbers.getInt(value);
        if (number < 0) {
            number = values.size();
            numbers.put(value, number);
            values.add(value);
        }
        return number;
    }

    public Footer.Range finish() {
        List<Footer.Operation> operationTable = new ArrayList<>();
        for (int i = 0; i < operationKeys.size(); i++) {
            OperationKey key = operationKeys.get(i);
            operationTable.add(new Footer.Operation(key.service(), key.name(), key.kind(), operationRanges.get(i)));
        }
        writer.finish(
                0,
                new Footer(
                        Signal.SPANS,
                        origin,
                        writer.range(),
                        List.of(),
                        operationTable,
                        resourceList,
                        scopeList,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
        return writer.range();
    }

    @Override
    public void close() {
        writer.close();
    }
}
