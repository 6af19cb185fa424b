package dev.belvedere.promql.window;

/// What the start timestamps of cumulative samples tell.
final class StartTimes {

    private StartTimes() {}

    /// Whether a counter was started anew between two samples.
    ///
    /// A start of 0 is unknown; one at or after its own sample is unknown or wrong. One exactly at the
    /// sample before is how deltas are written, unless that sample did not know its own start.
    static boolean isReset(long previousStart, long previousTime, long start, long time) {
        if (start == 0 || start >= time || start < previousTime) {
            return false;
        }
        if (start > previousTime) {
            return true;
        }
        return previousStart <= previousTime && previousStart != 0 && previousStart != previousTime;
    }

    /// Whether a sample claims a time that the sample before it covers already.
    static boolean isOverlap(long previousStart, long previousTime, long start) {
        return start != 0 && start < previousTime && start != previousStart;
    }
}
