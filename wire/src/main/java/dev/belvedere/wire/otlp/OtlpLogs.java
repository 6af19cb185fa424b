package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.TimeChecks;
import java.util.ArrayList;
import java.util.List;

/// Decodes an OTLP `ExportLogsServiceRequest`.
///
/// Stream labels are made of the resource as Loki makes them, see [LogStreams]; everything else that is known of a
/// record is an attribute of it.
public final class OtlpLogs {

    /// @param records those that can be kept
    /// @param rejections those that cannot
    public record Decoded(List<LogRecord> records, Rejections rejections) {}

    private final OtlpReader reader;
    private final IngestLimits limits;
    private final long nowNanos;
    private final long latestNanos;
    private final List<LogRecord> records = new ArrayList<>();
    private final Rejections rejections = new Rejections();

    private LogStreams.Stream stream = LogStreams.of(Attributes.EMPTY);
    private Scope scope = Scope.EMPTY;

    private OtlpLogs(OtlpReader reader, IngestLimits limits, long nowNanos) {
        this.reader = reader;
        this.limits = limits;
        this.nowNanos = nowNanos;
        this.latestNanos = nowNanos + 1_000_000 * limits.maxAheadMillis();
    }

    /// @param body protobuf; only the first `length` bytes count
    /// @param nowNanos the time of records that tell none, and the measure of those that lie in the future
    /// @throws WireFormatException if it is no such message
    public static Decoded decode(byte[] body, int length, IngestLimits limits, long nowNanos) {
        OtlpLogs logs = new OtlpLogs(new OtlpReader(body, length, limits), limits, nowNanos);
        logs.reader.readLevels(new OtlpReader.Levels(logs::beginResource, logs::beginScope, logs::readRecord));
        return new Decoded(logs.records, logs.rejections);
    }

    private void beginResource(Attributes attributes) {
        stream = LogStreams.of(attributes);
    }

    private void beginScope(Scope begun) {
        scope = begun;
    }

    /// A record while it is read.
    private static final class Draft {
        long timeNanos;
        long observedNanos;
        int severity;
        String severityText = "";
        AttributeValue body = AttributeValue.EMPTY;
        TraceId traceId = TraceId.NONE;
        SpanId spanId = SpanId.NONE;
        String eventName = "";
    }

    private void readRecord() {
        reader.countRecord();
        Draft draft = new Draft();
        OtlpReader.AttributeCollector attributes = reader.new AttributeCollector();
        reader.in.enter();
        while (reader.in.next()) {
            switch (reader.in.field()) {
                case 1 -> draft.timeNanos = reader.in.fixed64();
                case 2 -> draft.severity = reader.in.int32();
                case 3 -> draft.severityText = reader.in.anyText();
                case 5 -> draft.body = reader.value();
                case 6 -> attributes.read();
                case 9 -> draft.traceId = reader.traceId();
                case 10 -> draft.spanId = reader.spanId();
                case 11 -> draft.observedNanos = reader.in.fixed64();
                case 12 -> draft.eventName = reader.in.anyText();
                default -> {
                    // Flags and counts of what was dropped before.
                }
            }
        }
        reader.in.leave();
        keepOrReject(draft, attributes);
    }

    private void keepOrReject(Draft draft, OtlpReader.AttributeCollector attributes) {
        long time = draft.timeNanos != 0 ? draft.timeNanos : draft.observedNanos != 0 ? draft.observedNanos : nowNanos;
        String line = draft.body.toString();
        if (attributes.isTooMany()) {
            rejections.add(reader.tooManyAttributes("a log record"));
        } else if (time < 0 || time > latestNanos) {
            rejections.add(TimeChecks.tooFarAhead("a log record", time, limits));
        } else if (line.length() > limits.maxLineBytes()) {
            rejections.add("a log record's text has " + line.length() + " characters, the limit ingest.maxLineBytes is "
                    + limits.maxLineBytes());
        } else {
            records.add(new LogRecord(
                    stream.labels(),
                    time,
                    Math.max(0, draft.observedNanos),
                    severity(draft),
                    line,
                    allAttributes(draft, attributes),
                    draft.traceId,
                    draft.spanId));
        }
    }

    private static int severity(Draft draft) {
        boolean isKnown = draft.severity >= Severity.TRACE && draft.severity <= 24;
        return isKnown ? draft.severity : Severity.ofWord(draft.severityText);
    }

    /// The record's own attributes, then those of its scope and resource whose keys it does not have itself.
    private Attributes allAttributes(Draft draft, OtlpReader.AttributeCollector own) {
        Attributes.Builder all = Attributes.builder();
        stream.otherAttributes().forEach(all::put);
        if (!scope.name().isEmpty()) {
            all.put("scope_name", scope.name());
        }
        if (!scope.version().isEmpty()) {
            all.put("scope_version", scope.version());
        }
        scope.attributes().forEach(all::put);
        if (!draft.severityText.isEmpty()) {
            all.put("severity_text", draft.severityText);
        }
        own.build().forEach(all::put);
        if (!draft.eventName.isEmpty()) {
            all.put(LogRecord.EVENT_NAME, draft.eventName);
        }
        return all.build();
    }
}
