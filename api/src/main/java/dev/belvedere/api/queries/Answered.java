package dev.belvedere.api.queries;

import dev.belvedere.promql.engine.QueryAnswer;

/// An answer with what came before it.
///
/// @param queueNanos how long the query waited for its place
/// @param execNanos how long it ran
/// @param stepsKept of its steps, how many were not worked out anew
public record Answered(QueryAnswer answer, long queueNanos, long execNanos, long stepsKept) {}
