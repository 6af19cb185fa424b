package dev.belvedere.tsdb;

import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;

/// A store with everything it stands on, on one disk.
public record StoreOnDisk(
        TsdbStore store, LocalIngestLog log, LocalCatalog catalog, LocalSegmentStore segments, MetricRegistry metrics) {

    public static StoreOnDisk open(Disk disk, Path root, int partitions, TsdbOptions options, TimeSource time) {
        LocalIngestLog log =
                new LocalIngestLog(disk, root.resolve("wal"), partitions, new LocalIngestLog.Options(4 << 20, 0), time);
        LocalCatalog catalog = new LocalCatalog(disk, root.resolve("catalog"));
        LocalSegmentStore segments = new LocalSegmentStore(disk, root.resolve("segments"));
        MetricRegistry metrics = new MetricRegistry();
        TsdbStore store = TsdbStore.open(options, new TsdbEnvironment(log, catalog, segments, time, metrics));
        return new StoreOnDisk(store, log, catalog, segments, metrics);
    }

    public void close() {
        store.close();
        catalog.close();
        log.close();
    }
}
