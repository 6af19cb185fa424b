package dev.belvedere.storage.metrics;

/// What is kept of the samples of a downsampled window. Stale markers count for nothing.
public enum Aggregate {
    /// How many there are; absent if none.
    COUNT,
    SUM,
    /// Absent for histograms.
    MIN,
    /// Absent for histograms.
    MAX,
    FIRST,
    LAST,
    /// The sum of the values before each fall: what makes good a counter's resets inside the window. Absent for
    /// histograms, whose windows have none.
    CORRECTION,
    /// By how many milliseconds the first sample is older than the row's time.
    FIRST_AGE,
    /// By how many milliseconds the last sample is older than the row's time; less one and negative where a stale
    /// marker comes after it.
    LAST_AGE
}
