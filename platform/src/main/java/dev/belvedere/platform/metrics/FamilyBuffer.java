package dev.belvedere.platform.metrics;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Metric families being collected: points come in any order and leave grouped by family, sorted by name.
///
/// The first point of a family decides its type and help. Used by one thread.
public final class FamilyBuffer {

    private record Draft(MetricType type, String help, List<MetricFamily.Point> points) {}

    private final Map<String, Draft> drafts = new TreeMap<>();

    /// @param labels name, value, name, value, ...
    public void gauge(String name, String help, double value, String... labels) {
        add(name, MetricType.GAUGE, help, Labels.of(labels), value);
    }

    /// @param labels name, value, name, value, ...
    public void counter(String name, String help, double value, String... labels) {
        add(name, MetricType.COUNTER, help, Labels.of(labels), value);
    }

    public void add(String name, MetricType type, String help, Labels labels, double value) {
        points(name, type, help).add(new MetricFamily.Point(name, labels, value));
    }

    /// Adds families as they are; where one is already there, its type and help stay.
    public void addAll(List<MetricFamily> families) {
        for (MetricFamily family : families) {
            points(family.name(), family.type(), family.help()).addAll(family.points());
        }
    }

    /// Adds the points of a classic histogram.
    ///
    /// @param bounds ascending upper bounds, without +Inf
    /// @param counts of each bucket by itself, not cumulative; one more than there are bounds
    public void histogram(String name, String help, Labels labels, double[] bounds, double[] counts, double sum) {
        List<MetricFamily.Point> points = points(name, MetricType.HISTOGRAM, help);
        double cumulative = 0;
        for (int i = 0; i <= bounds.length; i++) {
            cumulative += counts[i];
            String bound = i == bounds.length ? "+Inf" : Double.toString(bounds[i]);
            points.add(new MetricFamily.Point(name + "_bucket", labels.with("le", bound), cumulative));
        }
        points.add(new MetricFamily.Point(name + "_sum", labels, sum));
        points.add(new MetricFamily.Point(name + "_count", labels, cumulative));
    }

    private List<MetricFamily.Point> points(String name, MetricType type, String help) {
        return drafts.computeIfAbsent(name, key -> new Draft(type, help, new ArrayList<>()))
                .points();
    }

    public List<MetricFamily> build() {
        List<MetricFamily> families = new ArrayList<>();
        drafts.forEach(
                (name, draft) -> families.add(new MetricFamily(name, draft.type(), "", draft.help(), draft.points())));
        return families;
    }
}
