package dev.belvedere.demo.site;

import java.util.concurrent.TimeUnit;

/// One second of the site's life.
///
/// @param second since the start
/// @param nanos wall time at the end of the second
record Tick(long second, long nanos, Schedule schedule) {

    boolean isActive(Incident incident) {
        return schedule.isActive(incident, second);
    }

    /// Whether this is the incident's first second.
    boolean isBeginning(Incident incident) {
        return schedule.secondsSince(incident, second) == 0;
    }

    /// Whether the incident was active until the second before.
    boolean isEnding(Incident incident) {
        return schedule.secondsSince(incident, second) == schedule.durationSeconds(incident);
    }

    boolean isEvery(int seconds) {
        return second % seconds == 0;
    }

    double seconds() {
        return nanos / 1e9;
    }

    /// Wall time so many seconds before the end of this one.
    long nanosBefore(double seconds) {
        return nanos - (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
