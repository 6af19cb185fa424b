package dev.belvedere.storage.events;

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
}
