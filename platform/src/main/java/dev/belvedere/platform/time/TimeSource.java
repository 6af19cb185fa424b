package dev.belvedere.platform.time;

import java.time.Duration;

/// Wall time, elapsed time and waiting. Everything that looks at a clock gets one of these.
public interface TimeSource {

    /// Wall time since the Unix epoch. May jump either way when someone sets the clock.
    long currentMillis();

    /// Wall time since the Unix epoch, as fine as the machine tells it.
    long currentNanos();

    /// Elapsed time from an arbitrary origin; never goes back. For durations and deadlines.
    long nanoTime();

    /// Returns after at least `duration` of elapsed time; at once if it is zero or negative.
    void sleep(Duration duration) throws InterruptedException;
}
