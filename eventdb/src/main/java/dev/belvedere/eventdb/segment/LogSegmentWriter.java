package dev.belvedere.eventdb.segment;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.segment.SegmentSink;
import java.util.ArrayList;
import java.util.List;

/// Writes a segment of log records, which come sorted by stream, time and arrival. Used by one thread.
public final class LogSegmentWriter implements AutoCloseable {

    private final Footer.Origin origin;
    private final SegmentWriter writer;
    private final List<Footer.Stream> streams = new ArrayList<>();
    private Labels stream = Labels.EMPTY;
    private Footer.Range streamRange = Footer.Range.NONE;

    public LogSegmentWriter(SegmentSink sink, Footer.Origin origin) {
        this.origin = origin;
        this.writer = new SegmentWriter(sink);
    }

    public void add(LogRecord record) {
        if (!record.stream().equals(stream)) {
            endStream();
            stream = record.stream();
        }
        int key = streams.size();
        long time = record.timestampNanos();
        writer.put(Column.STREAM_OR_OPERATION, key);
        writer.put(Column.OBSERVED_OR_DURATION, sinceTime(record));
        writer.put(Column.SEVERITY_OR_STATUS, record.severity());
        writer.put(Column.SPAN_ID, record.spanId().bits());
        writer.put(Column.LINE_OR_STATUS_MESSAGE, Utf8Text.encode(record.line()));
        writer.put(record.attributes());
        writer.endRow(time, key, record.traceId());
        streamRange = streamRange.with(time);
    }

    /// 0 where nobody observed it; one more than the distance where that is not negative.
    private static long sinceTime(LogRecord record) {
        if (record.observedNanos() == 0) {
            return 0;
        }
        long distance = record.observedNanos() - record.timestampNanos();
        return distance >= 0 ? distance + 1 : distance;
    }

    private void endStream() {
        if (streamRange.rows() > 0) {
            streams.add(new Footer.Stream(stream, streamRange));
            streamRange = Footer.Range.NONE;
        }
    }

    public Footer.Range finish() {
        int lastKey = streams.size();
        endStream();
        writer.finish(
                lastKey,
                new Footer(
                        Signal.LOGS,
                        origin,
                        writer.range(),
                        streams,
                        List.of(),
                        List.of(),
                        List.of(),
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
