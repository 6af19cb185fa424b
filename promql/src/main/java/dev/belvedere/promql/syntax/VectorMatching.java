package dev.belvedere.promql.syntax;

import java.util.List;
import java.util.OptionalDouble;

/// How the series of two vectors find each other in a binary operation.
///
/// @param labels the names after `on` or `ignoring`
/// @param isOn `labels` are compared; otherwise all labels except them
/// @param include labels copied from the "one" side: what `group_left` and `group_right` name
/// @param fillLeft stands in for a missing sample on the left
/// @param fillRight stands in for a missing sample on the right
public record VectorMatching(
        Cardinality cardinality,
        List<String> labels,
        boolean isOn,
        List<String> include,
        OptionalDouble fillLeft,
        OptionalDouble fillRight) {

    static final VectorMatching DEFAULT = new VectorMatching(
            Cardinality.ONE_TO_ONE, List.of(), false, List.of(), OptionalDouble.empty(), OptionalDouble.empty());

    public VectorMatching {
        labels = List.copyOf(labels);
        include = List.copyOf(include);
    }

    public boolean hasFill() {
        return fillLeft.isPresent() || fillRight.isPresent();
    }

    VectorMatching withCardinality(Cardinality other) {
        return new VectorMatching(other, labels, isOn, include, fillLeft, fillRight);
    }

    /// How many series of each side may match one of the other.
    public enum Cardinality {
        ONE_TO_ONE("one-to-one"),
        /// `group_left`.
        MANY_TO_ONE("many-to-one"),
        /// `group_right`.
        ONE_TO_MANY("one-to-many"),
        /// Set operators.
        MANY_TO_MANY("many-to-many");

        private final String text;

        Cardinality(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
