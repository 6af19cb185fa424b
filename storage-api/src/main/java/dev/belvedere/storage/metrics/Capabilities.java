package dev.belvedere.storage.metrics;

/// What a metric store can do. A field that is false or zero is the least: callers must get by without.
///
/// @param isDurable whether a returned [MetricAppender#commit] survives power loss
/// @param hasNativeHistograms whether histogram samples are kept
/// @param hasStartTimestamps whether the start time of cumulative samples is kept
/// @param outOfOrderWindowMillis how far behind a series' newest sample another may still come; 0 for not at all
public record Capabilities(
        boolean isDurable, boolean hasNativeHistograms, boolean hasStartTimestamps, long outOfOrderWindowMillis) {

    public static final Capabilities NONE = new Capabilities(false, false, false, 0);
}
