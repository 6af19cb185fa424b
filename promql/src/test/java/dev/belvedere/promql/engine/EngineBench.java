package dev.belvedere.promql.engine;

import com.sun.management.ThreadMXBean;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.lang.management.ManagementFactory;
import java.util.List;

/// Prints the CPU time and the allocation of typical range queries over 10,000 series, as a guard against accidental
/// slowness. Run it as a main class; it is no test.
final class EngineBench {

    private static final int SERIES = 10_000;
    private static final int SAMPLES = 220;
    private static final long INTERVAL = 15_000;
    private static final int ROUNDS = 8;

    private EngineBench() {}

    public static void main(String[] arguments) {
        MemoryMetricStore store = new MemoryMetricStore();
        fill(store);
        PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
        long end = (SAMPLES - 1) * INTERVAL;
        long step = 30_000;
        long start = end - 99 * step;
        System.out.println(SERIES + " series, 100 steps of 30 s, samples every 15 s; CPU and allocation of the median");
        for (String query : List.of(
                "m_total",
                "rate(m_total[5m])",
                "sum by (pod) (rate(m_total[5m]))",
                "sum(m_total)",
                "max_over_time(m_total[5m])",
                "avg_over_time(m_total[5m])",
                "histogram_quantile(0.9, sum by (le) (rate(m_total[5m])))",
                "topk(10, rate(m_total[5m]))",
                "m_total / on (pod, le, shard) m_total")) {
            measure(engine, store, query, start, end, step);
        }
    }

    private static void fill(MemoryMetricStore store) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int series = 0; series < SERIES; series++) {
                long ref = appender.series(Labels.of(
                        "__name__",
                        "m_total",
                        "pod",
                        "pod-" + series % 100,
                        "le",
                        String.valueOf(series / 100 % 10 + 1),
                        "shard",
                        String.valueOf(series / 1000)));
                for (int sample = 0; sample < SAMPLES; sample++) {
                    appender.append(ref, sample * INTERVAL, 0, sample % 100 * (series % 7 + 1));
                }
            }
            appender.commit();
        }
    }

    private static void measure(
            PromqlEngine engine, MemoryMetricStore store, String query, long start, long end, long step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Expr expr = engine.parse(query);
        long[] nanos = new long[ROUNDS];
        long bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadCpuTime();
            long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
            engine.range(store, Tenant.DEFAULT, expr, start, end, step, QueryBudget.unlimited());
            nanos[round] = threads.getCurrentThreadCpuTime() - before;
            bytes = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
        }
        java.util.Arrays.sort(nanos);
        System.out.printf(
                "%-60s %7.1f ms  %6.1f ns per series and step  %6.1f MiB%n",
                query, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS / 2] / (double) (SERIES * 100), bytes / 1048576.0);
    }
}
