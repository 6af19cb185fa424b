package dev.belvedere.logql.syntax;

import dev.belvedere.model.labels.LabelMatcher;

/// A condition on the labels of a line.
public sealed interface LabelPredicate {

    record And(LabelPredicate left, LabelPredicate right) implements LabelPredicate {}

    record Or(LabelPredicate left, LabelPredicate right) implements LabelPredicate {}

    /// `=`, `!=`, `=~`, `!~` against text.
    record Text(LabelMatcher matcher) implements LabelPredicate {}

    /// A comparison of the label's value, read as a number, a duration (in seconds) or a size (in bytes).
    record Numeric(String label, LogqlExpr.BinaryOperator comparison, Unit unit, double value)
            implements LabelPredicate {}

    /// Holds always: a label without condition.
    record Any() implements LabelPredicate {}

    enum Unit {
        NUMBER,
        DURATION,
        BYTES
    }
}
