package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.labels.Labels;

/// Reads the rows of a group as log records. Used by one thread.
public final class LogRows {

    private final GroupReader group;

    public LogRows(GroupReader group) {
        this.group = group;
    }

    public long[] times() {
        return group.longs(Column.TIME);
    }

    /// The row's stream, as an index into the footer's table.
    public int stream(int row) {
        return group.tableIndex(
                Column.STREAM_OR_OPERATION, row, group.footer().streams().size());
    }

    /// All lines that hold every one of the texts, and perhaps others; those left out are empty.
    public BytesColumn linesThatMayContain(byte[][] texts) {
        return group.guarded(() -> group.lines().linesThatMayContain(texts));
    }

    public LogRecord record(int row) {
        return group.guarded(() -> recordAt(row));
    }

    private LogRecord recordAt(int row) {
        Labels stream = group.footer().streams().get(stream(row)).labels();
        long time = times()[row];
        long sinceTime = group.longs(Column.OBSERVED_OR_DURATION)[row];
        return new LogRecord(
                stream,
                time,
                sinceTime == 0 ? 0 : time + (sinceTime > 0 ? sinceTime - 1 : sinceTime),
                (int) group.longs(Column.SEVERITY_OR_STATUS)[row],
                group.lines().text(row),
                group.attributes(row),
                group.traceId(row),
                new SpanId(group.longs(Column.SPAN_ID)[row]));
    }
}
