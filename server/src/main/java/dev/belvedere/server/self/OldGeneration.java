package dev.belvedere.server.self;

import dev.belvedere.platform.time.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;

/// The part of the heap for what lives long, under the serial collector.
///
/// That collector lets it grow to the limit of the heap before it looks for what has died there. Chunks that were
/// written to blocks would stay resident for days; so it is told to look when enough may have died. Used by one thread.
public final class OldGeneration {

    private static final String POOL = "Tenured Gen";

    /// It may grow by this much, or by half, before it is collected.
    private static final long MIN_GROWTH_BYTES = 12L << 20;

    /// Between two collections lies so many times what the last one took: where queries fill it with what dies soon,
    /// writers wait for collections, not for memory.
    private static final int MAX_SHARE = 50;

    private final Optional<MemoryPoolMXBean> pool;
    private final TimeSource time;
    private long liveBytes;
    private long endedAt;
    private long tookNanos;

    public OldGeneration(TimeSource time) {
        this.time = time;
        pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(each -> each.getName().equals(POOL))
                .findFirst();
        liveBytes = usedBytes();
        endedAt = time.nanoTime();
    }

    private long usedBytes() {
        return pool.map(each -> each.getUsage().getUsed()).orElse(0L);
    }

    /// Costs a look at a counter unless a collection is due. Does nothing under another collector.
    public void collectWhenGrown() {
        long now = time.nanoTime();
        if (usedBytes() - liveBytes > Math.max(MIN_GROWTH_BYTES, liveBytes / 2)
                && now - endedAt >= MAX_SHARE * tookNanos) {
            System.gc();
            liveBytes = usedBytes();
            endedAt = time.nanoTime();
            tookNanos = endedAt - now;
        }
    }
}
