package dev.belvedere.promql.cache;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// What a range query costs that is asked again: an hour at 15 s over 100 series, CPU time. Run by hand.
final class CacheBench {

    private static final long STEP = 15_000;
    private static final int SERIES = 100;
    private static final int ROUNDS = 2000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MemoryMetricStore store = new MemoryMetricStore();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final ResultCache cache = new ResultCache(64 << 20);
    private final PlanCache plans = new PlanCache(engine, 100);
    private long now = 0;

    private CacheBench() {}

    public static void main(String[] arguments) {
        CacheBench bench = new CacheBench();
        for (int i = 0; i < 300; i++) {
            bench.scrape();
        }
        for (String query : new String[] {"sum(rate(m_total[5m]))", "sum by (i) (rate(m_total[5m]))", "m_total"}) {
            for (int round = 0; round < 3; round++) {
                System.out.printf(
                        "%-32s same %8.1f us, sliding %8.1f us, evaluated %8.1f us%n",
                        query,
                        bench.micros(ROUNDS, query, false, true),
                        bench.micros(200, query, true, true),
                        bench.micros(50, query, false, false));
            }
        }
    }

    private void scrape() {
        now += STEP;
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.SCRAPE)) {
            for (int i = 0; i < SERIES; i++) {
                long ref = appender.series(Labels.of("__name__", "m_total", "i", Integer.toString(i)));
                appender.append(ref, now, MetricAppender.NO_START, now + i);
            }
            appender.commit();
        }
    }

    private double micros(int times, String query, boolean isSliding, boolean isCached) {
        long spent = 0;
        for (int i = 0; i < times; i++) {
            if (isSliding) {
                scrape();
            }
            Steps steps = new Steps(now - 3_600_000, now, STEP);
            long before = THREADS.getCurrentThreadCpuTime();
            QueryRequest request =
                    new QueryRequest(store, Tenant.DEFAULT, plans.plan(query), steps, QueryBudget.unlimited());
            if (isCached) {
                cache.range(engine, request);
            } else {
                engine.evaluate(request);
            }
            spent += THREADS.getCurrentThreadCpuTime() - before;
        }
        return spent / 1000.0 / times;
    }
}
