package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import org.jspecify.annotations.Nullable;

/// One element of what an expression evaluates to, or one sample that a rule writes.
///
/// @param value meaningful only where `histogram` is null
public record RuleSample(
        Labels labels, double value, @Nullable NativeHistogram histogram) {

    public static RuleSample of(Labels labels, double value) {
        return new RuleSample(labels, value, null);
    }

    RuleSample withLabels(Labels changed) {
        return new RuleSample(changed, value, histogram);
    }
}
