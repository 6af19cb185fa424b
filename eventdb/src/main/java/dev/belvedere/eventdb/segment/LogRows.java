package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.labels.Labels;
import org.jspecify.annotations.Nullable;

/// Reads the rows of a group as log records. Used by one thread.
public final class LogRows {

    private final GroupReader group;
    private @Nullable BytesColumn lines;

    public LogRows(GroupReader group) {
        this.group = group;
    }

    /// Decodes lines so that only those that hold all of the texts can be relied on; other rows must not be read.
    public void readLinesWith(byte[][] texts) {
        lines = group.bytesWithTexts(Column.LINE_OR_STATUS_MESSAGE, texts);
    }

    public long[] times() {
        return group.longs(Column.TIME);
    }

    /// The row's stream, as an index into the footer's table.
    public int stream(int row) {
        return group.tableIndex(
                Column.STREAM_OR_OPERATION, row, group.footer().streams().size());
    }

    public BytesColumn lines() {
        BytesColumn decoded = lines;
        if (decoded == null) {
            decoded = group.bytes(Column.LINE_OR_STATUS_MESSAGE);
            lines = decoded;
        }
        return decoded;
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
                lines().text(row),
                group.attributes(row),
                group.traceId(row),
                new SpanId(group.longs(Column.SPAN_ID)[row]));
    }
}
