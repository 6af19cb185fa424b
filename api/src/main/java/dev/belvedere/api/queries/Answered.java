package dev.belvedere.api.queries;

/// An answer with what came before it.
///
/// @param queueNanos how long the query waited for its place
/// @param execNanos how long it ran
public record Answered<T>(T answer, long queueNanos, long execNanos) {}
