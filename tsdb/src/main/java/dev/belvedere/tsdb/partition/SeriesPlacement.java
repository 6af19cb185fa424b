package dev.belvedere.tsdb.partition;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.index.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the partition of a series, and makes series that are new. Safe from any thread.
///
/// All series of a target live in its home partition, so that a scrape is one frame. A target with more than
/// [#HOME_SERIES] spreads: what comes after those lives where the hash of its labels says. A series never moves:
/// it is looked up in both places before it is made, and a target that has spread once spreads while the process
/// lives, although its home may have room again.
public final class SeriesPlacement {

    public static final int HOME_SERIES = 20_000;

    /// A property of a block whose series are all at home.
    public static final String AT_HOME = "home";

    private final CardinalityGuard guard;
    private final List<Partition> partitions;

    /// Hashes of the targets that have spread.
    private final Set<Long> spread = ConcurrentHashMap.newKeySet();

    public SeriesPlacement(CardinalityGuard guard, List<Partition> partitions) {
        this.guard = guard;
        this.partitions = partitions;
    }

    /// The ref of a series.
    ///
    /// @throws dev.belvedere.model.OperationException `too_many_series`
    public long place(Tenant tenant, Labels labels) {
        Partition home = partitions.get(homeOf(tenant, labels, partitions.size()));
        long found = find(home, tenant, labels);
        if (found >= 0) {
            return found;
        }
        Partition away = partitions.get((int) Long.remainderUnsigned(labels.stableHash(), partitions.size()));
        if (away != home) {
            found = find(away, tenant, labels);
            if (found >= 0) {
                return found;
            }
        }
        guard.requireRoom(tenant, labels);
        synchronized (home) {
            TenantPartition share = home.tenantLocked(tenant);
            if (away == home || hasRoom(share, labels)) {
                return intern(home, share, labels);
            }
        }
        synchronized (away) {
            return intern(away, away.tenantLocked(tenant), labels);
        }
    }

    /// Called under the home's monitor.
    private boolean hasRoom(TenantPartition home, Labels labels) {
        int series = home.index().seriesOfTarget(labels);
        if (series < HOME_SERIES && spread.isEmpty()) {
            return true;
        }
        long target = targetHash(home.tenant(), labels);
        if (series >= HOME_SERIES) {
            spread.add(target);
        }
        return !spread.contains(target);
    }

    /// Whether a block is known to have series of targets only whose home is the block's partition.
    public static boolean areAtHome(SegmentRecord record) {
        return record.properties().containsKey(AT_HOME);
    }

    /// Notes in the properties of a block what is known of those it is made of.
    public static void putHome(List<Block> sources, Map<String, String> properties) {
        if (sources.stream().allMatch(block -> areAtHome(block.record()))) {
            properties.put(AT_HOME, "1");
        }
    }

    /// Whether the home of all these targets is a partition.
    public static boolean areAtHome(Tenant tenant, List<Labels> targets, int partition, int partitions) {
        return targets.stream().allMatch(labels -> homeOf(tenant, labels, partitions) == partition);
    }

    static int homeOf(Tenant tenant, Labels labels, int partitions) {
        return (int) Long.remainderUnsigned(targetHash(tenant, labels), partitions);
    }

    private static long targetHash(Tenant tenant, Labels labels) {
        return Target.stableHash(labels) ^ tenant.name().hashCode() * 0x9E3779B97F4A7C15L;
    }

    private static long ref(Partition partition, TenantPartition share, int series) {
        share.touch(series);
        return SeriesRef.of(partition.number(), share.index().generationOf(series), series);
    }

    private static long find(Partition in, Tenant tenant, Labels labels) {
        synchronized (in) {
            TenantPartition share = in.tenantLocked(tenant);
            int series = share.index().find(labels);
            return series < 0 ? -1 : ref(in, share, series);
        }
    }

    private long intern(Partition in, TenantPartition share, Labels labels) {
        int before = share.index().seriesCount();
        int series = share.index().intern(labels);
        if (share.index().seriesCount() > before) {
            guard.added(share.tenant(), labels);
        }
        return ref(in, share, series);
    }
}
