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

    /// The CPU time that the calling thread has used; negative where nobody counts it, as on virtual threads.
    default long threadCpuNanos() {
        return -1;
    }

    /// Returns after at least `duration` of elapsed time; at once if it is zero or negative.
    void sleep(Duration duration) throws InterruptedException;
}
