package dev.belvedere.model.metrics;

/// What is known of a counter reset between a native histogram and the one before it in its series.
public enum ResetHint {
    UNKNOWN,
    RESET,
    NOT_RESET,
    /// A gauge histogram: its counts may fall without a reset.
    GAUGE
}
