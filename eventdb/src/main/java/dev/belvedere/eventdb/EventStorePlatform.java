package dev.belvedere.eventdb;

import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.TimeSource;

/// What an [EventStore] stands on. Its owner closes it after the store.
///
/// @param logs the ingest log of topic `logs`
/// @param spans the ingest log of topic `spans`
public record EventStorePlatform(
        IngestLog logs,
        IngestLog spans,
        Catalog catalog,
        SegmentStore segments,
        TimeSource time,
        MetricRegistry metrics) {}
