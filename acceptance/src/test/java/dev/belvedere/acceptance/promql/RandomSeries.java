package dev.belvedere.acceptance.promql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A series with its samples, oldest first.
record RandomSeries(Map<String, String> labels, List<Point> points) {

    RandomSeries {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        points = List.copyOf(points);
    }

    /// Labels by name and value in turn.
    static Map<String, String> labels(String metric, String... pairs) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("__name__", metric);
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    /// The labels that say where it comes from, for sorting.
    String target() {
        return labels.getOrDefault("job", "") + labels.getOrDefault("instance", "") + labels;
    }

    List<Point> between(long startMillis, long endMillis) {
        List<Point> within = new ArrayList<>();
        for (Point point : points) {
            if (point.timestampMillis() >= startMillis && point.timestampMillis() < endMillis) {
                within.add(point);
            }
        }
        return within;
    }
}
