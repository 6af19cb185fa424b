package dev.belvedere.api.queries;

import dev.belvedere.model.OperationException;
import org.jspecify.annotations.Nullable;

/// A query that is over, and what it took.
///
/// @param failure null if it was answered
/// @param queueNanos how long it waited for its place
/// @param execNanos how long it ran
/// @param computeNanos of all that without waiting
/// @param bytesRead of logs and traces
record FinishedQuery(
        QueryDescription description,
        @Nullable OperationException failure,
        long endMillis,
        long queueNanos,
        long execNanos,
        long computeNanos,
        QueryCost cost,
        long peakSamples,
        long samplesRead,
        long bytesRead) {

    boolean isFailure() {
        return failure != null;
    }

    long totalNanos() {
        return queueNanos + execNanos;
    }

    /// In one word, for metrics.
    String result() {
        if (failure == null) {
            return "success";
        }
        return switch (failure.code()) {
            case "query_cancelled" -> "cancelled";
            case "query_timeout" -> "timeout";
            case "query_too_many_samples", "query_too_many_bytes", "query_too_much_memory" -> "limit";
            case "query_queue_full", "query_memory_full" -> "refused";
            default -> "error";
        };
    }
}
