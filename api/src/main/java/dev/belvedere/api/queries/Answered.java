package dev.belvedere.api.queries;

/// An answer with what came before it.
///
/// @param queueNanos how long the query waited for its place
/// @param execNanos how long it ran
public record Answered<T>(T answer, long queueNanos, long execNanos) {

    /// Another answer that took the same.
    public <R> Answered<R> with(R other) {
        return new Answered<>(other, queueNanos, execNanos);
    }
}
