package dev.belvedere.api.queries;

import dev.belvedere.model.OperationException;
import dev.belvedere.promql.engine.QueryAnswer.Timings;
import org.jspecify.annotations.Nullable;

/// A query that is over, and what it took.
///
/// @param failure null if it was answered
/// @param queueNanos how long it waited for its place
/// @param execNanos how long it ran
/// @param timings of the parts of its evaluation, where they are known
/// @param queryableSamples as Prometheus counts them
/// @param steps asked for
/// @param stepsKept of these, how many were not worked out anew
record FinishedQuery(
        QueryDescription description,
        @Nullable OperationException failure,
        long endMillis,
        long queueNanos,
        long execNanos,
        Timings timings,
        long queryableSamples,
        long peakSamples,
        long samplesRead,
        long steps,
        long stepsKept) {

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
            case "query_too_many_samples", "query_too_many_bytes" -> "limit";
            case "query_queue_full" -> "refused";
            default -> "error";
        };
    }
}
