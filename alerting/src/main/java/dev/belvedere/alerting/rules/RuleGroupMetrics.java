package dev.belvedere.alerting.rules;

import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.Histogram;
import dev.belvedere.platform.metrics.MetricRegistry;

/// What is counted of each group.
final class RuleGroupMetrics {

    private static final String LABEL = "rule_group";

    private final Counter iterations;
    private final Counter missed;
    private final Counter evaluations;
    private final Counter failures;
    private final Histogram duration;
    private volatile double lastDurationSeconds;
    private volatile double lastEvaluationSeconds;

    /// @param group file and name
    RuleGroupMetrics(MetricRegistry registry, String group) {
        iterations =
                registry.counter("belvedere_rule_group_iterations_total", "Evaluations of rule groups.", LABEL, group);
        missed = registry.counter(
                "belvedere_rule_group_iterations_missed_total",
                "Evaluations of rule groups left out because the one before took too long.",
                LABEL,
                group);
        evaluations = registry.counter("belvedere_rule_evaluations_total", "Evaluations of rules.", LABEL, group);
        failures = registry.counter(
                "belvedere_rule_evaluation_failures_total", "Evaluations of rules that failed.", LABEL, group);
        duration = registry.histogram(
                "belvedere_rule_evaluation_duration_seconds",
                "Time that evaluations of rules took.",
                Histogram.DURATIONS);
        registry.gauge(
                "belvedere_rule_group_last_duration_seconds",
                "Time that the last evaluation of a rule group took.",
                () -> lastDurationSeconds,
                LABEL,
                group);
        registry.gauge(
                "belvedere_rule_group_last_evaluation_timestamp_seconds",
                "When a rule group was evaluated last.",
                () -> lastEvaluationSeconds,
                LABEL,
                group);
    }

    Counter iterations() {
        return iterations;
    }

    Counter missed() {
        return missed;
    }

    Counter evaluations() {
        return evaluations;
    }

    Counter failures() {
        return failures;
    }

    Histogram duration() {
        return duration;
    }

    void finished(long durationNanos, long timeMillis) {
        lastDurationSeconds = durationNanos / 1e9;
        lastEvaluationSeconds = timeMillis / 1e3;
    }
}
