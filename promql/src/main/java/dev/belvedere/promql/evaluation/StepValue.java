package dev.belvedere.promql.evaluation;

import java.util.List;

/// What an expression evaluates to over all steps.
public sealed interface StepValue {

    /// One number per step.
    record Scalars(double[] values) implements StepValue {}

    /// Series in the order in which an instant query shows them; none is empty.
    record Vectors(List<StepSeries> series) implements StepValue {}

    record Text(String value) implements StepValue {}

    default QueryContext.Held held() {
        return switch (this) {
            case Scalars s -> new QueryContext.Held(s.values.length, (long) Double.BYTES * s.values.length);
            case Vectors v -> {
                long samples = 0;
                long bytes = 0;
                for (StepSeries series : v.series) {
                    samples += series.steps();
                    bytes += series.sizeBytes();
                }
                yield new QueryContext.Held(samples, bytes);
            }
            case Text t -> QueryContext.Held.NOTHING;
        };
    }
}
