package dev.belvedere.promql.engine;

import java.util.List;

/// What an expression evaluates to over all steps.
sealed interface StepValue {

    /// One number per step.
    record Scalars(double[] values) implements StepValue {}

    /// Series in the order in which an instant query shows them; none is empty.
    record Vectors(List<StepSeries> series) implements StepValue {}

    record Text(String value) implements StepValue {}

    default long heldSamples() {
        return switch (this) {
            case Scalars s -> s.values.length;
            case Vectors v ->
                v.series.isEmpty()
                        ? 0
                        : (long) v.series.size() * v.series.getFirst().steps();
            case Text t -> 0;
        };
    }
}
