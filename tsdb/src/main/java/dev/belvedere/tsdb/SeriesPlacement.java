package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.util.List;

/// Finds the partition of a series, and makes series that are new. Safe from any thread.
///
/// All series of a target live in its home partition, so that a scrape is one frame. A target with more than
/// [#HOME_SERIES] spreads: what comes after those lives where the hash of its labels says. A series never moves:
/// it is looked up in both places before it is made, and a home that was full once does not become less full
/// while the process lives.
final class SeriesPlacement {

    static final int HOME_SERIES = 20_000;

    private final CardinalityGuard guard;
    private final List<Partition> partitions;

    SeriesPlacement(CardinalityGuard guard, List<Partition> partitions) {
        this.guard = guard;
        this.partitions = partitions;
    }

    /// The ref of a series: its partition in the high half, its number there in the low half.
    ///
    /// @throws dev.belvedere.model.OperationException `too_many_series`
    long place(Tenant tenant, Labels labels) {
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
            SeriesIndex index = home.tenantLocked(tenant).index();
            if (away == home || index.seriesOfTarget(labels) < HOME_SERIES) {
                return intern(home, tenant, index, labels);
            }
        }
        synchronized (away) {
            return intern(away, tenant, away.tenantLocked(tenant).index(), labels);
        }
    }

    static int homeOf(Tenant tenant, Labels labels, int partitions) {
        return (int) Long.remainderUnsigned(
                Target.stableHash(labels) ^ tenant.name().hashCode() * 0x9E3779B97F4A7C15L, partitions);
    }

    private static long ref(Partition partition, int series) {
        return (long) partition.number() << 32 | series;
    }

    private static long find(Partition in, Tenant tenant, Labels labels) {
        synchronized (in) {
            int series = in.tenantLocked(tenant).index().find(labels);
            return series < 0 ? -1 : ref(in, series);
        }
    }

    private long intern(Partition in, Tenant tenant, SeriesIndex index, Labels labels) {
        int before = index.seriesCount();
        int series = index.intern(labels);
        if (index.seriesCount() > before) {
            guard.added(tenant, labels);
        }
        return ref(in, series);
    }
}
