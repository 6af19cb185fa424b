package dev.belvedere.platform.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// A clock that moves only when told to. The twin of [SystemTime] for tests and simulation.
///
/// [#advance] moves wall and elapsed time together and wakes the sleepers whose time has come; [#jumpTo] sets the
/// wall clock alone, as an operator or NTP does.
public final class ManualTime implements TimeSource {

    private static final long POLL_MILLIS = 1;

    @GuardedBy("this")
    private long wallNanos;

    @GuardedBy("this")
    private long elapsedNanos;

    @GuardedBy("this")
    private final List<Sleeper> asleep = new ArrayList<>();

    private record Sleeper(Thread thread, long wakeAt) {}

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
        Sleeper sleeper = new Sleeper(Thread.currentThread(), elapsedNanos + duration.toNanos());
        asleep.add(sleeper);
        notifyAll();
        try {
            while (elapsedNanos < sleeper.wakeAt) {
                wait();
            }
        } finally {
            asleep.remove(sleeper);
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
        while (sleepersLocked() < count) {
            wait();
        }
    }

    /// Blocks until all threads that live by this clock sleep on it, where their number changes: `threads` tells how
    /// many there are at the moment. It is asked without a lock held.
    public void awaitSleepers(IntSupplier threads) throws InterruptedException {
        while (true) {
            int before = threads.getAsInt();
            int sleepers = sleepers();
            // Asked twice: one that falls asleep may have started another just before.
            if (sleepers >= Math.max(before, threads.getAsInt())) {
                return;
            }
            synchronized (this) {
                wait(POLL_MILLIS);
            }
        }
    }

    private synchronized int sleepers() {
        return sleepersLocked();
    }

    /// Those whose time has come or who were interrupted do not count any more, even if they have not yet noticed.
    @GuardedBy("this")
    private int sleepersLocked() {
        int count = 0;
        for (Sleeper sleeper : asleep) {
            count += sleeper.wakeAt > elapsedNanos && !sleeper.thread.isInterrupted() ? 1 : 0;
        }
        return count;
    }
}
