package dev.belvedere.model.events;

import java.util.List;

/// One timed operation of a trace.
///
/// @param parentId [SpanId#NONE] for a root
/// @param startNanos since the Unix epoch
/// @param durationNanos never negative
public record Span(
        TraceId traceId,
        SpanId id,
        SpanId parentId,
        String traceState,
        Resource resource,
        Scope scope,
        String name,
        Kind kind,
        long startNanos,
        long durationNanos,
        Attributes attributes,
        List<Event> events,
        List<Link> links,
        Status status,
        String statusMessage) {

    public Span {
        if (durationNanos < 0) {
            throw new IllegalArgumentException("a span cannot last " + durationNanos + " ns");
        }
        events = List.copyOf(events);
        links = List.copyOf(links);
    }

    public long endNanos() {
        return startNanos + durationNanos;
    }

    public boolean isRoot() {
        return !parentId.isPresent();
    }

    /// Numbered as in OTLP.
    public enum Kind {
        UNSPECIFIED,
        INTERNAL,
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER
    }

    /// Numbered as in OTLP.
    public enum Status {
        UNSET,
        OK,
        ERROR
    }

    /// Something that happened at one moment within the span.
    public record Event(long timestampNanos, String name, Attributes attributes) {}

    /// A causal tie to a span of this or another trace.
    public record Link(TraceId traceId, SpanId spanId, String traceState, Attributes attributes) {}
}
