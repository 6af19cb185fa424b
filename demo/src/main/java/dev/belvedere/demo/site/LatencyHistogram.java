package dev.belvedere.demo.site;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.FamilyBuffer;

/// A histogram that a simulated process keeps.
final class LatencyHistogram {

    private final String name;
    private final String help;
    private final double[] bounds;
    private final double[] counts;
    private double sum;

    LatencyHistogram(String name, String help, double... bounds) {
        this.name = name;
        this.help = help;
        this.bounds = bounds;
        this.counts = new double[bounds.length + 1];
    }

    void observe(double value) {
        observe(value, 1);
    }

    void observe(double value, int times) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket] += times;
        sum += value * times;
    }

    void expose(FamilyBuffer out, Labels labels) {
        out.histogram(name, help, labels, bounds, counts, sum);
    }
}
