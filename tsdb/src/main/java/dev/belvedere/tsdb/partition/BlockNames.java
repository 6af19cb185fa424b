package dev.belvedere.tsdb.partition;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.time.TimeSource;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/// Gives out segment keys that were never used.
public final class BlockNames {

    public static final String PREFIX = "metrics/";
    public static final String BLOCK = "block";

    /// A block whose rows are windows of time (docs/format/metrics-block.md, "Downsampled blocks").
    public static final String ROLLUP = "rollup";

    private final TimeSource time;
    private final AtomicLong last = new AtomicLong();

    /// @param taken keys that exist
    public BlockNames(TimeSource time, Collection<String> taken) {
        this.time = time;
        for (String key : taken) {
            if (key.startsWith(PREFIX)) {
                last.accumulateAndGet(number(key), Math::max);
            }
        }
    }

    public static boolean isBlock(SegmentRecord record) {
        return record.kind().equals(BLOCK) || record.kind().equals(ROLLUP);
    }

    private static long number(String key) {
        return Long.parseUnsignedLong(key.substring(key.lastIndexOf('/') + 1), 16);
    }

    /// When a key was given out, by the clock of that time.
    public static long createdMillis(String key) {
        return number(key) / 1_000_000;
    }

    /// Numbers rise with the clock, and above all that were given out where the clock does not.
    public long nextNumber() {
        return last.updateAndGet(before -> Math.max(before + 1, time.currentNanos()));
    }

    public String next(Tenant tenant, int partition) {
        return PREFIX + tenant.name() + "/" + "%04d".formatted(partition) + "/" + "%016x".formatted(nextNumber());
    }
}
