package dev.belvedere.tsdb.maintenance;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.TimeRange;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.BlockNames;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// By which time samples are too old: the wall clock, as long as it goes with elapsed time and with what is stored.
///
/// When it does not, because someone set it or it came up wrong, time goes on from where it was, at the pace of
/// elapsed time, until the wall clock has stood by its claim for a day. So no jump removes what an operator could
/// still save by setting the clock right.
final class RetentionClock {

    static final long TOLERANCE_MILLIS = TimeUnit.HOURS.toMillis(1);
    static final long CONFIRMATION_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final TimeSource time;

    /// The last time that was trusted, and when that was.
    @GuardedBy("this")
    private long trustedMillis;

    @GuardedBy("this")
    private long trustedAtNanos;

    @GuardedBy("this")
    private boolean isDoubted;

    @GuardedBy("this")
    private long doubtedSinceNanos;

    /// @param stored what the blocks cover
    RetentionClock(TimeSource time, List<TimeRange> stored) {
        this.time = time;
        this.trustedMillis = lastCovered(stored, time.currentMillis());
        this.trustedAtNanos = time.nanoTime();
    }

    static RetentionClock over(TsdbEnvironment environment) {
        return new RetentionClock(
                environment.time(),
                environment.catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                        .filter(record ->
                                record.kind().equals(BlockNames.BLOCK) && record.minMillis() <= record.maxMillis())
                        .map(record -> new TimeRange(record.minMillis(), record.maxMillis()))
                        .toList());
    }

    /// Now, unless between it and older samples there is a hole of more than a day that less than a day of samples
    /// follows: then where the hole begins.
    private static long lastCovered(List<TimeRange> stored, long now) {
        long reached = now;
        List<TimeRange> newestFirst = stored.stream()
                .sorted(Comparator.comparingLong(TimeRange::endMillis).reversed())
                .toList();
        for (TimeRange range : newestFirst) {
            if (now - reached > CONFIRMATION_MILLIS) {
                return now;
            }
            if (reached - range.endMillis() > CONFIRMATION_MILLIS) {
                return range.endMillis();
            }
            reached = Math.min(reached, range.startMillis());
        }
        return now;
    }

    synchronized long currentMillis() {
        long nanos = time.nanoTime();
        long wall = time.currentMillis();
        long paced = trustedMillis + TimeUnit.NANOSECONDS.toMillis(nanos - trustedAtNanos);
        if (Math.abs(wall - paced) > TOLERANCE_MILLIS) {
            if (!isDoubted) {
                isDoubted = true;
                doubtedSinceNanos = nanos;
            }
            if (TimeUnit.NANOSECONDS.toMillis(nanos - doubtedSinceNanos) < CONFIRMATION_MILLIS) {
                return paced;
            }
        }
        isDoubted = false;
        trustedMillis = wall;
        trustedAtNanos = nanos;
        return wall;
    }
}
