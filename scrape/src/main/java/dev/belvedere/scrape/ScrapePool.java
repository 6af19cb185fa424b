package dev.belvedere.scrape;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.TargetGroup;
import dev.belvedere.scrape.discovery.Discovery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The targets of one job: keeps a loop for each that discovery finds and relabelling keeps.
final class ScrapePool {

    private static final System.Logger LOG = System.getLogger(ScrapePool.class.getName());

    /// Shown at most where the configuration names no limit.
    private static final int MAX_DROPPED_SHOWN = 10_000;

    /// What discovery brought, after relabelling.
    private record Found(Map<ScrapeTarget.Identity, ScrapeTarget> targets, List<Labels> dropped, int droppedCount) {}

    /// A new object for every set of discoveries, so that a late delivery of an earlier set is recognised.
    private static final class Sources {
        final List<Discovery> running = new ArrayList<>();
        final List<Optional<List<TargetGroup>>> groups = new ArrayList<>();
    }

    private final ScrapeEnvironment environment;
    private final ScrapeMetrics metrics;

    @GuardedBy("this")
    private ScrapeConfig config;

    @GuardedBy("this")
    private Sources sources = new Sources();

    @GuardedBy("this")
    private final Map<ScrapeTarget.Identity, TargetLoop> loops = new LinkedHashMap<>();

    /// Loops of targets that are gone, which may still wait to end their series.
    @GuardedBy("this")
    private final List<TargetLoop> ending = new ArrayList<>();

    @GuardedBy("this")
    private List<Labels> dropped = List.of();

    @GuardedBy("this")
    private int droppedCount;

    /// Whether the loops still have an earlier configuration.
    @GuardedBy("this")
    private boolean isOutdated;

    @GuardedBy("this")
    private boolean isClosed;

    ScrapePool(ScrapeEnvironment environment, ScrapeMetrics metrics, ScrapeConfig config) {
        this.environment = environment;
        this.metrics = metrics;
        this.config = config;
    }

    void start() {
        synchronized (this) {
            startDiscoveriesLocked();
        }
    }

    @GuardedBy("this")
    private void startDiscoveriesLocked() {
        Sources started = new Sources();
        sources = started;
        Discovery.Environment doors = new Discovery.Environment(
                environment.time(),
                environment.disk(),
                environment.transport(),
                environment.userAgent(),
                metrics.fileDiscoveryErrors(),
                metrics.httpDiscoveryFailures());
        config.discoveries().forEach(discovery -> started.groups.add(Optional.empty()));
        int number = 0;
        for (DiscoveryConfig discovery : config.discoveries()) {
            int index = number++;
            Discovery.start(discovery, doors, groups -> deliver(started, index, groups))
                    .ifPresent(started.running::add);
        }
    }

    private synchronized void deliver(Sources from, int index, List<TargetGroup> groups) {
        if (from != sources || isClosed) {
            return;
        }
        from.groups.set(index, Optional.of(groups));
        boolean isPending = from.groups.stream().anyMatch(Optional::isEmpty);
        // After a reload the old targets stay until all new discoveries have answered: none may seem gone meanwhile.
        if (loops.isEmpty() || !isPending) {
            syncLocked();
        }
    }

    /// Takes on a changed configuration. Targets that stay keep what is known of their series.
    void reconfigure(ScrapeConfig changed) {
        synchronized (this) {
            boolean isSameDiscovery = changed.discoveries().equals(config.discoveries());
            config = changed;
            isOutdated = true;
            if (!isSameDiscovery) {
                sources.running.forEach(Discovery::close);
                startDiscoveriesLocked();
            }
            if (isSameDiscovery || changed.discoveries().isEmpty()) {
                syncLocked();
            }
        }
    }

    /// Makes the loops fit what discovery found.
    @GuardedBy("this")
    private void syncLocked() {
        Found found = findLocked();
        dropped = found.dropped;
        droppedCount = found.droppedCount;
        List<ScrapeTarget.Identity> gone = new ArrayList<>(loops.keySet());
        gone.removeAll(found.targets.keySet());
        ending.removeIf(loop -> !loop.isRunning());
        for (ScrapeTarget.Identity identity : gone) {
            TargetLoop loop = loops.remove(identity);
            if (loop != null) {
                loop.stop(TargetLoop.Stop.GONE);
                ending.add(loop);
            }
        }
        if (isOutdated) {
            loops.values().forEach(loop -> loop.stop(TargetLoop.Stop.HANDED_OVER));
        }
        found.targets.forEach((identity, target) -> {
            TargetLoop present = loops.get(identity);
            if (present == null || isOutdated || !present.target().hasSameSettings(target)) {
                if (present != null) {
                    present.stop(TargetLoop.Stop.HANDED_OVER);
                    present.awaitEnd();
                }
                TargetLoop loop = new TargetLoop(environment, config, target, metrics, Optional.ofNullable(present));
                loops.put(identity, loop);
                loop.start();
            } else {
                present.rediscover(target.discoveredLabels());
            }
        });
        isOutdated = false;
        limitLocked();
    }

    @GuardedBy("this")
    private Found findLocked() {
        Map<ScrapeTarget.Identity, ScrapeTarget> targets = new LinkedHashMap<>();
        List<Labels> droppedNow = new ArrayList<>();
        int droppedNowCount = 0;
        long keep = config.settings().limits().keepDroppedTargets();
        long maxShown = keep > 0 ? keep : MAX_DROPPED_SHOWN;
        for (Optional<List<TargetGroup>> groups : sources.groups) {
            for (TargetGroup group : groups.orElse(List.of())) {
                for (String address : group.addresses()) {
                    Labels discovered = ScrapeTarget.discovered(address, group, config);
                    try {
                        Optional<ScrapeTarget> target = ScrapeTarget.of(discovered, config);
                        if (target.isPresent()) {
                            targets.putIfAbsent(target.get().identity(), target.get());
                        } else if (droppedNowCount++ < maxShown) {
                            droppedNow.add(discovered);
                        }
                    } catch (IllegalArgumentException e) {
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "target left out; job=" + config.jobName() + " target=" + discovered + " error=\""
                                        + e.getMessage() + '"');
                    }
                }
            }
        }
        return new Found(targets, List.copyOf(droppedNow), droppedNowCount);
    }

    @GuardedBy("this")
    private void limitLocked() {
        long limit = config.settings().limits().targets();
        boolean isExceeded = limit > 0 && loops.size() > limit;
        if (isExceeded) {
            metrics.exceededTargetLimit().increment();
        }
        String error = isExceeded
                ? "target_limit exceeded (number of targets: " + loops.size() + ", limit: " + limit + ")"
                : "";
        loops.values().forEach(loop -> loop.forceError(error));
    }

    synchronized ScrapeConfig config() {
        return config;
    }

    synchronized int targetCount() {
        return loops.size();
    }

    synchronized PoolTargets snapshot() {
        List<ActiveTarget> active = new ArrayList<>();
        List<Map<String, MetricMetadata>> metadata = new ArrayList<>();
        for (TargetLoop loop : loops.values()) {
            active.add(loop.snapshot());
            metadata.add(loop.metadata());
        }
        return new PoolTargets(config, active, dropped, droppedCount, metadata);
    }

    /// Stops discovery and all loops; with [TargetLoop.Stop#GONE] their series end a little later.
    void stop(TargetLoop.Stop reason) {
        synchronized (this) {
            isClosed = true;
            sources.running.forEach(Discovery::close);
            for (TargetLoop loop : loops.values()) {
                loop.stop(reason);
                ending.add(loop);
            }
            loops.clear();
        }
    }

    /// Ends loops that still wait to end their series, and waits for all.
    void abandon() {
        List<TargetLoop> left;
        synchronized (this) {
            left = List.copyOf(ending);
        }
        left.forEach(TargetLoop::abandon);
        for (TargetLoop loop : left) {
            loop.awaitEnd();
        }
    }

    synchronized boolean isRunning() {
        return ending.stream().anyMatch(TargetLoop::isRunning);
    }
}
