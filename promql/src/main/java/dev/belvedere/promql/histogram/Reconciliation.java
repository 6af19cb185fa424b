package dev.belvedere.promql.histogram;

/// What had to be given up so that two histograms could be combined.
///
/// @param isCompatible false if one has exponential and the other custom buckets: nothing was combined
/// @param hasResetCollision whether one was known to follow a counter reset and the other known not to
/// @param hasReconciledBounds whether their custom bounds differed and only common ones were kept
public record Reconciliation(boolean isCompatible, boolean hasResetCollision, boolean hasReconciledBounds) {

    static final Reconciliation INCOMPATIBLE = new Reconciliation(false, false, false);
}
