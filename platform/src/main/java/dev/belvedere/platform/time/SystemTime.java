package dev.belvedere.platform.time;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// The machine's clock.
public final class SystemTime implements TimeSource {

    @Override
    public long currentMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long currentNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long threadCpuNanos() {
        return Thread.currentThread().isVirtual()
                ? -1
                : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (duration.isPositive()) {
            Thread.sleep(duration);
        }
    }
}
