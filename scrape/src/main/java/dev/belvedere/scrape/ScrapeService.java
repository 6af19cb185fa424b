package dev.belvedere.scrape;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Scrapes whatever the configuration says, until it says something else. Safe from any thread.
///
/// [#apply] may be called again and again: jobs that did not change are not touched, and a target that stays keeps
/// its series, so that a reload leaves no gap. Closing ends no series: the process is expected to come back.
public final class ScrapeService implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ScrapeService.class.getName());

    private final ScrapeEnvironment environment;
    private final ScrapeMetrics metrics;

    @GuardedBy("this")
    private final Map<String, ScrapePool> pools = new LinkedHashMap<>();

    /// Pools of jobs that are gone, whose loops may still wait to end their series.
    @GuardedBy("this")
    private final List<ScrapePool> ending = new ArrayList<>();

    public ScrapeService(ScrapeEnvironment environment) {
        this.environment = environment;
        this.metrics = ScrapeMetrics.in(environment.registry(), environment.disk());
        environment.registry().gauge("prometheus_target_scrape_pools", "Jobs that are scraped.", () -> pools().size());
    }

    /// Takes on a configuration.
    public void apply(PrometheusConfig config) {
        config.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        synchronized (this) {
            Map<String, ScrapePool> former = new LinkedHashMap<>(pools);
            pools.clear();
            for (ScrapeConfig job : config.scrapeConfigs()) {
                ScrapePool present = former.remove(job.jobName());
                pools.put(job.jobName(), present == null ? startLocked(job) : present);
                if (present != null && !present.config().equals(job)) {
                    metrics.poolReloads().increment();
                    present.reconfigure(job);
                }
            }
            for (ScrapePool gone : former.values()) {
                gone.stop(TargetLoop.Stop.GONE);
                ending.add(gone);
            }
            ending.removeIf(pool -> !pool.isRunning());
        }
    }

    @GuardedBy("this")
    private ScrapePool startLocked(ScrapeConfig job) {
        ScrapePool pool = new ScrapePool(environment, metrics, job);
        pool.start();
        environment
                .registry()
                .gauge(
                        "prometheus_target_scrape_pool_targets",
                        "Targets of a job.",
                        () -> targetCount(job.jobName()),
                        "scrape_job",
                        job.jobName());
        return pool;
    }

    private synchronized int targetCount(String job) {
        ScrapePool pool = pools.get(job);
        return pool == null ? 0 : pool.targetCount();
    }

    private synchronized List<ScrapePool> pools() {
        return List.copyOf(pools.values());
    }

    /// All targets as they stand, by job in the order of the configuration.
    public List<PoolTargets> targets() {
        return pools().stream().map(ScrapePool::snapshot).toList();
    }

    /// Stops everything and returns when nothing is written any more.
    @Override
    public void close() {
        List<ScrapePool> all;
        synchronized (this) {
            all = new ArrayList<>(ending);
            all.addAll(pools.values());
            pools.clear();
            ending.clear();
        }
        all.forEach(pool -> pool.stop(TargetLoop.Stop.HANDED_OVER));
        all.forEach(ScrapePool::abandon);
    }
}
