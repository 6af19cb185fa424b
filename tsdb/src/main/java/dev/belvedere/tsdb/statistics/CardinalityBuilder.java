package dev.belvedere.tsdb.statistics;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricCardinality.Cardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.storage.metrics.MetricCardinality.LabelCount;
import dev.belvedere.storage.metrics.MetricCardinality.Named;
import dev.belvedere.storage.metrics.MetricCardinality.PairCount;
import dev.belvedere.storage.metrics.MetricCardinality.Request;
import dev.belvedere.storage.metrics.MetricCardinality.TargetCount;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.TargetName;
import dev.belvedere.tsdb.partition.TenantPartition;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Counts series by metric, label, pair, target and value, from the index alone. Used once.
///
/// Objects are as many as metrics, label names and targets, not as values: of a partition's pairs only the largest are
/// carried over, then counted in every partition, and different values are told by their hashes.
public final class CardinalityBuilder {

    /// Of each partition; the largest of all are among them unless a value is spread over more partitions than that
    /// many times.
    private static final int CANDIDATES_PER_ENTRY = 20;

    private static final int MAX_CANDIDATES = 20_000;

    /// What each pair is taken to cost, by its counts and its hash.
    private static final int PAIR_BYTES = SeriesTally.KINDS * Integer.BYTES + 16;

    /// The same for a definition or target, by its counts and the tally of its name.
    private static final int NAMED_BYTES = SeriesTally.KINDS * (Integer.BYTES + Long.BYTES) + 100;

    private record Pair(String name, String value) {}

    private final Request request;
    private final long nowMillis;
    private final QueryBudget budget;
    private final SeriesTally all = new SeriesTally();
    private final Map<String, SeriesTally> metrics = new HashMap<>();
    private final Map<String, SeriesTally> labels = new HashMap<>();
    private final Map<String, Long> values = new HashMap<>();
    private final Map<TargetName, SeriesTally> targets = new HashMap<>();
    private final Map<Pair, SeriesTally> pairs = new HashMap<>();
    private final Map<Pair, SeriesTally> focus = new HashMap<>();
    private final LongOpenHashSet knownPairs = new LongOpenHashSet();

    public CardinalityBuilder(Request request, long nowMillis, QueryBudget budget) {
        this.request = request;
        this.nowMillis = nowMillis;
        this.budget = budget;
    }

    public Cardinality build(Tenant tenant, List<Partition> partitions) {
        Map<Partition, SeriesCounts> counted = new LinkedHashMap<>();
        for (Partition partition : partitions) {
            hold(tenant, partition);
            synchronized (partition) {
                partition.findTenantLocked(tenant).ifPresent(share -> {
                    SeriesCounts counts = count(share);
                    keepCandidates(counts);
                    counted.put(partition, counts);
                });
            }
        }
        counted.forEach((partition, counts) -> {
            synchronized (partition) {
                pairs.forEach((pair, sum) -> counts.addPairTo(pair.name(), pair.value(), sum));
                focus.forEach((pair, sum) -> counts.addPairTo(pair.name(), pair.value(), sum));
            }
        });
        return result();
    }

    /// Before anything is counted, and without the partition's lock: it may wait.
    private void hold(Tenant tenant, Partition partition) {
        long bytes;
        synchronized (partition) {
            bytes = partition
                    .findTenantLocked(tenant)
                    .map(share -> bytes(share.index()))
                    .orElse(0L);
        }
        budget.holdBytes(bytes);
        budget.check();
    }

    private static long bytes(SeriesIndex index) {
        return (long) PAIR_BYTES * index.pairs().size()
                + NAMED_BYTES * ((long) index.definitionCount() + index.targetCount());
    }

    private SeriesCounts count(TenantPartition share) {
        SeriesCounts counts = new SeriesCounts(share, request.matchers(), nowMillis);
        SeriesIndex index = share.index();
        counts.addAllTo(all);
        for (int d = 0; d < index.definitionCount(); d++) {
            if (counts.hasDefinition(d)) {
                counts.addDefinitionTo(d, metrics.computeIfAbsent(index.nameOf(d), name -> new SeriesTally()));
            }
        }
        PairDictionary dictionary = index.pairs();
        for (int t = 0; t < index.targetCount(); t++) {
            if (counts.hasTarget(t)) {
                TargetName name = TargetName.of(dictionary, index.target(t));
                counts.addTargetTo(t, targets.computeIfAbsent(name, key -> new SeriesTally()));
            }
        }
        for (int pair = 0; pair < dictionary.size(); pair++) {
            if (counts.hasPair(pair)) {
                String name = dictionary.name(pair);
                counts.addPairTo(pair, labels.computeIfAbsent(name, key -> new SeriesTally()));
                if (knownPairs.add(hash(name, dictionary.value(pair)))) {
                    values.merge(name, 1L, Long::sum);
                }
            }
        }
        return counts;
    }

    private static long hash(String name, String value) {
        long hash = name.hashCode() * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0xBF58476D1CE4E5B9L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private void keepCandidates(SeriesCounts counts) {
        int wanted = (int) Math.min((long) request.limit() * CANDIDATES_PER_ENTRY, MAX_CANDIDATES);
        for (int pair : counts.firstPairs(request.order(), wanted, "")) {
            pairs.put(new Pair(counts.pairs().name(pair), counts.pairs().value(pair)), new SeriesTally());
        }
        if (!request.focusLabel().isEmpty()) {
            for (int pair : counts.firstPairs(request.order(), wanted, request.focusLabel())) {
                focus.put(new Pair(request.focusLabel(), counts.pairs().value(pair)), new SeriesTally());
            }
        }
    }

    private Cardinality result() {
        return new Cardinality(
                all.toCount(),
                metrics.size(),
                top(metrics, Named::new, name -> name),
                labels.size(),
                top(labels, (name, count) -> new LabelCount(name, values.getOrDefault(name, 0L), count), name -> name),
                top(
                        pairs,
                        (pair, count) -> new PairCount(pair.name(), pair.value(), count),
                        pair -> pair.name() + "\0" + pair.value()),
                targets.size(),
                top(
                        targets,
                        (target, count) -> new TargetCount(target.job(), target.instance(), count),
                        target -> target.job() + "\0" + target.instance()),
                values.getOrDefault(request.focusLabel(), 0L),
                top(focus, (pair, count) -> new Named(pair.value(), count), Pair::value));
    }

    private <K, T> List<T> top(Map<K, SeriesTally> tallies, BiFunction<K, Count, T> make, Function<K, String> name) {
        List<Map.Entry<K, SeriesTally>> entries = new ArrayList<>(tallies.entrySet());
        ToLongFunction<Map.Entry<K, SeriesTally>> rank =
                entry -> entry.getValue().rank(request.order());
        entries.sort(Comparator.comparingLong(rank).reversed().thenComparing(entry -> name.apply(entry.getKey())));
        return entries.subList(0, Math.min(request.limit(), entries.size())).stream()
                .map(entry -> make.apply(entry.getKey(), entry.getValue().toCount()))
                .toList();
    }
}
