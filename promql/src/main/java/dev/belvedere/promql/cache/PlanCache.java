package dev.belvedere.promql.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Plans by the text of their queries, so that a query that comes again is not parsed again. Safe from any thread.
public final class PlanCache {

    /// Longer texts are planned each time.
    private static final int MAX_TEXT_LENGTH = 8192;

    private final PromqlEngine engine;
    private final int maxPlans;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /// Least recently used first.
    @GuardedBy("this")
    private final Map<String, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

    /// @param maxPlans 0 keeps none
    public PlanCache(PromqlEngine engine, int maxPlans) {
        this.engine = engine;
        this.maxPlans = maxPlans;
    }

    /// @throws dev.belvedere.promql.syntax.ParseException as [PromqlEngine#plan] does
    public Plan plan(String text) {
        Plan known = find(text);
        if (known != null) {
            hits.increment();
            return known;
        }
        misses.increment();
        Plan made = engine.plan(text);
        if (text.length() <= MAX_TEXT_LENGTH) {
            put(made);
        }
        return made;
    }

    private synchronized @Nullable Plan find(String text) {
        return plans.get(text);
    }

    private synchronized void put(Plan plan) {
        plans.put(plan.text(), plan);
        if (plans.size() > maxPlans) {
            plans.remove(plans.keySet().iterator().next());
        }
    }

    public synchronized int size() {
        return plans.size();
    }

    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }
}
