package dev.belvedere.model.events;

import dev.belvedere.model.labels.Labels;

/// One log line, or one discrete happening where `event.name` is among the attributes.
///
/// The stream is the small, bounded label set by which LogQL selects; everything else that is known of the line is
/// an attribute (Loki's structured metadata). Faces decide which resource attributes become stream labels.
///
/// @param timestampNanos when it happened, since the Unix epoch
/// @param observedNanos when a collector saw it; 0 where nobody said
/// @param severity OpenTelemetry's number, 1 (TRACE) to 24 (FATAL4); 0 where nobody said
/// @param line the text as it came, decoded by [Utf8Text]; a structured body as JSON
public record LogRecord(
        Labels stream,
        long timestampNanos,
        long observedNanos,
        int severity,
        String line,
        Attributes attributes,
        TraceId traceId,
        SpanId spanId) {

    /// The attribute that makes a record an event: `gpu.xid`, `deploy`, `checkpoint`, ...
    public static final String EVENT_NAME = "event.name";

    public static LogRecord of(Labels stream, long timestampNanos, String line) {
        return new LogRecord(stream, timestampNanos, 0, 0, line, Attributes.EMPTY, TraceId.NONE, SpanId.NONE);
    }
}
