package dev.belvedere.alerting.rules;

import java.util.List;

/// A group of rules as it stood at one moment.
///
/// @param durationNanos of its last evaluation
/// @param evaluatedAtMillis [RuleHealth#NEVER] before the first evaluation
public record RuleGroupSnapshot(
        String name,
        String file,
        long intervalMillis,
        int limit,
        long durationNanos,
        long evaluatedAtMillis,
        List<RuleSnapshot> rules) {

    public RuleGroupSnapshot {
        rules = List.copyOf(rules);
    }
}
