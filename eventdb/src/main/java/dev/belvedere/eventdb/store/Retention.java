package dev.belvedere.eventdb.store;

import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;
import java.util.List;

/// Says which segments are too old. It waits until the wall clock has kept pace with elapsed time for ten minutes, so
/// that a clock set wrong for a while removes nothing. Guarded by the maintenance lock of its store.
final class Retention {

    private static final long STEADY_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long MAX_DRIFT_NANOS = Duration.ofMinutes(5).toNanos();

    private final TimeSource time;
    private final long retentionMillis;
    private long steadySinceNanoTime;
    private long wallMinusElapsed;

    Retention(TimeSource time, long retentionMillis) {
        this.time = time;
        this.retentionMillis = retentionMillis;
        this.steadySinceNanoTime = time.nanoTime();
        this.wallMinusElapsed = time.currentNanos() - time.nanoTime();
    }

    List<SegmentHandle> expired(List<SegmentHandle> segments) {
        long elapsed = time.nanoTime();
        long distance = time.currentNanos() - elapsed;
        if (Math.abs(distance - wallMinusElapsed) > MAX_DRIFT_NANOS) {
            wallMinusElapsed = distance;
            steadySinceNanoTime = elapsed;
        }
        if (elapsed - steadySinceNanoTime < STEADY_NANOS) {
            return List.of();
        }
        long oldestMillis = time.currentMillis() - retentionMillis;
        return segments.stream()
                .filter(handle -> handle.record().maxMillis() < oldestMillis)
                .toList();
    }
}
