package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.metrics.MetricCardinality.Cardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.storage.metrics.MetricCardinality.LabelCount;
import dev.belvedere.storage.metrics.MetricCardinality.Named;
import dev.belvedere.storage.metrics.MetricCardinality.PairCount;
import dev.belvedere.storage.metrics.MetricCardinality.Request;
import dev.belvedere.storage.metrics.MetricCardinality.TargetCount;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.SeriesIndex;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Counts series by metric, label, pair, target and value, from the index alone. Used once.
///
/// Memory is bounded by the number of metrics, label names and targets, not of values: of a partition's pairs only
/// the largest are carried over, then counted in every partition, and different values are told by their hashes.
final class CardinalityBuilder {

    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    /// Of each partition; the largest of all are among them unless a value is spread over more partitions than that
    /// many times.
    private static final int CANDIDATES_PER_ENTRY = 20;

    private static final int MAX_CANDIDATES = 20_000;

    private record Pair(String name, String value) {}

    private final Request request;
    private final long nowMillis;
    private Count all = Count.NONE;
    private final Map<String, Count> metrics = new HashMap<>();
    private final Map<String, Count> labels = new HashMap<>();
    private final Map<String, Long> values = new HashMap<>();
    private final Map<TargetName, Count> targets = new HashMap<>();
    private final Map<Pair, Count> pairs = new HashMap<>();
    private final Map<Pair, Count> focus = new HashMap<>();
    private final LongOpenHashSet knownPairs = new LongOpenHashSet();

    CardinalityBuilder(Request request, long nowMillis) {
        this.request = request;
        this.nowMillis = nowMillis;
    }

    Cardinality build(Tenant tenant, List<Partition> partitions) {
        Map<Partition, SeriesCounts> counted = new LinkedHashMap<>();
        for (Partition partition : partitions) {
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
                pairs.replaceAll((pair, sum) -> sum.plus(counts.ofPair(pair.name(), pair.value())));
                focus.replaceAll((pair, sum) -> sum.plus(counts.ofPair(pair.name(), pair.value())));
            }
        });
        return result();
    }

    private SeriesCounts count(TenantPartition share) {
        SeriesCounts counts = new SeriesCounts(share, request.matchers(), nowMillis - HOUR, nowMillis - DAY);
        SeriesIndex index = share.index();
        all = all.plus(counts.all());
        for (int d = 0; d < index.definitionCount(); d++) {
            Count count = counts.ofDefinition(d);
            if (count.total() > 0) {
                metrics.merge(index.nameOf(d), count, Count::plus);
            }
        }
        PairDictionary dictionary = index.pairs();
        for (int t = 0; t < index.targetCount(); t++) {
            Count count = counts.ofTarget(t);
            if (count.total() > 0) {
                targets.merge(TargetName.of(dictionary, index.target(t)), count, Count::plus);
            }
        }
        for (int pair = 0; pair < dictionary.size(); pair++) {
            Count count = counts.ofPair(pair);
            if (count.total() > 0) {
                String name = dictionary.name(pair);
                labels.merge(name, count, Count::plus);
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
        for (int pair : counts.largestPairs(wanted, "")) {
            pairs.put(new Pair(counts.pairs().name(pair), counts.pairs().value(pair)), Count.NONE);
        }
        if (!request.focusLabel().isEmpty()) {
            for (int pair : counts.largestPairs(wanted, request.focusLabel())) {
                focus.put(new Pair(request.focusLabel(), counts.pairs().value(pair)), Count.NONE);
            }
        }
    }

    private Cardinality result() {
        return new Cardinality(
                all,
                metrics.size(),
                top(metrics, Named::new, Named::series, Named::name),
                labels.size(),
                top(
                        labels,
                        (name, count) -> new LabelCount(name, values.getOrDefault(name, 0L), count),
                        LabelCount::series,
                        LabelCount::name),
                top(
                        pairs,
                        (pair, count) -> new PairCount(pair.name(), pair.value(), count),
                        PairCount::series,
                        pair -> pair.name() + "\0" + pair.value()),
                targets.size(),
                top(
                        targets,
                        (target, count) -> new TargetCount(target.job(), target.instance(), count),
                        TargetCount::series,
                        target -> target.job() + "\0" + target.instance()),
                values.getOrDefault(request.focusLabel(), 0L),
                top(focus, (pair, count) -> new Named(pair.value(), count), Named::series, Named::name));
    }

    private <K, T> List<T> top(
            Map<K, Count> counts, BiFunction<K, Count, T> make, Function<T, Count> count, Function<T, String> name) {
        List<T> entries = new ArrayList<>(counts.size());
        counts.forEach((key, value) -> entries.add(make.apply(key, value)));
        ToLongFunction<T> total = entry -> count.apply(entry).total();
        entries.sort(Comparator.comparingLong(total).reversed().thenComparing(name));
        return List.copyOf(entries.subList(0, Math.min(request.limit(), entries.size())));
    }
}
