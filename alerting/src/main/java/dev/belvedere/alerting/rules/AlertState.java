package dev.belvedere.alerting.rules;

import java.util.Locale;

/// How far an alert, or the worst alert of a rule, is. In ascending order.
public enum AlertState {
    /// The rule has not been evaluated yet.
    UNKNOWN,
    INACTIVE,
    /// The condition holds, but not for long enough.
    PENDING,
    FIRING;

    /// The name in the API and in the label `alertstate`.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
