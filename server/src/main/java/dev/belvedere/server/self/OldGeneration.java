package dev.belvedere.server.self;

import dev.belvedere.platform.time.TimeSource;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.PlatformManagedObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The part of the heap for what lives long, under the serial collector.
///
/// That collector lets it grow to the limit of the heap before it looks for what has died there. Chunks that were
/// written to blocks would stay resident for days; so it is told to look when enough may have died. A thread of its own
/// sees twice a second how much there is: a round of maintenance lasts for as long as heads are written.
public final class OldGeneration implements AutoCloseable {

    private static final String POOL = "Tenured Gen";
    private static final String COLLECTOR = "MarkSweepCompact";

    private static final long PERIOD_MILLIS = 500;

    /// It may grow by this much, or by a sixth, before it is collected.
    private static final long MIN_GROWTH_BYTES = 6L << 20;

    private static final int GROWTH_PARTS = 6;

    /// Between two collections lies so many times the pause of the last one: where queries fill it with what dies soon,
    /// writers wait for collections, not for memory.
    private static final long MAX_SHARE = 30;

    /// What lives takes about a millisecond for each megabyte. A pause that was longer than twice that waited for a
    /// processor, and says nothing about the work.
    private static final long MAX_PAUSE_MILLIS_PER_MEGABYTE = 2;

    private final Space space;
    private final TimeSource time;
    private final CountDownLatch closing = new CountDownLatch(1);
    private long liveBytes;
    private long nextAt;

    OldGeneration(Space space, TimeSource time) {
        this.space = space;
        this.time = time;
        this.liveBytes = space.usedBytes();
        this.nextAt = time.nanoTime();
    }

    /// Does nothing under another collector.
    public static AutoCloseable watch(TimeSource time) {
        Optional<MemoryPoolMXBean> pool =
                named(POOL, ManagementFactory.getMemoryPoolMXBeans(), MemoryPoolMXBean::getName);
        Optional<GarbageCollectorMXBean> collector =
                named(COLLECTOR, ManagementFactory.getGarbageCollectorMXBeans(), GarbageCollectorMXBean::getName);
        if (pool.isEmpty() || collector.isEmpty()) {
            return () -> {};
        }
        OldGeneration old = new OldGeneration(new SerialSpace(pool.get(), collector.get()), time);
        Thread.ofPlatform().name("old-generation").daemon().start(old::collectWheneverGrown);
        return old;
    }

    private static <T extends PlatformManagedObject> Optional<T> named(
            String name, List<T> beans, Function<T, String> nameOf) {
        return beans.stream().filter(each -> nameOf.apply(each).equals(name)).findFirst();
    }

    private void collectWheneverGrown() {
        try {
            while (!closing.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                collectIfGrown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Costs a look at a counter unless a collection is due.
    void collectIfGrown() {
        boolean hasGrown = space.usedBytes() - liveBytes > Math.max(MIN_GROWTH_BYTES, liveBytes / GROWTH_PARTS);
        if (hasGrown && time.nanoTime() - nextAt >= 0) {
            long pausedMillis = space.collect();
            liveBytes = space.usedBytes();
            long worthMillis = Math.min(pausedMillis, MAX_PAUSE_MILLIS_PER_MEGABYTE * ((liveBytes >> 20) + 1));
            nextAt = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_SHARE * worthMillis);
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }

    interface Space {

        long usedBytes();

        /// @return for how many milliseconds the program stood still
        long collect();
    }

    private record SerialSpace(MemoryPoolMXBean pool, GarbageCollectorMXBean collector) implements Space {

        @Override
        public long usedBytes() {
            return pool.getUsage().getUsed();
        }

        @Override
        public long collect() {
            long before = collector.getCollectionTime();
            System.gc();
            return collector.getCollectionTime() - before;
        }
    }
}
