package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.Map;

/// What operators do to stored metrics and want to know of them.
public interface MetricAdmin {

    /// Brings everything accepted so far into its final form on disk. Returns when that is done.
    void flush();

    /// Hides matching samples from every later query; their bytes go at the next compaction.
    void deleteSeries(Tenant tenant, List<LabelMatcher> matchers, TimeRange range);

    /// Rewrites what deletions were applied to only by hiding, so that its bytes are given back. Returns when that is
    /// done.
    void cleanTombstones();

    /// What is in memory: series with samples of the last days, and those that somebody asked for lately. A store MAY
    /// count more.
    ///
    /// @param topCount entries of each map
    Statistics statistics(Tenant tenant, int topCount, QueryBudget budget);

    /// What of the tenant's samples is in its final form on disk, the oldest first; copies at other resolutions left
    /// out.
    List<StoredBlock> blocks(Tenant tenant);

    /// Immutable samples of many series over a span of time.
    ///
    /// @param key identifies it
    /// @param createdMillis when it was written
    /// @param level 0 as first written, higher after each compaction
    /// @param minMillis the earliest sample's time, inclusive
    /// @param maxMillis the latest sample's time, inclusive
    /// @param seriesCount of all that have samples within
    /// @param chunkCount runs of samples of one series
    record StoredBlock(
            String key,
            long createdMillis,
            int level,
            long minMillis,
            long maxMillis,
            long seriesCount,
            long chunkCount) {}

    /// Cardinality and sizes, as Prometheus' TSDB status page shows them. The maps are ordered, largest first.
    ///
    /// @param seriesCount of all that have samples
    /// @param sampleCount of what is not in its final form on disk yet
    /// @param chunkCount of that too: runs of samples of one series
    /// @param minMillis the earliest sample's time, [Long#MAX_VALUE] if there is none
    /// @param maxMillis the latest sample's time, [Long#MIN_VALUE] if there is none
    record Statistics(
            long seriesCount,
            long sampleCount,
            long chunkCount,
            long minMillis,
            long maxMillis,
            int labelPairCount,
            Map<String, Long> seriesByMetricName,
            Map<String, Long> valuesByLabelName,
            Map<String, Long> bytesByLabelName,
            Map<String, Long> seriesByLabelPair) {}
}
