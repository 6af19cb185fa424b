package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.codec.SpanParts;
import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import java.util.List;

/// Reads the rows of a group as spans. Used by one thread.
public final class SpanRows {

    private final GroupReader group;

    public SpanRows(GroupReader group) {
        this.group = group;
    }

    public long[] starts() {
        return group.longs(Column.TIME);
    }

    public long[] durations() {
        return group.longs(Column.OBSERVED_OR_DURATION);
    }

    /// The row's operation, as an index into the footer's table.
    public int operation(int row) {
        return group.tableIndex(
                Column.STREAM_OR_OPERATION, row, group.footer().operations().size());
    }

    public TraceId traceId(int row) {
        return group.traceId(row);
    }

    /// Whether a span may have the attribute, by its own attributes, its resource or its status; looks at one column
    /// instead of the whole span.
    public boolean mayHaveAttribute(int row, String key, String text) {
        if (group.attributeText(row, key).equals(text)) {
            return true;
        }
        if (key.equals("error") && group.longs(Column.SEVERITY_OR_STATUS)[row] == Span.Status.ERROR.ordinal()) {
            return true;
        }
        List<Resource> resources = group.footer().resources();
        Resource resource = resources.get(group.tableIndex(Column.RESOURCE, row, resources.size()));
        return resource.attributes().text(key).equals(text);
    }

    public Span span(int row) {
        return group.guarded(() -> spanAt(row));
    }

    private Span spanAt(int row) {
        Footer footer = group.footer();
        Footer.Operation operation = footer.operations().get(operation(row));
        long start = starts()[row];
        return new Span(
                group.traceId(row),
                new SpanId(group.longs(Column.SPAN_ID)[row]),
                parentId(row),
                group.bytes(Column.TRACE_STATE).text(row),
                footer.resources()
                        .get(group.tableIndex(
                                Column.RESOURCE, row, footer.resources().size())),
                footer.scopes()
                        .get(group.tableIndex(Column.SCOPE, row, footer.scopes().size())),
                operation.name(),
                operation.kind(),
                start,
                durations()[row],
                group.attributes(row),
                events(row, start),
                links(row),
                SpanParts.status(group.longs(Column.SEVERITY_OR_STATUS)[row]),
                group.bytes(Column.LINE_OR_STATUS_MESSAGE).text(row));
    }

    private SpanId parentId(int row) {
        long distance = group.longs(Column.PARENT_DISTANCE)[row];
        if (distance == 0) {
            return new SpanId(group.longs(Column.PARENT_ID)[row]);
        }
        if (distance < 0 || distance > row) {
            throw new MalformedBytesException("parent " + distance + " rows before row " + row);
        }
        return new SpanId(group.longs(Column.SPAN_ID)[row - (int) distance]);
    }

    private List<Span.Event> events(int row, long start) {
        BytesColumn events = group.bytes(Column.EVENTS);
        return events.length(row) == 0 ? List.of() : SpanParts.readEvents(reader(events, row), start, null);
    }

    private List<Span.Link> links(int row) {
        BytesColumn links = group.bytes(Column.LINKS);
        return links.length(row) == 0 ? List.of() : SpanParts.readLinks(reader(links, row), null);
    }

    private static BytesReader reader(BytesColumn column, int row) {
        return new BytesReader(column.bytes(), column.starts()[row], column.ends()[row]);
    }
}
