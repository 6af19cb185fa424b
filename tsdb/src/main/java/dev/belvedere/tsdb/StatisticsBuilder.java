package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.MetricAdmin.Statistics;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.objects.Object2LongOpenHashMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Counts what a tenant has, from the index alone. Used once.
final class StatisticsBuilder {

    private final int topCount;
    private final Object2LongOpenHashMap<String> byMetric = new Object2LongOpenHashMap<>();
    private final Map<String, Object2LongOpenHashMap<String>> byPair = new HashMap<>();
    private long seriesCount;
    private long sampleCount;
    private long chunkCount;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = Long.MIN_VALUE;

    StatisticsBuilder(int topCount) {
        this.topCount = topCount;
    }

    Statistics build(Tenant tenant, List<Partition> partitions) {
        for (Partition partition : partitions) {
            synchronized (partition) {
                partition.findTenantLocked(tenant).ifPresent(this::add);
            }
        }
        Map<String, Long> valuesByName = new HashMap<>();
        Map<String, Long> bytesByName = new HashMap<>();
        Map<String, Long> seriesByPair = new HashMap<>();
        int pairCount = 0;
        for (Map.Entry<String, Object2LongOpenHashMap<String>> name : byPair.entrySet()) {
            long bytes = 0;
            for (Object2LongOpenHashMap.Entry<String> value : name.getValue().object2LongEntrySet()) {
                bytes += value.getKey().length();
                seriesByPair.put(name.getKey() + "=" + value.getKey(), value.getLongValue());
            }
            pairCount += name.getValue().size();
            valuesByName.put(name.getKey(), (long) name.getValue().size());
            bytesByName.put(name.getKey(), bytes);
        }
        return new Statistics(
                seriesCount,
                sampleCount,
                chunkCount,
                minMillis,
                maxMillis,
                pairCount,
                top(byMetric),
                top(valuesByName),
                top(bytesByName),
                top(seriesByPair));
    }

    private void add(TenantPartition share) {
        SeriesIndex index = share.index();
        BitSet alive = share.presence().withSamples(Long.MIN_VALUE, Long.MAX_VALUE);
        seriesCount += alive.cardinality();
        sampleCount += share.head().sampleCount();
        for (int s = alive.nextSetBit(0); s >= 0; s = alive.nextSetBit(s + 1)) {
            int definition = index.definitionOf(s);
            for (int i = 0; i < index.pairCountOf(definition); i++) {
                addPair(index.pairs(), index.pairOf(definition, i));
            }
            Target target = index.targetOf(s);
            for (int pair : target.pairs()) {
                addPair(index.pairs(), pair);
            }
            long newest = share.head().lastMillis(s);
            maxMillis = Math.max(maxMillis, newest);
            minMillis = newest == Long.MIN_VALUE ? minMillis : Math.min(minMillis, newest);
        }
        for (Block block : share.blocks()) {
            minMillis = Math.min(minMillis, block.record().minMillis());
            maxMillis = Math.max(maxMillis, block.record().maxMillis());
            if (block.isOpen()) {
                chunkCount +=
                        block.chunks().values().stream().mapToLong(List::size).sum();
            }
        }
    }

    private void addPair(PairDictionary pairs, int pair) {
        String name = pairs.name(pair);
        String value = pairs.value(pair);
        byPair.computeIfAbsent(name, key -> new Object2LongOpenHashMap<>()).addTo(value, 1);
        if (name.equals(Labels.METRIC_NAME)) {
            byMetric.addTo(value, 1);
        }
    }

    private Map<String, Long> top(Map<String, Long> counts) {
        List<Map.Entry<String, Long>> entries = new ArrayList<>(counts.entrySet());
        entries.sort(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        Map<String, Long> top = new LinkedHashMap<>();
        for (Map.Entry<String, Long> entry : entries.subList(0, Math.min(topCount, entries.size()))) {
            top.put(entry.getKey(), entry.getValue());
        }
        return top;
    }
}
