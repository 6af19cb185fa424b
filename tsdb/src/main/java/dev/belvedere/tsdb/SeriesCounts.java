package dev.belvedere.tsdb;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// How many series one partition has of each definition, target and pair. Guarded by
/// the partition; its counts stay as they were when it was made.
final class SeriesCounts {

    private static final int TOTAL = 0;
    private static final int ACTIVE = 1;
    private static final int NEW_IN_HOUR = 2;
    private static final int NEW_IN_DAY = 3;
    private static final int KINDS = 4;

    private final PairDictionary pairs;
    private final int[][] ofDefinition = new int[KINDS][];
    private final int[][] ofTarget = new int[KINDS][];
    private final int[][] ofPair = new int[KINDS][];
    private final long[] all = new long[KINDS];

    /// @param matchers of the series that count; empty for all
    SeriesCounts(TenantPartition share, List<LabelMatcher> matchers, long hourAgoMillis, long dayAgoMillis) {
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
        count(TOTAL, share.index(), total, total);
        count(ACTIVE, share.index(), total, active);
        count(NEW_IN_HOUR, share.index(), total, newInHour);
        count(NEW_IN_DAY, share.index(), total, newInDay);
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
        int[] definitions = new int[index.definitionCount()];
        int[] targets = new int[index.targetCount()];
        int[] byPair = new int[pairs.size()];
        for (int s = series.nextSetBit(0); s >= 0; s = series.nextSetBit(s + 1)) {
            definitions[index.definitionOf(s)]++;
            targets[index.targetOf(s).number()]++;
        }
        for (int d = 0; d < definitions.length; d++) {
            for (int i = 0; definitions[d] > 0 && i < index.pairCountOf(d); i++) {
                byPair[index.pairOf(d, i)] += definitions[d];
            }
        }
        for (int t = 0; t < targets.length; t++) {
            Target target = index.target(t);
            for (int pair : target.pairs()) {
                byPair[pair] += targets[t];
            }
        }
        ofDefinition[kind] = definitions;
        ofTarget[kind] = targets;
        ofPair[kind] = byPair;
        all[kind] = series.cardinality();
    }

    PairDictionary pairs() {
        return pairs;
    }

    Count all() {
        return new Count(all[TOTAL], all[ACTIVE], all[NEW_IN_HOUR], all[NEW_IN_DAY]);
    }

    private static Count at(int[][] counts, int number) {
        return new Count(
                counts[TOTAL][number], counts[ACTIVE][number], counts[NEW_IN_HOUR][number], counts[NEW_IN_DAY][number]);
    }

    Count ofDefinition(int definition) {
        return at(ofDefinition, definition);
    }

    Count ofTarget(int target) {
        return at(ofTarget, target);
    }

    Count ofPair(int pair) {
        return at(ofPair, pair);
    }

    Count ofPair(String name, String value) {
        int pair = pairs.find(name, value);
        return pair < 0 || pair >= ofPair[TOTAL].length ? Count.NONE : ofPair(pair);
    }

    /// The pairs with most series, in no order.
    ///
    /// @param name of the label; `""` for all
    List<Integer> largestPairs(int wanted, String name) {
        List<Integer> found = new ArrayList<>();
        for (int pair = 0; pair < ofPair[TOTAL].length; pair++) {
            if (ofPair[TOTAL][pair] > 0 && (name.isEmpty() || pairs.name(pair).equals(name))) {
                found.add(pair);
            }
        }
        found.sort((a, b) -> Integer.compare(ofPair[TOTAL][b], ofPair[TOTAL][a]));
        return found.subList(0, Math.min(wanted, found.size()));
    }
}
