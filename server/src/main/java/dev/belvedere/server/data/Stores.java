package dev.belvedere.server.data;

import dev.belvedere.eventdb.EventStore;
import dev.belvedere.eventdb.EventStorePlatform;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DirectoryLock;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.config.StorageConfig;
import dev.belvedere.server.config.DataConfig;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The data directory opened: logs, catalog, segments, and the engines over them.
public final class Stores implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Stores.class.getName());

    /// Heads may fill within seconds.
    private static final long MAINTENANCE_SECONDS = 1;

    private static final int ROUNDS_OF_EVENTS = 5;
    private static final String LOGS = "logs";
    private static final String SPANS = "spans";

    /// As many as processors, one queue: what was written while all of them were busy is synced together when its turn
    /// comes.
    private final ExecutorService ingestThreads = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("ingest-", 0).factory());

    private final DirectoryLock lock;
    private final NativeLibraries libraries;
    private final Map<String, LocalIngestLog> logs = new TreeMap<>();
    private final Catalog catalog;
    private final TsdbStore metrics;
    private final EventStore events;
    private final Path directory;
    private final Snapshots snapshots;
    private final TimeSource time;
    private final Thread maintenance;

    /// Ends the maintenance between two rounds. An interrupt could close a file in the middle of one.
    private final CountDownLatch closing = new CountDownLatch(1);

    private Stores(DataConfig config, StorageConfig retention, Disk disk, TimeSource time, MetricRegistry registry) {
        this.time = time;
        this.directory = config.directory().toAbsolutePath().normalize();
        this.lock = DirectoryLock.take(directory);
        this.libraries = NativeLibraries.at(disk, directory.resolve("native"));
        DataLayout layout = DataLayout.open(disk, directory, config.partitions());
        LocalIngestLog.Options options = new LocalIngestLog.Options(
                LocalIngestLog.Options.DEFAULT.fileBytes(), config.reserveBytes(), ingestThreads);
        for (String topic : new String[] {TsdbEnvironment.TOPIC, LOGS, SPANS}) {
            Path folder = directory.resolve("wal").resolve(topic);
            logs.put(topic, new LocalIngestLog(disk, folder, layout.partitions(), options, time));
        }
        this.catalog = new LocalCatalog(disk, directory.resolve("catalog"));
        this.snapshots = new Snapshots(disk, directory, layout, catalog);
        LocalSegmentStore segments = new LocalSegmentStore(disk, directory.resolve("segments"));
        segments.removeBrokenOff();
        // Both engines replay their logs: together, since each keeps at most one core busy most of the time.
        CompletableFuture<EventStore> openedEvents = CompletableFuture.supplyAsync(() -> EventStore.open(
                config.events(), new EventStorePlatform(log(LOGS), log(SPANS), catalog, segments, time, registry)));
        this.metrics = TsdbStore.open(
                metricOptions(config, retention, totalBytes(disk, directory)),
                new TsdbEnvironment(log(TsdbEnvironment.TOPIC), catalog, segments, time, registry));
        this.metrics.limitExemplars(retention.maxExemplars());
        this.events = joined(openedEvents);
        register(registry);
        this.maintenance = Thread.ofPlatform().name("maintenance").daemon().start(this::maintain);
    }

    /// Opens the directory, making it where it is missing, and replays what the engines had in memory.
    ///
    /// @throws OperationException `data_in_use`, `data_not_ours`, `io_error`
    public static Stores open(
            DataConfig config, StorageConfig retention, Disk disk, TimeSource time, MetricRegistry registry) {
        return new Stores(config, retention, disk, time, registry);
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private LocalIngestLog log(String topic) {
        LocalIngestLog log = logs.get(topic);
        if (log == null) {
            throw new IllegalArgumentException("no ingest log of topic " + topic);
        }
        return log;
    }

    /// What prometheus.yml does not say stays as the engine has it.
    private static TsdbOptions metricOptions(DataConfig config, StorageConfig retention, long totalBytes) {
        TsdbOptions defaults = TsdbOptions.DEFAULT;
        return defaults.withRetention(new Retention(
                        retention.retentionMillis() > 0 ? retention.retentionMillis() : defaults.retentionMillis(),
                        budget(retention, totalBytes),
                        config.metrics().rules(),
                        config.metrics().rollups()))
                .withHead(config.metrics().flushAgeMillis(), defaults.headMaxBytes())
                .withHeadsMaxBytes(config.metrics().flushBytes())
                .withWindows(
                        Math.max(retention.outOfOrderWindowMillis(), defaults.outOfOrderWindowMillis()),
                        defaults.maxFutureMillis())
                .withScrubPeriod(config.metrics().scrubPeriodMillis())
                .withLimits(config.series());
    }

    private static long totalBytes(Disk disk, Path directory) {
        try {
            return disk.totalBytes(directory);
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "the size of the disk of " + directory + " cannot be told", e);
        }
    }

    /// What metrics may take: the less of size and percentage.
    private static long budget(StorageConfig retention, long totalBytes) {
        long bytes = retention.retentionBytes() > 0 ? retention.retentionBytes() : Long.MAX_VALUE;
        return retention.retentionPercent() > 0
                ? Math.clamp((long) (totalBytes * retention.retentionPercent() / 100), 1, bytes)
                : bytes;
    }

    private void register(MetricRegistry registry) {
        logs.forEach((topic, log) -> {
            registry.gauge(
                    "belvedere_ingest_log_size_bytes",
                    "Bytes of the ingest log on disk.",
                    log::sizeBytes,
                    "topic",
                    topic);
            registry.gauge(
                    "belvedere_segment_size_bytes",
                    "Bytes of published segments.",
                    () -> segmentBytes(topic),
                    "topic",
                    topic);
            registry.gauge(
                    "belvedere_segments",
                    "Published segments.",
                    () -> catalog.state().segments(topic).size(),
                    "topic",
                    topic);
        });
    }

    private long segmentBytes(String topic) {
        return catalog.state().segments(topic).stream()
                .mapToLong(SegmentRecord::sizeBytes)
                .sum();
    }

    private void maintain() {
        try {
            for (long round = 1; !closing.await(MAINTENANCE_SECONDS, TimeUnit.SECONDS); round++) {
                maintainOne("metrics", metrics::maintain);
                if (round % ROUNDS_OF_EVENTS == 0) {
                    maintainOne("logs and traces", events::maintain);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A round that fails is repeated by the next; what it would have written is still in the log.
    private static void maintainOne(String what, Runnable round) {
        try {
            round.run();
        } catch (OperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "background work on " + what + " failed and will be repeated: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "background work on " + what + " failed by a bug", e);
        }
    }

    /// For work on samples that waits for nothing. They also sync the ingest logs for those who do not wait for it.
    public Executor ingestThreads() {
        return ingestThreads;
    }

    public TsdbStore metrics() {
        return metrics;
    }

    public LogStore logs() {
        return events.logs();
    }

    public TraceStore traces() {
        return events.traces();
    }

    /// Absolute.
    public Path directory() {
        return directory;
    }

    /// Where small state is kept.
    public Path stateDirectory() {
        return directory.resolve("state");
    }

    /// Bytes on disk by part.
    public Map<String, Long> sizeBytes() {
        long wal = logs.values().stream().mapToLong(LocalIngestLog::sizeBytes).sum();
        long segments = logs.keySet().stream().mapToLong(this::segmentBytes).sum();
        return Map.of("wal", wal, "segments", segments);
    }

    /// Brings everything accepted into its final form on disk.
    public void flush() {
        metrics.flush();
        events.flush();
    }

    /// Makes a data directory of what is kept at this moment, without a second copy of its bytes.
    ///
    /// @param skipsHead whether to leave out what is in memory and the log only
    /// @return its name below `snapshots`
    public String snapshot(boolean skipsHead) {
        if (!skipsHead) {
            flush();
        }
        return snapshots.take(time.currentMillis());
    }

    /// Everything acknowledged is in the log already; nothing is written.
    @Override
    public void close() {
        closing.countDown();
        try {
            maintenance.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ingestThreads.close();
        events.close();
        metrics.close();
        catalog.close();
        logs.values().forEach(LocalIngestLog::close);
        libraries.close();
        lock.close();
    }
}
