package dev.belvedere.tsdb.options;

import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.TimeSource;

/// What a [TsdbStore] stands on. The store closes none of it.
///
/// @param log the ingest log of topic `metrics`
public record TsdbEnvironment(
        IngestLog log, Catalog catalog, SegmentStore segments, TimeSource time, MetricRegistry metrics) {

    /// The topic in catalog records and checkpoints.
    public static final String TOPIC = "metrics";
}
