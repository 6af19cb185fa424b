package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.scrape.relabel.RelabelRule;
import java.util.List;
import java.util.Map;

/// The targets of one job at one moment.
///
/// @param job its name, which is also the name of its scrape pool
/// @param dropped labels, before relabelling, of targets that a rule dropped; at most as many as
///     `keep_dropped_targets` allows
/// @param droppedCount all that a rule dropped
/// @param relabelRules of targets, in order
/// @param metadata of each active target, in the same order
public record PoolTargets(
        String job,
        List<ActiveTarget> active,
        List<Labels> dropped,
        int droppedCount,
        List<RelabelRule> relabelRules,
        List<Map<String, MetricMetadata>> metadata) {}
