package dev.belvedere.model.metrics;

import dev.belvedere.model.labels.Labels;
import java.util.List;

/// A metric as a process exposes it at one moment: its metadata and all its samples.
///
/// @param name without a type's suffix for histograms and summaries; counters carry their `_total`
/// @param points in the order in which they are exposed
public record MetricFamily(String name, MetricType type, String unit, String help, List<Point> points) {

    public MetricFamily {
        points = List.copyOf(points);
    }

    /// One sample of the family.
    ///
    /// @param name the family's name, for histograms and summaries with `_bucket`, `_sum` or `_count` behind it
    /// @param labels without `__name__`
    public record Point(String name, Labels labels, double value) {}
}
