package dev.belvedere.tsdb.statistics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricAdmin.Statistics;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.head.HeadExtent;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.TenantPartition;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts what a tenant has, from the index alone. Used once.
public final class StatisticsBuilder {

    /// What a pair is taken to cost while it is counted: its counts, and its place in a map.
    private static final int PAIR_BYTES = 64;

    private final int topCount;
    private final QueryBudget budget;

    /// Counts of series by the values of each label name.
    private final Map<String, Object2LongOpenHashMap<String>> byName = new HashMap<>();

    private long seriesCount;
    private long sampleCount;
    private long chunkCount;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = Long.MIN_VALUE;

    public StatisticsBuilder(int topCount, QueryBudget budget) {
        this.topCount = topCount;
        this.budget = budget;
    }

    public Statistics build(Tenant tenant, List<Partition> partitions) {
        for (Partition partition : partitions) {
            hold(tenant, partition);
            synchronized (partition) {
                partition.findTenantLocked(tenant).ifPresent(this::add);
            }
        }
        LargestCounts byMetric = new LargestCounts(topCount);
        LargestCounts values = new LargestCounts(topCount);
        LargestCounts bytes = new LargestCounts(topCount);
        LargestCounts byPair = new LargestCounts(topCount);
        int pairCount = 0;
        for (Map.Entry<String, Object2LongOpenHashMap<String>> label : byName.entrySet()) {
            String name = label.getKey();
            long textBytes = 0;
            for (Object2LongOpenHashMap.Entry<String> value : label.getValue().object2LongEntrySet()) {
                textBytes += value.getKey().length();
                byPair.add(name + "=" + value.getKey(), value.getLongValue());
                if (name.equals(Labels.METRIC_NAME)) {
                    byMetric.add(value.getKey(), value.getLongValue());
                }
            }
            pairCount += label.getValue().size();
            values.add(name, label.getValue().size());
            bytes.add(name, textBytes);
        }
        return new Statistics(
                seriesCount,
                sampleCount,
                chunkCount,
                minMillis,
                maxMillis,
                pairCount,
                byMetric.toMap(),
                values.toMap(),
                bytes.toMap(),
                byPair.toMap());
    }

    /// Before anything is counted, and without the partition's lock: it may wait.
    private void hold(Tenant tenant, Partition partition) {
        long pairs;
        synchronized (partition) {
            pairs = partition
                    .findTenantLocked(tenant)
                    .map(share -> share.index().pairs().size())
                    .orElse(0);
        }
        budget.holdBytes(PAIR_BYTES * pairs);
        budget.check();
    }

    private void add(TenantPartition share) {
        SeriesIndex index = share.index();
        BitSet alive = share.presence().withSamples(Long.MIN_VALUE, Long.MAX_VALUE);
        seriesCount += alive.cardinality();
        sampleCount += share.head().sampleCount();
        addPairs(index.pairs(), IndexCounts.of(index, alive).ofPair());
        for (int s = alive.nextSetBit(0); s >= 0; s = alive.nextSetBit(s + 1)) {
            long newest = share.head().lastMillis(s);
            maxMillis = Math.max(maxMillis, newest);
        }
        HeadExtent head = share.head().extent();
        chunkCount += head.chunkCount();
        minMillis = Math.min(minMillis, head.minMillis());
        for (Block block : share.blocks()) {
            minMillis = Math.min(minMillis, block.record().minMillis());
            maxMillis = Math.max(maxMillis, block.record().maxMillis());
        }
    }

    private void addPairs(PairDictionary pairs, int[] counts) {
        for (int pair = 0; pair < counts.length; pair++) {
            if (counts[pair] > 0) {
                byName.computeIfAbsent(pairs.name(pair), name -> new Object2LongOpenHashMap<>())
                        .addTo(pairs.value(pair), counts[pair]);
            }
        }
    }
}
