package dev.belvedere.storage.events;

import dev.belvedere.model.events.Span;
import java.util.Map;

/// Which traces a search wants. Conditions apply to one span together.
///
/// @param service empty for any
/// @param operation the span's name; empty for any
/// @param attributes text of span attributes, resource attributes or the status `error=true`, as Jaeger's tags
/// @param startNanos span start, inclusive
/// @param endNanos span start, exclusive
/// @param minDurationNanos inclusive
/// @param maxDurationNanos inclusive; `Long.MAX_VALUE` for any
/// @param limit most traces returned, at least 1
public record TraceSearch(
        String service,
        String operation,
        Map<String, String> attributes,
        long startNanos,
        long endNanos,
        long minDurationNanos,
        long maxDurationNanos,
        int limit) {

    public TraceSearch {
        attributes = Map.copyOf(attributes);
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
    }

    /// Whether the span alone satisfies every condition.
    public boolean matches(Span span) {
        return span.startNanos() >= startNanos
                && span.startNanos() < endNanos
                && span.durationNanos() >= minDurationNanos
                && span.durationNanos() <= maxDurationNanos
                && (operation.isEmpty() || operation.equals(span.name()))
                && (service.isEmpty() || service.equals(span.resource().serviceName()))
                && attributes.entrySet().stream()
                        .allMatch(wanted -> hasAttribute(span, wanted.getKey(), wanted.getValue()));
    }

    private static boolean hasAttribute(Span span, String key, String text) {
        return span.attributes().text(key).equals(text)
                || span.resource().attributes().text(key).equals(text)
                || key.equals("error") && text.equals("true") && span.status() == Span.Status.ERROR;
    }
}
