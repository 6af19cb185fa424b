package dev.belvedere.platform.catalog;

import dev.belvedere.model.Tenant;
import java.util.Map;

/// What the catalog knows of one published segment.
///
/// @param key where the segment store keeps it; never used again for other content
/// @param topic the ingest log it was built from: `metrics`, `logs`, `spans`
/// @param kind what the engine calls this sort of segment
/// @param level 0 as first built, higher after each compaction
/// @param minMillis the earliest time within, inclusive
/// @param maxMillis the latest time within, inclusive
/// @param startOffset the lowest log offset whose content it may hold, inclusive
/// @param endOffset exclusive
/// @param properties what else the engine wants to know without opening it
public record SegmentRecord(
        String key,
        String topic,
        int partition,
        Tenant tenant,
        String kind,
        int level,
        long minMillis,
        long maxMillis,
        long startOffset,
        long endOffset,
        long sizeBytes,
        Map<String, String> properties) {

    public SegmentRecord {
        properties = Map.copyOf(properties);
    }
}
