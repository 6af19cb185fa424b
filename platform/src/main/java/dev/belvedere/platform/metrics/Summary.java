package dev.belvedere.platform.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A summary: quantiles of the newest observations, sum and count of all. Safe from any thread.
public final class Summary {

    /// Observations that quantiles are taken of.
    private static final int WINDOW = 1024;

    private final double[] quantiles;

    @GuardedBy("this")
    private final double[] newest = new double[WINDOW];

    @GuardedBy("this")
    private long count;

    @GuardedBy("this")
    private double sum;

    Summary(double[] quantiles) {
        this.quantiles = quantiles.clone();
    }

    public synchronized void observe(double value) {
        newest[(int) (count++ % WINDOW)] = value;
        sum += value;
    }

    synchronized List<MetricFamily.Point> points(String name, Labels labels) {
        double[] sorted = Arrays.copyOf(newest, (int) Math.min(count, WINDOW));
        Arrays.sort(sorted);
        List<MetricFamily.Point> points = new ArrayList<>();
        for (double quantile : quantiles) {
            double value = sorted.length == 0
                    ? Double.NaN
                    : sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)];
            points.add(new MetricFamily.Point(name, labels.with("quantile", Double.toString(quantile)), value));
        }
        points.add(new MetricFamily.Point(name + "_sum", labels, sum));
        points.add(new MetricFamily.Point(name + "_count", labels, count));
        return points;
    }
}
