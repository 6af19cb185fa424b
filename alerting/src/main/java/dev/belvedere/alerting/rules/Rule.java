package dev.belvedere.alerting.rules;

import java.util.List;

/// A rule in use: what it says, and what came of it so far. One evaluation at a time; snapshots from any thread.
sealed interface Rule permits AlertingRule, RecordingRule {

    RuleDefinition definition();

    /// Evaluates once.
    ///
    /// @return the samples to be written
    /// @throws dev.belvedere.model.OperationException if the evaluation fails
    List<RuleSample> evaluate(Evaluation evaluation);

    void report(RuleHealth health);

    RuleHealth health();

    RuleSnapshot snapshot();
}
