package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.log.SyncListener;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.MetricAdmin;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.maintenance.Maintenance;
import dev.belvedere.tsdb.maintenance.Recovery;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.ActiveSeries;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.CardinalityGuard;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.SeriesPlacement;
import dev.belvedere.tsdb.partition.SeriesPresence;
import dev.belvedere.tsdb.partition.SeriesRef;
import dev.belvedere.tsdb.partition.StoreMetrics;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.statistics.CardinalityBuilder;
import dev.belvedere.tsdb.statistics.StatisticsBuilder;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Metrics at rest on one machine: a head in memory backed by the ingest log, blocks in the segment store.
///
/// Locks: background work is serialised by [#maintenance], which is taken before a partition's monitor, never
/// after; at most one partition's monitor is held at a time.
public final class TsdbStore implements MetricStore, MetricAdmin, MetricCardinality, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TsdbStore.class.getName());

    private static final long DEFAULT_MAX_EXEMPLARS = 100_000;

    /// What a metric and its bytes are taken to cost in a map; the names are the index's.
    private static final int METRIC_BYTES = 64;

    private final TsdbOptions options;
    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;
    private final List<Partition> partitions = new ArrayList<>();
    private final Map<Tenant, TenantMemory> memories = new ConcurrentHashMap<>();
    private final CardinalityGuard guard;
    private final long marginMillis;
    private final SeriesPlacement placement;
    private final MergedLists<String> mergedTexts = new MergedLists<>(Labels::compareUtf8);
    private final MergedLists<Labels> mergedLabels = new MergedLists<>(Labels::compareTo);
    private volatile long maxExemplars = DEFAULT_MAX_EXEMPLARS;
    private final Object maintenance = new Object();

    @GuardedBy("maintenance")
    private final Maintenance background;

    private TsdbStore(TsdbOptions options, TsdbEnvironment environment) {
        this.options = options;
        this.environment = environment;
        this.metrics = StoreMetrics.in(environment.metrics());
        for (int p = 0; p < environment.log().partitions(); p++) {
            partitions.add(new Partition(p, environment, options.retention(), metrics));
        }
        boolean hasWindows = !options.retention().rollups().isEmpty()
                || environment.catalog().state().segments(TsdbEnvironment.TOPIC).stream()
                        .anyMatch(record -> record.kind().equals(BlockNames.ROLLUP));
        this.marginMillis = hasWindows ? 2 * options.blockSpanMillis() : 0;
        this.guard =
                new CardinalityGuard(options.limits(), environment.time(), environment.metrics(), this::countActive);
        this.placement = new SeriesPlacement(guard, partitions);
        this.background = new Maintenance(options, environment, metrics, partitions, this::noteChange);
    }

    /// Opens the published blocks and replays the log behind their checkpoints, each partition in a thread of its
    /// own.
    ///
    /// @throws OperationException `io_error` if log, catalog or segments cannot be read
    public static TsdbStore open(TsdbOptions options, TsdbEnvironment environment) {
        TsdbStore store = new TsdbStore(options, environment);
        store.recover();
        StoreGauges.register(store, environment.metrics());
        return store;
    }

    private void recover() {
        Recovery.requireSupported(environment);
        Recovery.removeOrphans(environment, BlockNames.PREFIX);
        CatalogState state = environment.catalog().state();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (Partition partition : partitions) {
            Thread thread = new Thread(
                    () -> {
                        Recovery recovery = new Recovery(environment, metrics, partition, options.blockSpanMillis());
                        recovery.takeBlocks(state);
                        partition.opener().putAsideDamaged(partition);
                        recovery.replay(state.checkpoint(TsdbEnvironment.TOPIC, partition.number()));
                    },
                    "tsdb-recovery-" + partition.number());
            thread.setUncaughtExceptionHandler((t, failure) -> {
                synchronized (failures) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
            thread.start();
        }
        joinAll(threads);
        synchronized (failures) {
            if (!failures.isEmpty()) {
                Throwable first = failures.getFirst();
                throw first instanceof OperationException known
                        ? known
                        : new OperationException(
                                "recovery_failed",
                                Fault.BUG,
                                "could not bring the metrics store back: " + first,
                                first);
            }
        }
    }

    private static void joinAll(List<Thread> threads) {
        boolean wasInterrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// One round of background work: writes full heads to blocks, compacts, applies retention, truncates the log.
    /// The server calls this from a loop, every few seconds. A failure is logged, counted and tried again in the
    /// next round.
    public void maintain() {
        guard.maintain();
        synchronized (maintenance) {
            try {
                background.maintain();
            } catch (OperationException e) {
                metrics.maintenanceFailures().increment();
                LOG.log(Level.WARNING, "background work on metrics failed and will be tried again", e);
            }
        }
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions appendOptions) {
        return new TsdbAppender(this, tenant, appendOptions);
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return new TsdbQuerier(this, tenant, budget);
    }

    @Override
    public Optional<ChangeLog> changes(Tenant tenant) {
        return Optional.of(memory(tenant).changes());
    }

    private long hiddenBefore() {
        return options.retention().hiddenBefore(environment.time().currentMillis());
    }

    /// Notes that what queries see has changed from a time on, otherwise than by a commit.
    private void noteChange(Tenant tenant, long lowestMillis) {
        memory(tenant).changes().note(lowestMillis);
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, options.outOfOrderWindowMillis());
    }

    /// How many exemplars each tenant may have from now on (`storage.exemplars.max_exemplars`); 0 or less for none.
    public void limitExemplars(long max) {
        maxExemplars = max;
        memories.values().forEach(memory -> memory.exemplars().limit(max));
    }

    @Override
    public void flush() {
        synchronized (maintenance) {
            background.flush();
        }
    }

    @Override
    public void cleanTombstones() {
        synchronized (maintenance) {
            background.cleanTombstones();
        }
    }

    @Override
    public void deleteSeries(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
        synchronized (maintenance) {
            background.delete(tenant, matchers, range);
        }
    }

    private void openAllBlocks(Tenant tenant, QueryBudget budget) {
        partitions.forEach(partition -> partition.openBlocks(tenant, TimeRange.ALWAYS, budget));
    }

    @Override
    public Statistics statistics(Tenant tenant, int topCount, QueryBudget budget) {
        return new StatisticsBuilder(topCount, budget).build(tenant, partitions);
    }

    @Override
    public List<StoredBlock> blocks(Tenant tenant) {
        openAllBlocks(tenant, QueryBudget.unlimited());
        return BlockList.of(tenant, partitions);
    }

    @Override
    public Cardinality cardinality(Tenant tenant, MetricCardinality.Request request, QueryBudget budget) {
        openAllBlocks(tenant, budget);
        return new CardinalityBuilder(request, environment.time().currentMillis(), budget).build(tenant, partitions);
    }

    @Override
    public Map<String, Long> bytesByMetric(Tenant tenant, QueryBudget budget) {
        openAllBlocks(tenant, budget);
        Map<String, Long> all = new HashMap<>();
        for (Partition partition : partitions) {
            List<Block> blocks;
            IndexView view;
            synchronized (partition) {
                Optional<TenantPartition> share = partition.findTenantLocked(tenant);
                if (share.isEmpty()) {
                    continue;
                }
                blocks = new ArrayList<>(share.get().blocks());
                blocks.addAll(share.get().rollups().all());
                view = share.get().index().view();
                blocks.forEach(Block::pin);
            }
            try {
                blocks.forEach(block ->
                        block.bytesByMetric(view).forEach((metric, bytes) -> all.merge(metric, bytes, Long::sum)));
            } finally {
                blocks.forEach(Block::unpin);
            }
        }
        budget.holdBytes((long) METRIC_BYTES * all.size());
        return all;
    }

    @Override
    public List<SeriesCut> cuts(Tenant tenant) {
        return guard.cuts(tenant);
    }

    private ActiveSeries countActive(Tenant tenant, long sinceMillis) {
        ActiveSeries counts = new ActiveSeries();
        long recentMillis = environment.time().currentMillis() - options.blockSpanMillis();
        for (Partition partition : partitions) {
            synchronized (partition) {
                partition.findTenantLocked(tenant).ifPresent(share -> {
                    share.openBlocks(sinceMillis, Long.MAX_VALUE);
                    SeriesPresence presence = share.presence();
                    int recent =
                            presence.withSamples(recentMillis, Long.MAX_VALUE).cardinality();
                    counts.add(share.index(), presence.withSamples(sinceMillis, Long.MAX_VALUE), recent);
                });
            }
        }
        return counts;
    }

    /// Stops background work. What was committed is in the log or in blocks already.
    @Override
    public void close() {
        synchronized (maintenance) {
            background.close();
        }
    }

    MergedLists<String> mergedTexts() {
        return mergedTexts;
    }

    MergedLists<Labels> mergedLabels() {
        return mergedLabels;
    }

    int partitionCount() {
        return partitions.size();
    }

    /// How far beside a query's range blocks have to be open: windows are judged by the samples before and behind them.
    long marginMillis() {
        return marginMillis;
    }

    long blockSpanMillis() {
        return options.blockSpanMillis();
    }

    Partition partition(int number) {
        return partitions.get(number);
    }

    public List<Partition> partitions() {
        return partitions;
    }

    void awaitDurable(int partition, long offset) {
        if (offset == Partition.NOT_DURABLE) {
            throw notDurable();
        }
        environment.log().awaitDurable(partition, offset);
    }

    void whenDurable(int partition, long offset, SyncListener listener) {
        if (offset == Partition.NOT_DURABLE) {
            listener.failed(notDurable());
            return;
        }
        environment.log().whenDurable(partition, offset, listener);
    }

    private static OperationException notDurable() {
        return new OperationException(
                "io_error",
                Fault.DEPENDENCY,
                "the ingest log has failed to sync, and what it lost is in no block yet; send the samples again");
    }

    Partition.Bounds bounds(AppendOptions appendOptions) {
        long now = environment.time().currentMillis();
        return new Partition.Bounds(
                Retention.cutoff(options.retention().longestMillis(), now),
                saturatedAdd(now, options.maxFutureMillis()),
                appendOptions.takesAnyAge() ? Long.MAX_VALUE : options.outOfOrderWindowMillis());
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : sum;
    }

    TenantMemory memory(Tenant tenant) {
        return memories.computeIfAbsent(
                tenant, key -> new TenantMemory(this::hiddenBefore, new ExemplarRing(maxExemplars)));
    }

    long series(Tenant tenant, Labels labels) {
        return placement.place(tenant, labels);
    }

    /// @return false if it was refused; one that is not kept because none are kept was not
    boolean addExemplar(Tenant tenant, long ref, Exemplar exemplar) {
        int number = SeriesRef.partition(ref);
        if (number < 0 || number >= partitions.size()) {
            return false;
        }
        Partition partition = partitions.get(number);
        Labels labels;
        synchronized (partition) {
            Optional<TenantPartition> share = partition.findTenantLocked(tenant);
            if (share.isEmpty() || !SeriesRef.isCurrent(ref, share.get().index())) {
                return false;
            }
            labels = share.get().index().view().labels(SeriesRef.series(ref));
        }
        boolean isKept = memory(tenant).exemplars().add(labels, exemplar);
        (isKept ? metrics.exemplars() : metrics.exemplarsDropped()).increment();
        return isKept || !ExemplarRing.isTooLong(exemplar);
    }
}
