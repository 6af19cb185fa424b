package dev.belvedere.alerting.template;

/// Go's nil: what a missing key, or data that was not given, evaluates to.
public enum NoValue {
    NO_VALUE;

    @Override
    public String toString() {
        return "<nil>";
    }
}
