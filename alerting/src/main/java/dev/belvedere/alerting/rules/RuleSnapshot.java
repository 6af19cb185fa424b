package dev.belvedere.alerting.rules;

import java.util.List;

/// A rule as it stood at one moment.
///
/// @param state the worst of its alerts; for recording rules always UNKNOWN
/// @param alerts pending and firing ones; none for recording rules
public record RuleSnapshot(RuleDefinition definition, RuleHealth health, AlertState state, List<AlertSnapshot> alerts) {

    public RuleSnapshot {
        alerts = List.copyOf(alerts);
    }
}
