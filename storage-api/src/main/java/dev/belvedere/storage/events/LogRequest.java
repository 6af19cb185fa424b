package dev.belvedere.storage.events;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;

/// Which records a query needs.
///
/// @param matchers on the stream's labels; all must match
/// @param startNanos inclusive
/// @param endNanos exclusive
/// @param requiredText substrings that every wanted line holds, case-sensitive: a store MAY use them to skip
///     records, and the caller filters in any case
public record LogRequest(
        List<LabelMatcher> matchers, long startNanos, long endNanos, Direction direction, List<String> requiredText) {

    public LogRequest {
        matchers = List.copyOf(matchers);
        requiredText = List.copyOf(requiredText);
    }

    public enum Direction {
        /// Oldest first.
        FORWARD,
        /// Newest first.
        BACKWARD
    }
}
