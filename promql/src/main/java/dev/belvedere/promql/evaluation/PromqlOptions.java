package dev.belvedere.promql.evaluation;

import dev.belvedere.promql.syntax.ParserOptions;

/// How queries are parsed and evaluated. The flags are Prometheus' feature flags, off by default as there.
///
/// @param parser which experimental syntax is accepted
/// @param lookbackMillis how old a sample may be and still stand for its series (`query.lookback-delta`)
/// @param subqueryStepMillis the step of subqueries that name none: the global evaluation interval
/// @param hasDelayedNameRemoval `promql-delayed-name-removal`: metric names are dropped at the very end
/// @param hasTypeAndUnitLabels `type-and-unit-labels`: counters are told by their `__type__` label
/// @param usesStartTimestamps `use-start-timestamps`: counter resets are told by start timestamps too
public record PromqlOptions(
        ParserOptions parser,
        long lookbackMillis,
        long subqueryStepMillis,
        boolean hasDelayedNameRemoval,
        boolean hasTypeAndUnitLabels,
        boolean usesStartTimestamps) {

    public static final PromqlOptions DEFAULT =
            new PromqlOptions(ParserOptions.DEFAULT, 300_000, 60_000, false, false, false);

    /// Everything that Prometheus' own tests of the language switch on: all but type and unit labels.
    public static final PromqlOptions EVERYTHING =
            new PromqlOptions(ParserOptions.EVERYTHING, 300_000, 60_000, true, false, true);

    public PromqlOptions withLookback(long millis) {
        return new PromqlOptions(
                parser, millis, subqueryStepMillis, hasDelayedNameRemoval, hasTypeAndUnitLabels, usesStartTimestamps);
    }

    public PromqlOptions withSubqueryStep(long millis) {
        return new PromqlOptions(
                parser, lookbackMillis, millis, hasDelayedNameRemoval, hasTypeAndUnitLabels, usesStartTimestamps);
    }
}
