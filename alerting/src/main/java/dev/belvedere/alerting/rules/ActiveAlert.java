package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;

/// One label set for which a rule's condition holds, or held until lately. Guarded by its rule.
final class ActiveAlert {

    /// No such moment.
    static final long NEVER = Long.MIN_VALUE;

    final Labels labels;
    Labels annotations;
    AlertState state = AlertState.PENDING;
    double value;
    long activeAtMillis;
    long firedAtMillis = NEVER;
    long resolvedAtMillis = NEVER;
    long lastSentAtMillis = NEVER;
    long validUntilMillis = NEVER;
    long keepFiringSinceMillis = NEVER;

    ActiveAlert(Labels labels, Labels annotations, double value, long activeAtMillis) {
        this.labels = labels;
        this.annotations = annotations;
        this.value = value;
        this.activeAtMillis = activeAtMillis;
    }

    boolean isResolved() {
        return resolvedAtMillis != NEVER;
    }

    boolean needsSending(long nowMillis, long resendDelayMillis) {
        if (state == AlertState.PENDING) {
            return false;
        }
        if (lastSentAtMillis == NEVER || resolvedAtMillis > lastSentAtMillis) {
            return true;
        }
        return lastSentAtMillis + resendDelayMillis < nowMillis;
    }

    Alert toAlert(Labels sentLabels, String generatorUrl) {
        return new Alert(
                sentLabels,
                annotations,
                firedAtMillis,
                isResolved() ? resolvedAtMillis : validUntilMillis,
                generatorUrl);
    }

    AlertSnapshot snapshot() {
        return new AlertSnapshot(labels, annotations, state, value, activeAtMillis, keepFiringSinceMillis);
    }
}
