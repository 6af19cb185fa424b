package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes what its expression evaluates to as series of its own.
final class RecordingRule implements Rule {

    private final RuleDefinition.Recording definition;
    private volatile RuleHealth health = RuleHealth.INITIAL;

    RecordingRule(RuleDefinition.Recording definition) {
        this.definition = definition;
    }

    @Override
    public RuleDefinition.Recording definition() {
        return definition;
    }

    @Override
    public List<RuleSample> evaluate(Evaluation evaluation) {
        return written(evaluation.run(definition.expression()), evaluation.limit());
    }

    /// What is written for the samples that the expression evaluated to.
    ///
    /// @param limit how many there may be; 0 for any number
    List<RuleSample> written(List<RuleSample> results, int limit) {
        List<RuleSample> written = new ArrayList<>(results.size());
        Set<Labels> seen = new HashSet<>();
        for (RuleSample sample : results) {
            Labels.Builder labels = sample.labels().toBuilder().set(Labels.METRIC_NAME, definition.name());
            definition.ownLabels().forEach(labels::set);
            Labels built = labels.build();
            if (!seen.add(built)) {
                throw Evaluation.failure("vector contains metrics with the same labelset after applying rule labels");
            }
            written.add(sample.withLabels(built));
        }
        if (limit > 0 && written.size() > limit) {
            throw Evaluation.failure("exceeded limit of " + limit + " with " + written.size() + " series");
        }
        return written;
    }

    @Override
    public void report(RuleHealth newHealth) {
        health = newHealth;
    }

    @Override
    public RuleHealth health() {
        return health;
    }

    @Override
    public RuleSnapshot snapshot() {
        return new RuleSnapshot(definition, health, AlertState.UNKNOWN, List.of());
    }
}
