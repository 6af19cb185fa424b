package dev.belvedere.eventdb;

import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;

/// An event store with all it stands on, on one disk; what a process would open at its start.
final class EventStoreFixture implements AutoCloseable {

    static final int PARTITIONS = 2;

    static final EventStoreOptions OPTIONS = EventStoreOptions.DEFAULT;

    final Disk disk;
    final Path root;
    final ManualTime time;
    final MetricRegistry metrics = new MetricRegistry();
    final IngestLog logs;
    final IngestLog spans;
    final Catalog catalog;
    final SegmentStore segments;
    final EventStore store;

    EventStoreFixture(Disk disk, Path root) {
        this(disk, root, OPTIONS, new ManualTime(1_772_431_200_000L));
    }

    EventStoreFixture(Disk disk, Path root, EventStoreOptions options, ManualTime time) {
        this(disk, root, options, time, new LocalSegmentStore(disk, root.resolve("segments")));
    }

    EventStoreFixture(Disk disk, Path root, EventStoreOptions options, ManualTime time, SegmentStore segments) {
        this.disk = disk;
        this.root = root;
        this.time = time;
        LocalIngestLog.Options logOptions = new LocalIngestLog.Options(64 * 1024, 0);
        this.logs = new LocalIngestLog(disk, root.resolve("wal/logs"), PARTITIONS, logOptions, time);
        this.spans = new LocalIngestLog(disk, root.resolve("wal/spans"), PARTITIONS, logOptions, time);
        this.catalog = new LocalCatalog(disk, root.resolve("catalog"));
        this.segments = segments;
        this.store = EventStore.open(options, new EventStorePlatform(logs, spans, catalog, segments, time, metrics));
    }

    /// Lets ten minutes pass and compacts until nothing is left to do.
    void compactAll() {
        int before;
        do {
            before = catalog.state().segments().size();
            store.maintain();
        } while (catalog.state().segments().size() < before);
        time.advance(Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        store.close();
        catalog.close();
        logs.close();
        spans.close();
    }
}
