package dev.belvedere.tsdb.partition;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.MetricCardinality.SeriesCut;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Refuses new series of a metric, a target or a tenant that has too many, over all partitions, and says so. Series
/// that exist go on, and so does everyone else. Safe from any thread.
///
/// What counts are *active* series: those with samples within [TsdbOptions.SeriesLimits#activeMillis]. Between two
/// counts the numbers only rise, by each new series; they are counted anew from the index every ten minutes, and at
/// most once a minute when a limit is hit. So an offender's series free their places when they end.
public final class CardinalityGuard {

    private static final System.Logger LOG = System.getLogger(CardinalityGuard.class.getName());

    private static final long RECOUNT_MILLIS = 10 * 60_000;
    private static final long RECOUNT_AT_LIMIT_MILLIS = 60_000;
    private static final long LOG_INTERVAL_MILLIS = 60_000;

    /// Without a refusal for this long, an offender is one no more.
    private static final long CUT_MILLIS = 5 * 60_000;

    /// Series that have ended are remembered while the block of their last samples is open, a day at least. There may
    /// be this many times the active ones of a full tenant.
    private static final int RECENT_PER_ACTIVE = 4;

    /// Offenders with a name of their own in our metrics; further ones are counted together.
    private static final int MAX_NAMED = 100;

    private static final String OTHERS = "(others)";

    private enum Scope {
        TENANT("tenant", "data.maxSeriesPerTenant"),
        TARGET("target", "data.maxSeriesPerTarget"),
        METRIC("metric", "data.maxSeriesPerMetric");

        private final String label;
        private final String key;

        Scope(String label, String key) {
            this.label = label;
            this.key = key;
        }
    }

    private record OffenderKey(Tenant tenant, Scope scope, String name) {}

    private static final class Offender {
        long active;
        long refused;
        long refusedSinceLog;
        long sinceMillis;
        long lastMillis = Long.MIN_VALUE / 2;
        long loggedMillis = Long.MIN_VALUE / 2;
    }

    private record Tenancy(ActiveSeries counts, long countedMillis) {}

    private final TsdbOptions.SeriesLimits limits;
    private final TimeSource time;
    private final MetricRegistry registry;
    private final BiFunction<Tenant, Long, ActiveSeries> counter;
    private final Map<Tenant, Tenancy> tenancies = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private final Map<OffenderKey, Offender> offenders = new LinkedHashMap<>();

    /// @param counter counts a tenant's series with samples at or after a time
    public CardinalityGuard(
            TsdbOptions.SeriesLimits limits,
            TimeSource time,
            MetricRegistry registry,
            BiFunction<Tenant, Long, ActiveSeries> counter) {
        this.limits = limits;
        this.time = time;
        this.registry = registry;
        this.counter = counter;
    }

    /// Called before a series is made, without any partition's monitor.
    ///
    /// @throws OperationException `too_many_series`
    void requireRoom(Tenant tenant, Labels labels) {
        ActiveSeries counts = counts(tenant);
        if (breach(counts, labels) == null) {
            return;
        }
        counts = recountIfOlder(tenant, RECOUNT_AT_LIMIT_MILLIS);
        Scope scope = breach(counts, labels);
        if (scope != null) {
            throw refused(tenant, scope, labels, counts);
        }
    }

    private @Nullable Scope breach(ActiveSeries counts, Labels labels) {
        if (counts.total() >= limits.perTenant() || isMemoryFull(counts)) {
            return Scope.TENANT;
        }
        if (counts.ofTarget(labels.get("job"), labels.get("instance")) >= limits.perTarget()) {
            return Scope.TARGET;
        }
        return counts.ofMetric(labels.metricName()) >= limits.perMetric() ? Scope.METRIC : null;
    }

    private boolean isMemoryFull(ActiveSeries counts) {
        return counts.recent() / RECENT_PER_ACTIVE >= limits.perTenant();
    }

    /// Called after a series was made.
    void added(Tenant tenant, Labels labels) {
        counts(tenant).add(labels.metricName(), labels.get("job"), labels.get("instance"));
    }

    private ActiveSeries counts(Tenant tenant) {
        Tenancy known = tenancies.get(tenant);
        return known == null ? recountIfOlder(tenant, 0) : known.counts();
    }

    private ActiveSeries recountIfOlder(Tenant tenant, long millis) {
        long now = time.currentMillis();
        return tenancies
                .compute(
                        tenant,
                        (key, known) -> known != null && now - known.countedMillis() < millis
                                ? known
                                : new Tenancy(counter.apply(key, now - limits.activeMillis()), now))
                .counts();
    }

    /// Counts anew where that was long ago.
    public void maintain() {
        for (Tenant tenant : tenancies.keySet()) {
            recountIfOlder(tenant, RECOUNT_MILLIS);
        }
    }

    private OperationException refused(Tenant tenant, Scope scope, Labels labels, ActiveSeries counts) {
        String job = labels.get("job");
        String instance = labels.get("instance");
        String metric = labels.metricName();
        String what = switch (scope) {
            case TENANT -> tenant.name();
            case TARGET -> "job=\"" + job + "\" instance=\"" + instance + "\"";
            case METRIC -> metric;
        };
        long active = switch (scope) {
            case TENANT -> counts.total();
            case TARGET -> counts.ofTarget(job, instance);
            case METRIC -> counts.ofMetric(metric);
        };
        note(new OffenderKey(tenant, scope, what), active);
        boolean isMemoryFull = counts.total() < limits.perTenant() && isMemoryFull(counts);
        String advice = scope == Scope.TENANT
                ? (isMemoryFull ? ", and " + counts.recent() + " had samples within a day" : "")
                        + ": drop what nobody needs, or raise "
                : ": drop labels that vary without end, or raise ";
        return OperationException.untraced(
                "too_many_series",
                Fault.USER,
                scope.label + " " + what + " has " + active + " active series, limit " + limitOf(scope) + advice
                        + scope.key);
    }

    private int limitOf(Scope scope) {
        return switch (scope) {
            case TENANT -> limits.perTenant();
            case TARGET -> limits.perTarget();
            case METRIC -> limits.perMetric();
        };
    }

    private synchronized void note(OffenderKey key, long active) {
        OffenderKey named = offenders.containsKey(key) || offenders.size() < MAX_NAMED
                ? key
                : new OffenderKey(key.tenant(), key.scope(), OTHERS);
        Offender offender = offenders.get(named);
        if (offender == null) {
            offender = new Offender();
            offenders.put(named, offender);
            register(named, offender);
        }
        long now = time.currentMillis();
        if (now - offender.lastMillis > CUT_MILLIS) {
            offender.sinceMillis = now;
        }
        offender.active = active;
        offender.refused++;
        offender.refusedSinceLog++;
        offender.lastMillis = now;
        if (now - offender.loggedMillis >= LOG_INTERVAL_MILLIS) {
            LOG.log(
                    Level.WARNING,
                    "new series are refused {0}={1} tenant={2} active={3} limit={4} key={5} refused={6}",
                    key.scope().label,
                    named.name(),
                    key.tenant(),
                    Long.toString(active),
                    Integer.toString(limitOf(key.scope())),
                    key.scope().key,
                    Long.toString(offender.refusedSinceLog));
            offender.refusedSinceLog = 0;
            offender.loggedMillis = now;
        }
    }

    private void register(OffenderKey key, Offender offender) {
        String[] labels = {"tenant", key.tenant().name(), "scope", key.scope().label, "name", key.name()};
        registry.counter(
                "belvedere_tsdb_refused_series_total",
                "New series refused by a cardinality limit, by the offender; one that is sent again counts again.",
                () -> refusedOf(offender),
                labels);
        registry.gauge(
                "belvedere_tsdb_series_limit_reached",
                "1 while new series of the offender are refused, 0 once none was for five minutes.",
                () -> isCutting(offender) ? 1 : 0,
                labels);
    }

    private synchronized long refusedOf(Offender offender) {
        return offender.refused;
    }

    private synchronized boolean isCutting(Offender offender) {
        return time.currentMillis() - offender.lastMillis <= CUT_MILLIS;
    }

    public synchronized List<SeriesCut> cuts(Tenant tenant) {
        List<SeriesCut> cuts = new ArrayList<>();
        offenders.forEach((key, offender) -> {
            if (key.tenant().equals(tenant) && isCutting(offender)) {
                cuts.add(new SeriesCut(
                        key.scope().label,
                        key.name(),
                        offender.active,
                        limitOf(key.scope()),
                        key.scope().key,
                        offender.refused,
                        offender.sinceMillis));
            }
        });
        cuts.sort(Comparator.comparingLong(SeriesCut::refused).reversed());
        return cuts;
    }
}
