package dev.belvedere.server.data;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.DirectoryLock;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;

/// The metrics of a data directory that no server has open, for commands: nothing expires, and samples of any age are
/// taken.
public final class MetricsDirectory implements AutoCloseable {

    private static final TsdbOptions.SeriesLimits NO_LIMITS = new TsdbOptions.SeriesLimits(
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, TsdbOptions.SeriesLimits.DEFAULT.activeMillis());

    private final DirectoryLock lock;
    private final LocalIngestLog log;
    private final LocalCatalog catalog;
    private final TsdbStore metrics;

    private MetricsDirectory(Disk disk, Path directory, int partitionsWhenNew, TimeSource time) {
        lock = DirectoryLock.take(directory);
        DataLayout layout = DataLayout.open(disk, directory, partitionsWhenNew);
        log = new LocalIngestLog(
                disk,
                directory.resolve("wal").resolve(TsdbEnvironment.TOPIC),
                layout.partitions(),
                LocalIngestLog.Options.DEFAULT,
                time);
        catalog = new LocalCatalog(disk, directory.resolve("catalog"));
        metrics = TsdbStore.open(
                TsdbOptions.DEFAULT
                        .withRetention(Long.MAX_VALUE, Long.MAX_VALUE)
                        .withWindows(Long.MAX_VALUE, Long.MAX_VALUE)
                        .withLimits(NO_LIMITS),
                new TsdbEnvironment(
                        log,
                        catalog,
                        new LocalSegmentStore(disk, directory.resolve("segments")),
                        time,
                        new MetricRegistry()));
    }

    /// Opens a directory that is there.
    ///
    /// @throws OperationException `data_not_ours`, `data_in_use`, `io_error`
    public static MetricsDirectory open(Disk disk, Path directory, TimeSource time) {
        if (!disk.exists(directory.resolve("layout"))) {
            throw new OperationException("data_not_ours", Fault.USER, directory + " is no data directory");
        }
        return new MetricsDirectory(disk, directory.toAbsolutePath().normalize(), 1, time);
    }

    /// Opens a directory, making it where it is missing.
    public static MetricsDirectory openOrMake(Disk disk, Path directory, int partitionsWhenNew, TimeSource time) {
        return new MetricsDirectory(disk, directory.toAbsolutePath().normalize(), partitionsWhenNew, time);
    }

    public TsdbStore metrics() {
        return metrics;
    }

    @Override
    public void close() {
        metrics.close();
        catalog.close();
        log.close();
        lock.close();
    }
}
