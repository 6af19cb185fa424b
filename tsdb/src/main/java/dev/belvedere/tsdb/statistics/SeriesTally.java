package dev.belvedere.tsdb.statistics;

import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.storage.metrics.MetricCardinality.Order;
import java.util.ArrayList;
import java.util.List;

/// How many series something has, in all the ways in which they are counted. Used by one thread.
final class SeriesTally {

    static final int TOTAL = 0;
    static final int ACTIVE = 1;
    static final int NEW_IN_HOUR = 2;
    static final int NEW_IN_DAY = 3;

    /// The first of those that were active at a moment before.
    static final int BEFORE = 4;

    static final int KINDS = BEFORE + MetricCardinality.MOMENTS.size();

    private final long[] counts = new long[KINDS];

    /// @param column of each kind
    void add(int[][] column, int at) {
        for (int kind = 0; kind < KINDS; kind++) {
            counts[kind] += column[kind][at];
        }
    }

    void add(int kind, long count) {
        counts[kind] += count;
    }

    /// What lists are ordered by.
    long rank(Order order) {
        return counts[first(order)] - (order == Order.TOTAL ? 0 : counts[second(order)]);
    }

    /// As [#rank], of one column.
    static int rank(Order order, int[][] column, int at) {
        return column[first(order)][at] - (order == Order.TOTAL ? 0 : column[second(order)][at]);
    }

    private static int first(Order order) {
        return order == Order.TOTAL ? TOTAL : ACTIVE;
    }

    private static int second(Order order) {
        return switch (order) {
            case TOTAL -> TOTAL;
            case GROWTH_IN_HOUR -> KINDS - 1;
            case GROWTH_IN_DAY -> KINDS - 2;
            case GROWTH_IN_WEEK -> BEFORE;
        };
    }

    Count toCount() {
        List<Long> before = new ArrayList<>(MetricCardinality.MOMENTS.size());
        for (int kind = BEFORE; kind < KINDS; kind++) {
            before.add(counts[kind]);
        }
        return new Count(counts[TOTAL], counts[ACTIVE], counts[NEW_IN_HOUR], counts[NEW_IN_DAY], before);
    }
}
