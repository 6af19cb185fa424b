package dev.belvedere.platform.metrics;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/// A classic histogram. Safe from any thread.
public final class Histogram {

    /// Seconds, for requests and queries.
    public static final double[] DURATIONS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final double[] bounds;
    private final AtomicLongArray counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
        this.bounds = bounds.clone();
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    public void observe(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        sum.add(value);
    }

    List<MetricFamily.Point> points(String name, Labels labels) {
        List<MetricFamily.Point> points = new ArrayList<>();
        long cumulative = 0;
        for (int i = 0; i <= bounds.length; i++) {
            cumulative += counts.get(i);
            String bound = i == bounds.length ? "+Inf" : text(bounds[i]);
            points.add(new MetricFamily.Point(name + "_bucket", labels.with("le", bound), cumulative));
        }
        points.add(new MetricFamily.Point(name + "_sum", labels, sum.sum()));
        points.add(new MetricFamily.Point(name + "_count", labels, cumulative));
        return points;
    }

    /// A bound as Go writes it: `0.005`, `1`, not `1.0`.
    private static String text(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
