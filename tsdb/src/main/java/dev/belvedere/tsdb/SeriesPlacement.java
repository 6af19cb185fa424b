package dev.belvedere.tsdb;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Finds the partition of a series, and makes series that are new. Safe from any thread.
///
/// All series of a target live in its home partition, so that a scrape is one frame. A target with more than
/// [#HOME_SERIES] spreads: what comes after those lives where the hash of its labels says. A series never moves:
/// it is looked up in both places before it is made, and a home that was full once does not become less full
/// while the process lives.
final class SeriesPlacement {

    static final int HOME_SERIES = 20_000;

    private final TsdbOptions.SeriesLimits limits;
    private final List<Partition> partitions;

    SeriesPlacement(TsdbOptions.SeriesLimits limits, List<Partition> partitions) {
        this.limits = limits;
        this.partitions = partitions;
    }

    /// The ref of a series: its partition in the high half, its number there in the low half.
    ///
    /// @param tenantSeries how many series the tenant has
    long place(Tenant tenant, Labels labels, AtomicInteger tenantSeries) {
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
        synchronized (home) {
            SeriesIndex index = home.tenantLocked(tenant).index();
            if (away == home || index.seriesOfTarget(labels) < HOME_SERIES) {
                return intern(home, tenant, index, labels, tenantSeries);
            }
        }
        synchronized (away) {
            return intern(away, tenant, away.tenantLocked(tenant).index(), labels, tenantSeries);
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

    private long intern(Partition in, Tenant tenant, SeriesIndex index, Labels labels, AtomicInteger tenantSeries) {
        int before = index.seriesCount();
        int series = index.find(labels);
        if (series < 0) {
            requireRoom(tenant, index, labels, tenantSeries.get());
            series = index.intern(labels);
            tenantSeries.addAndGet(index.seriesCount() - before);
        }
        return ref(in, series);
    }

    private void requireRoom(Tenant tenant, SeriesIndex index, Labels labels, int ofTenant) {
        if (ofTenant >= limits.perTenant()) {
            throw tooMany("tenant " + tenant + " has " + ofTenant + " series, limit " + limits.perTenant()
                    + ": drop what nobody needs, or raise data.maxSeriesPerTenant");
        }
        long here = index.seriesOfTarget(labels);
        long ofTarget = here <= HOME_SERIES ? here : here * partitions.size();
        if (ofTarget >= limits.perTarget()) {
            throw tooMany("target job=\"" + labels.get("job") + "\" instance=\"" + labels.get("instance") + "\" has "
                    + ofTarget + " series, limit " + limits.perTarget()
                    + ": drop labels that vary without end, or raise data.maxSeriesPerTarget");
        }
        int ofMetric = index.seriesOfMetric(labels.metricName());
        if (ofMetric >= limits.perMetric()) {
            throw tooMany("metric " + labels.metricName() + " has " + ofMetric + " series in one partition, limit "
                    + limits.perMetric()
                    + ": drop labels that vary without end, or raise data.maxSeriesPerMetric");
        }
    }

    private static OperationException tooMany(String message) {
        return new OperationException("too_many_series", Fault.USER, message);
    }
}
