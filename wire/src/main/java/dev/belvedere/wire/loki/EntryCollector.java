package dev.belvedere.wire.loki;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.TimeChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Makes log records of the entries of a push request and refuses what is beyond a limit.
final class EntryCollector {

    private static final int TRACE_DIGITS = 32;
    private static final int SPAN_DIGITS = 16;

    private final IngestLimits limits;
    private final long latestNanos;
    private final List<LogRecord> records = new ArrayList<>();
    private final Rejections rejections = new Rejections();
    private int recordCount;
    private int metadataCount;

    private Labels stream = Labels.EMPTY;
    private int streamSeverity;
    private String streamProblem = "";

    private long timestampNanos;
    private String line = "";
    private Attributes.Builder attributes = Attributes.builder();
    private int attributeCount;
    private int severity;
    private TraceId traceId = TraceId.NONE;
    private SpanId spanId = SpanId.NONE;

    EntryCollector(IngestLimits limits, long nowNanos) {
        this.limits = limits;
        this.latestNanos = nowNanos + 1_000_000 * limits.maxAheadMillis();
    }

    void beginStream(Labels labels) {
        stream = labels;
        streamProblem = "";
        streamSeverity = Severity.ofWord(labels.get("level"));
    }

    /// Begins a stream whose entries are all refused.
    void beginInvalidStream(String problem) {
        streamProblem = problem;
    }

    void beginEntry() {
        if (++recordCount > limits.maxRecords()) {
            throw BodyTooLargeException.records(limits.maxRecords());
        }
        timestampNanos = 0;
        line = "";
        attributes = Attributes.builder();
        attributeCount = 0;
        severity = streamSeverity;
        traceId = TraceId.NONE;
        spanId = SpanId.NONE;
    }

    void setTimestamp(long nanos) {
        timestampNanos = nanos;
    }

    void setLine(String text) {
        line = text;
    }

    /// Adds an attribute, or sets the field of the record that the name means.
    void addMetadata(String name, String value) {
        if (++metadataCount > limits.maxAttributeValues()) {
            throw new BodyTooLargeException(
                    "the request has too many attribute values",
                    "ingest.maxAttributeValues",
                    limits.maxAttributeValues());
        }
        if (++attributeCount <= limits.maxAttributes() && !isField(name, value)) {
            attributes.put(name, value);
        }
    }

    private boolean isField(String name, String value) {
        switch (name) {
            case PushFields.TRACE_ID -> {
                if (isHex(value, TRACE_DIGITS)) {
                    traceId = TraceId.ofHex(value);
                }
                return traceId.isPresent();
            }
            case PushFields.SPAN_ID -> {
                if (isHex(value, SPAN_DIGITS)) {
                    spanId = SpanId.ofHex(value);
                }
                return spanId.isPresent();
            }
            case PushFields.LEVEL -> {
                severity = Severity.ofWord(value);
                return Severity.word(severity).equals(value);
            }
            case "level", "severity", "severity_text" -> {
                int told = Severity.ofWord(value);
                severity = told == Severity.UNSET ? severity : told;
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    private static boolean isHex(String text, int digits) {
        return text.length() == digits
                && text.equals(text.toLowerCase(Locale.ROOT))
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    }

    void endEntry() {
        String problem = problem();
        if (problem.isEmpty()) {
            records.add(new LogRecord(stream, timestampNanos, 0, severity, line, attributes.build(), traceId, spanId));
        } else {
            rejections.add(problem);
        }
    }

    private String problem() {
        if (!streamProblem.isEmpty()) {
            return streamProblem;
        }
        if (timestampNanos > latestNanos) {
            return TimeChecks.tooFarAhead("an entry of " + stream, timestampNanos, limits);
        }
        if (line.length() > limits.maxLineBytes()) {
            return "a line of " + stream + " has " + line.length() + " characters, the limit ingest.maxLineBytes is "
                    + limits.maxLineBytes();
        }
        if (attributeCount > limits.maxAttributes()) {
            return "an entry of " + stream + " has " + attributeCount
                    + " pairs of structured metadata, the limit ingest.maxAttributes is " + limits.maxAttributes();
        }
        return timestampNanos <= 0 ? "an entry of " + stream + " has no time, or one before 1970" : "";
    }

    LokiPush.Decoded decoded() {
        return new LokiPush.Decoded(records, rejections);
    }
}
