package dev.belvedere.tsdb.statistics;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Order;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How many series one partition has of each definition, target and pair. Guarded by
/// the partition; its counts stay as they were when it was made.
final class SeriesCounts {

    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private final PairDictionary pairs;
    private final int[][] ofDefinition = new int[SeriesTally.KINDS][];
    private final int[][] ofTarget = new int[SeriesTally.KINDS][];
    private final int[][] ofPair = new int[SeriesTally.KINDS][];
    private final long[] all = new long[SeriesTally.KINDS];

    /// @param matchers of the series that count; empty for all
    SeriesCounts(TenantPartition share, List<LabelMatcher> matchers, long nowMillis) {
        long hourAgoMillis = nowMillis - HOUR;
        long dayAgoMillis = nowMillis - DAY;
        this.pairs = share.index().pairs();
        BitSet total = share.presence().withSamples(Long.MIN_VALUE, Long.MAX_VALUE);
        if (!matchers.isEmpty()) {
            total.and(selected(share.index(), matchers));
        }
        BitSet active = share.presence().withSamples(hourAgoMillis, Long.MAX_VALUE);
        BitSet newInHour = (BitSet) active.clone();
        newInHour.andNot(share.presence().withSamples(Long.MIN_VALUE, hourAgoMillis - 1));
        BitSet newInDay = share.presence().withSamples(dayAgoMillis, Long.MAX_VALUE);
        newInDay.andNot(share.presence().withSamples(Long.MIN_VALUE, dayAgoMillis - 1));
        count(SeriesTally.TOTAL, share.index(), total, total);
        count(SeriesTally.ACTIVE, share.index(), total, active);
        count(SeriesTally.NEW_IN_HOUR, share.index(), total, newInHour);
        count(SeriesTally.NEW_IN_DAY, share.index(), total, newInDay);
        int kind = SeriesTally.BEFORE;
        for (Duration ago : MetricCardinality.MOMENTS) {
            long atMillis = nowMillis - ago.toMillis();
            count(kind++, share.index(), total, share.presence().withSamples(atMillis - HOUR, atMillis));
        }
    }

    private static BitSet selected(SeriesIndex index, List<LabelMatcher> matchers) {
        BitSet series = new BitSet(index.seriesBound());
        for (Selector.Selected selected : new Selector(index, matchers).select()) {
            for (int i = 0; i < selected.series().size(); i++) {
                series.set(selected.series().getInt(i));
            }
        }
        return series;
    }

    private void count(int kind, SeriesIndex index, BitSet within, BitSet which) {
        BitSet series = (BitSet) which.clone();
        series.and(within);
        IndexCounts counts = IndexCounts.of(index, series);
        ofDefinition[kind] = counts.ofDefinition();
        ofTarget[kind] = counts.ofTarget();
        ofPair[kind] = counts.ofPair();
        all[kind] = series.cardinality();
    }

    PairDictionary pairs() {
        return pairs;
    }

    void addAllTo(SeriesTally tally) {
        for (int kind = 0; kind < SeriesTally.KINDS; kind++) {
            tally.add(kind, all[kind]);
        }
    }

    boolean hasDefinition(int definition) {
        return ofDefinition[SeriesTally.TOTAL][definition] > 0;
    }

    void addDefinitionTo(int definition, SeriesTally tally) {
        tally.add(ofDefinition, definition);
    }

    boolean hasTarget(int target) {
        return ofTarget[SeriesTally.TOTAL][target] > 0;
    }

    void addTargetTo(int target, SeriesTally tally) {
        tally.add(ofTarget, target);
    }

    boolean hasPair(int pair) {
        return ofPair[SeriesTally.TOTAL][pair] > 0;
    }

    void addPairTo(int pair, SeriesTally tally) {
        tally.add(ofPair, pair);
    }

    void addPairTo(String name, String value, SeriesTally tally) {
        int pair = pairs.find(name, value);
        if (pair >= 0 && pair < ofPair[SeriesTally.TOTAL].length) {
            addPairTo(pair, tally);
        }
    }

    /// The first pairs of an order.
    ///
    /// @param name of the label; `""` for all
    List<Integer> firstPairs(Order order, int wanted, String name) {
        List<Integer> found = new ArrayList<>();
        for (int pair = 0; pair < ofPair[SeriesTally.TOTAL].length; pair++) {
            if (hasPair(pair) && (name.isEmpty() || pairs.name(pair).equals(name))) {
                found.add(pair);
            }
        }
        found.sort((a, b) -> Integer.compare(SeriesTally.rank(order, ofPair, b), SeriesTally.rank(order, ofPair, a)));
        return found.subList(0, Math.min(wanted, found.size()));
    }
}
