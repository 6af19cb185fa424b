package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.Labels;

/// An alert as it stood at one moment.
///
/// @param state pending or firing
/// @param value of the expression at its last evaluation
/// @param activeAtMillis since when the condition holds
/// @param keepFiringSinceMillis since when it only fires because of `keep_firing_for`; [#NOT_KEPT] otherwise
public record AlertSnapshot(
        Labels labels,
        Labels annotations,
        AlertState state,
        double value,
        long activeAtMillis,
        long keepFiringSinceMillis) {

    public static final long NOT_KEPT = Long.MIN_VALUE;
}
