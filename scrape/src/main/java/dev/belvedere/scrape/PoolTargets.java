package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.scrape.config.ScrapeConfig;
import java.util.List;
import java.util.Map;

/// The targets of one job at one moment.
///
/// @param config what the job is told to do
/// @param dropped labels, before relabelling, of targets that a rule dropped; at most as many as
///     `keep_dropped_targets` allows
/// @param droppedCount all that a rule dropped
/// @param metadata of each active target, in the same order
public record PoolTargets(
        ScrapeConfig config,
        List<ActiveTarget> active,
        List<Labels> dropped,
        int droppedCount,
        List<Map<String, MetricMetadata>> metadata) {

    /// The job's name, which is also the name of its scrape pool.
    public String job() {
        return config.jobName();
    }
}
