package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.time.TimeSource;
import java.util.concurrent.atomic.AtomicLong;

/// Gives out segment keys that were never used.
final class BlockNames {

    static final String PREFIX = "metrics/";
    static final String BLOCK = "block";

    private final TimeSource time;
    private final AtomicLong last = new AtomicLong();

    BlockNames(TimeSource time) {
        this.time = time;
    }

    /// Numbers rise with the clock, and within one process even where the clock does not.
    long nextNumber() {
        return last.updateAndGet(before -> Math.max(before + 1, time.currentNanos()));
    }

    String next(Tenant tenant, int partition) {
        return PREFIX + tenant.name() + "/" + "%04d".formatted(partition) + "/" + "%016x".formatted(nextNumber());
    }
}
