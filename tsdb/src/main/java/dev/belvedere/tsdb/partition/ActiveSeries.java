package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.index.SeriesIndex;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many active series a tenant, its metrics and its targets have, over all partitions. Safe from any thread.
public final class ActiveSeries {

    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger recent = new AtomicInteger();
    private final Map<String, AtomicInteger> byMetric = new ConcurrentHashMap<>();
    private final Map<TargetName, AtomicInteger> byTarget = new ConcurrentHashMap<>();

    int total() {
        return total.get();
    }

    /// Those with samples within the last block's span, active or not: what is in memory whoever asks for what.
    int recent() {
        return recent.get();
    }

    int ofMetric(String name) {
        AtomicInteger count = byMetric.get(name);
        return count == null ? 0 : count.get();
    }

    int ofTarget(String job, String instance) {
        AtomicInteger count = byTarget.get(new TargetName(job, instance));
        return count == null ? 0 : count.get();
    }

    void add(String metric, String job, String instance) {
        total.incrementAndGet();
        recent.incrementAndGet();
        addMetric(metric, 1);
        addTarget(new TargetName(job, instance), 1);
    }

    private void addMetric(String name, int count) {
        byMetric.computeIfAbsent(name, key -> new AtomicInteger()).addAndGet(count);
    }

    private void addTarget(TargetName name, int count) {
        byTarget.computeIfAbsent(name, key -> new AtomicInteger()).addAndGet(count);
    }

    /// Adds what one partition has. Called with its monitor.
    public void add(SeriesIndex index, BitSet active, int recentSeries) {
        int[] ofDefinition = new int[index.definitionCount()];
        int[] ofTarget = new int[index.targetCount()];
        for (int s = active.nextSetBit(0); s >= 0; s = active.nextSetBit(s + 1)) {
            ofDefinition[index.definitionOf(s)]++;
            ofTarget[index.targetOf(s).number()]++;
        }
        total.addAndGet(active.cardinality());
        recent.addAndGet(recentSeries);
        for (int d = 0; d < ofDefinition.length; d++) {
            if (ofDefinition[d] > 0) {
                addMetric(index.nameOf(d), ofDefinition[d]);
            }
        }
        for (int t = 0; t < ofTarget.length; t++) {
            if (ofTarget[t] > 0) {
                addTarget(TargetName.of(index.pairs(), index.target(t)), ofTarget[t]);
            }
        }
    }
}
