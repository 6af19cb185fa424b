package dev.belvedere.promql.cache;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.List;
import java.util.SplittableRandom;

/// A store to which whatever can happen to samples happens at random: they come in order, late, far too late, in
/// series that come and go; some are deleted.
final class RandomHistory {

    static final long START = 1_790_000_000_000L;

    private static final long SCRAPE_MILLIS = 15_000;

    static final List<String> QUERIES = List.of(
            "a_total",
            "rate(a_total[1m])",
            "sum by (i) (rate(a_total[90s]))",
            "a_total offset 45s",
            "a_total offset -45s",
            "rate(a_total[1m] offset -20s) + on (i) b",
            "a_total @ 1790000600",
            "sum(rate(a_total[2m] @ 1790000900)) + sum(b)",
            "b - b @ end()",
            "rate(a_total[1m] @ start())",
            "max_over_time(b[3m:20s])",
            "max_over_time(sum(b)[2m:30s] offset -1m)",
            "avg_over_time(rate(a_total[1m])[2m:30s] @ 1790000700)",
            "rate({__name__=~\"a_total|c_total\"}[1m])",
            "max_over_time({__name__=~\"a_total|c_total\"}[2m:30s])",
            "last_over_time({__name__=~\"a_total|c_total\"}[2m])",
            "max_over_time(((b) or a_total)[1m:15s])",
            "topk(2, a_total)",
            "bottomk(scalar(count(b)) - 1, b)",
            "limitk(1, b)",
            "label_replace(b, \"x\", \"$1\", \"i\", \"(.)\")",
            "label_replace({__name__=~\"b|c_total\"}, \"__name__\", \"y\", \"__name__\", \".*\")",
            "-{__name__=~\"b|c_total\"}",
            "b > 3",
            "b == bool 2",
            "a_total and on (i) b",
            "b or c_total",
            "b unless on (i) (a_total > 50)",
            "absent(b{i=\"0\"})",
            "absent_over_time(c_total[1m])",
            "count_values(\"v\", b)",
            "quantile(0.5, b)",
            "stddev(b)",
            "sort(b)",
            "timestamp(b)",
            "time()",
            "vector(1) + scalar(b{i=\"1\"})",
            "histogram_quantile(0.9, rate(h[2m]))",
            "histogram_count(h)",
            "rate(h[1m])",
            "changes(b[2m])",
            "resets(a_total[5m])",
            "irate(a_total[1m])",
            "delta(b[2m])",
            "deriv(b[2m])",
            "predict_linear(b[2m], 60)",
            "rate(a_total[1m] smoothed)",
            "increase(a_total[1m] anchored)",
            "b smoothed",
            "sum_over_time(b[range()])",
            "b * step()",
            "b offset (2 * step())",
            "info(b)",
            "group by (t) (typed)",
            "rate(typed[1m])");

    final MemoryMetricStore store = new MemoryMetricStore();
    private final SplittableRandom random;
    private long now = START;
    private int shown;

    RandomHistory(long seed) {
        this.random = new SplittableRandom(seed);
    }

    void happen() {
        int what = random.nextInt(100);
        if (what < 60) {
            now += SCRAPE_MILLIS;
            scrape(now - random.nextInt(3000));
        } else if (what < 80) {
            scrape(now - random.nextLong(120_000));
        } else if (what < 90) {
            scrape(START + random.nextLong(now - START + 1));
        } else if (what < 95) {
            scrape(now + random.nextLong(60_000));
        } else {
            long from = START + random.nextLong(now - START + 1);
            String name = List.of("a_total", "b", "c_total", "h", "typed").get(random.nextInt(5));
            store.deleteSeries(
                    Tenant.DEFAULT,
                    List.of(LabelMatcher.equal("__name__", name)),
                    new TimeRange(from, from + random.nextLong(100_000)));
        }
    }

    private void scrape(long atMillis) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            long minutes = (atMillis - START) / 60_000;
            for (int i = 0; i < 3; i++) {
                String instance = Integer.toString(i);
                if (random.nextInt(12) == 0) {
                    continue;
                }
                double counter = (atMillis - START) / 1000.0 % 700 + i;
                // At any time there is only one of the two, so that over a range they may collide.
                String name = minutes / 7 % 2 == 0 ? "a_total" : "c_total";
                append(appender, atMillis, counter, "__name__", name, "i", instance);
                append(appender, atMillis, counter, "__name__", "a_total", "i", instance, "j", "x");
                double gauge = random.nextInt(20) == 0 ? SampleValues.STALE_NAN : random.nextInt(6);
                append(appender, atMillis, gauge, "__name__", "b", "i", instance, "instance", instance, "job", "j");
                append(appender, atMillis, 1, "__name__", "target_info", "instance", instance, "job", "j", "v", "1");
                String type = minutes / 5 % 2 == 0 ? "counter" : "gauge";
                append(appender, atMillis, counter, "__name__", "typed", "__type__", type, "t", instance);
            }
            appender.append(appender.series(Labels.of("__name__", "h")), atMillis, 0, histogram(atMillis));
            appender.commit();
        }
    }

    private static void append(MetricAppender appender, long atMillis, double value, String... labels) {
        appender.append(appender.series(Labels.of(labels)), atMillis, MetricAppender.NO_START, value);
    }

    private static NativeHistogram histogram(long atMillis) {
        double count = (atMillis - START) / 1000.0 % 400;
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                0,
                0.001,
                0,
                2 * count,
                3 * count,
                new int[] {0, 2},
                new double[] {count, count},
                new int[0],
                new double[0],
                new double[0]);
    }

    /// Steps that are likely to have steps in common with others.
    Steps steps() {
        long step = random.nextInt(4) == 0 ? 20_000 : 15_000;
        long phase = random.nextInt(8) == 0 ? 7000 : 0;
        long length = List.of(0L, 300_000L, 600_000L, 1_200_000L).get(random.nextInt(4));
        long end = random.nextInt(4) == 0 ? START + random.nextLong(now - START + 60_000) : now;
        long aligned = Math.floorDiv(end, step) * step + phase;
        return new Steps(aligned - length, aligned + random.nextLong(step), step);
    }

    /// One of a few that change now and then, as those of an open dashboard do.
    String query() {
        if (random.nextInt(30) == 0) {
            shown = random.nextInt(QUERIES.size());
        }
        return QUERIES.get((shown + random.nextInt(3)) % QUERIES.size());
    }

    boolean flip() {
        return random.nextBoolean();
    }
}
