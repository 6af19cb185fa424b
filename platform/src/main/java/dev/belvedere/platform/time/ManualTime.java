package dev.belvedere.platform.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A clock that moves only when told to. The twin of [SystemTime] for tests and simulation.
///
/// [#advance] moves wall and elapsed time together and wakes the sleepers whose time has come; [#jumpTo] sets the
/// wall clock alone, as an operator or NTP does.
public final class ManualTime implements TimeSource {

    @GuardedBy("this")
    private long wallNanos;

    @GuardedBy("this")
    private long elapsedNanos;

    @GuardedBy("this")
    private final List<Long> wakeTimes = new ArrayList<>();

    public ManualTime(long startMillis) {
        wallNanos = TimeUnit.MILLISECONDS.toNanos(startMillis);
    }

    @Override
    public synchronized long currentMillis() {
        return TimeUnit.NANOSECONDS.toMillis(wallNanos);
    }

    @Override
    public synchronized long currentNanos() {
        return wallNanos;
    }

    @Override
    public synchronized long nanoTime() {
        return elapsedNanos;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        Long wakeAt = elapsedNanos + duration.toNanos();
        wakeTimes.add(wakeAt);
        notifyAll();
        try {
            while (elapsedNanos < wakeAt) {
                wait();
            }
        } finally {
            wakeTimes.remove(wakeAt);
            notifyAll();
        }
    }

    public synchronized void advance(Duration duration) {
        wallNanos += duration.toNanos();
        elapsedNanos += duration.toNanos();
        notifyAll();
    }

    /// Sets the wall clock without letting time pass.
    public synchronized void jumpTo(long millis) {
        wallNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// Blocks until at least `count` threads sleep on this clock: the moment at which advancing it is
    /// deterministic.
    public synchronized void awaitSleepers(int count) throws InterruptedException {
        while (sleepers() < count) {
            wait();
        }
    }

    /// How many threads sleep on this clock. Those whose time has come do not count any more, even if they have not
    /// yet noticed.
    public synchronized int sleepers() {
        int asleep = 0;
        for (long wakeAt : wakeTimes) {
            asleep += wakeAt > elapsedNanos ? 1 : 0;
        }
        return asleep;
    }
}
