package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.TimeChecks;
import java.util.ArrayList;
import java.util.List;

/// Decodes an OTLP `ExportTraceServiceRequest`.
public final class OtlpTraces {

    private static final Span.Kind[] KINDS = Span.Kind.values();
    private static final Span.Status[] STATUSES = Span.Status.values();

    /// @param spans those that can be kept
    /// @param rejections those that cannot
    public record Decoded(List<Span> spans, Rejections rejections) {}

    private final OtlpReader reader;
    private final IngestLimits limits;
    private final long latestNanos;
    private final List<Span> spans = new ArrayList<>();
    private final Rejections rejections = new Rejections();

    private Resource resource = Resource.EMPTY;
    private Scope scope = Scope.EMPTY;

    private OtlpTraces(OtlpReader reader, IngestLimits limits, long nowNanos) {
        this.reader = reader;
        this.limits = limits;
        this.latestNanos = nowNanos + 1_000_000 * limits.maxAheadMillis();
    }

    /// @param body protobuf; only the first `length` bytes count
    /// @param nowNanos the measure of spans that lie in the future
    /// @throws WireFormatException if it is no such message
    public static Decoded decode(byte[] body, int length, IngestLimits limits, long nowNanos) {
        OtlpTraces traces = new OtlpTraces(new OtlpReader(body, length, limits), limits, nowNanos);
        traces.reader.readLevels(new OtlpReader.Levels(traces::beginResource, traces::beginScope, traces::readSpan));
        return new Decoded(traces.spans, traces.rejections);
    }

    private void beginResource(Attributes attributes) {
        resource = new Resource(attributes);
    }

    private void beginScope(Scope begun) {
        scope = begun;
    }

    /// A span while it is read.
    private static final class Draft {
        TraceId traceId = TraceId.NONE;
        SpanId id = SpanId.NONE;
        SpanId parentId = SpanId.NONE;
        String traceState = "";
        String name = "";
        int kind;
        long startNanos;
        long endNanos;
        final List<Span.Event> events = new ArrayList<>(0);
        final List<Span.Link> links = new ArrayList<>(0);
        int status;
        String statusMessage = "";
        boolean hasTooManyAttributes;
    }

    private void readSpan() {
        reader.countRecord();
        Draft draft = new Draft();
        OtlpReader.AttributeCollector attributes = reader.new AttributeCollector();
        reader.in.enter();
        while (reader.in.next()) {
            if (reader.in.field() == 9) {
                attributes.read();
            } else {
                readField(draft);
            }
        }
        reader.in.leave();
        draft.hasTooManyAttributes |= attributes.isTooMany();
        String problem = problem(draft);
        if (problem.isEmpty()) {
            spans.add(span(draft, attributes.build()));
        } else {
            rejections.add(problem);
        }
    }

    private void readField(Draft draft) {
        switch (reader.in.field()) {
            case 1 -> draft.traceId = reader.traceId();
            case 2 -> draft.id = reader.spanId();
            case 3 -> draft.traceState = reader.in.anyText();
            case 4 -> draft.parentId = reader.spanId();
            case 5 -> draft.name = reader.in.anyText();
            case 6 -> draft.kind = reader.in.int32();
            case 7 -> draft.startNanos = reader.in.fixed64();
            case 8 -> draft.endNanos = reader.in.fixed64();
            case 11 -> readEvent(draft);
            case 13 -> readLink(draft);
            case 15 -> readStatus(draft);
            default -> {
                // Flags and counts of what was dropped before.
            }
        }
    }

    private String problem(Draft draft) {
        if (!draft.traceId.isPresent() || !draft.id.isPresent()) {
            return "the span \"" + draft.name + "\" has no valid trace id of 16 bytes and span id of 8 bytes";
        }
        if (draft.startNanos == 0) {
            return "the span \"" + draft.name + "\" has no start time";
        }
        if (draft.startNanos < 0 || draft.startNanos > latestNanos) {
            return TimeChecks.tooFarAhead("the span \"" + draft.name + "\"", draft.startNanos, limits);
        }
        return draft.hasTooManyAttributes ? reader.tooManyAttributes("the span \"" + draft.name + "\"") : "";
    }

    private Span span(Draft draft, Attributes attributes) {
        return new Span(
                draft.traceId,
                draft.id,
                draft.parentId,
                draft.traceState,
                resource,
                scope,
                draft.name,
                draft.kind >= 0 && draft.kind < KINDS.length ? KINDS[draft.kind] : Span.Kind.UNSPECIFIED,
                draft.startNanos,
                Math.max(0, draft.endNanos - draft.startNanos),
                attributes,
                draft.events,
                draft.links,
                draft.status >= 0 && draft.status < STATUSES.length ? STATUSES[draft.status] : Span.Status.UNSET,
                draft.statusMessage);
    }

    private void readEvent(Draft draft) {
        long time = 0;
        String name = "";
        OtlpReader.AttributeCollector attributes = reader.new AttributeCollector();
        reader.countRecord();
        reader.in.enter();
        while (reader.in.next()) {
            switch (reader.in.field()) {
                case 1 -> time = reader.in.fixed64();
                case 2 -> name = reader.in.anyText();
                case 3 -> attributes.read();
                default -> {
                    // How many attributes were dropped before.
                }
            }
        }
        reader.in.leave();
        draft.hasTooManyAttributes |= attributes.isTooMany();
        draft.events.add(new Span.Event(time, name, attributes.build()));
    }

    private void readLink(Draft draft) {
        TraceId traceId = TraceId.NONE;
        SpanId spanId = SpanId.NONE;
        String traceState = "";
        OtlpReader.AttributeCollector attributes = reader.new AttributeCollector();
        reader.countRecord();
        reader.in.enter();
        while (reader.in.next()) {
            switch (reader.in.field()) {
                case 1 -> traceId = reader.traceId();
                case 2 -> spanId = reader.spanId();
                case 3 -> traceState = reader.in.anyText();
                case 4 -> attributes.read();
                default -> {
                    // Flags and how many attributes were dropped before.
                }
            }
        }
        reader.in.leave();
        draft.hasTooManyAttributes |= attributes.isTooMany();
        draft.links.add(new Span.Link(traceId, spanId, traceState, attributes.build()));
    }

    private void readStatus(Draft draft) {
        reader.in.enter();
        while (reader.in.next()) {
            if (reader.in.field() == 2) {
                draft.statusMessage = reader.in.anyText();
            } else if (reader.in.field() == 3) {
                draft.status = reader.in.int32();
            }
        }
        reader.in.leave();
    }
}
