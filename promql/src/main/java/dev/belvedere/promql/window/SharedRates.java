package dev.belvedere.promql.window;

import dev.belvedere.promql.window.RangeKernel.GroupWindows;

/// What `rate`, `increase` and `delta` of every step owe to time alone, found once for a group of series: the rest is
/// a difference and a multiplication.
final class SharedRates {

    private static final int NONE = -1;

    private final boolean isCounter;
    private int[] first = new int[0];
    private int[] last = new int[0];
    private double[] toStart = new double[0];
    private double[] toEnd = new double[0];
    private double[] sampled = new double[0];
    private double[] factor = new double[0];
    private double divisor = 1;
    private int steps;

    SharedRates(boolean isCounter) {
        this.isCounter = isCounter;
    }

    /// @param threshold how many average intervals an edge may be away to be taken for the series' own
    /// @param perSeconds what a difference is divided by to be a rate, 1 for none
    void prepare(GroupWindows windows, double threshold, double perSeconds) {
        steps = windows.from().length;
        divisor = perSeconds;
        if (first.length < steps) {
            first = new int[steps];
            last = new int[steps];
            toStart = new double[steps];
            toEnd = new double[steps];
            sampled = new double[steps];
            factor = new double[steps];
        }
        long[] times = windows.times();
        long[] ends = windows.endMillis();
        int known = NONE;
        long knownWhole = 0;
        long knownBefore = 0;
        for (int step = 0; step < steps; step++) {
            int from = windows.from()[step];
            int to = windows.to()[step] - 1;
            if (to <= from) {
                first[step] = NONE;
                continue;
            }
            first[step] = from;
            last[step] = to;
            long whole = times[to] - times[from];
            long before = times[from] - (ends[step] - windows.rangeMillis());
            boolean isAsKnown = known != NONE
                    && whole == knownWhole
                    && before == knownBefore
                    && to - from == last[known] - first[known];
            if (isAsKnown) {
                copy(known, step);
                continue;
            }
            known = step;
            knownWhole = whole;
            knownBefore = before;
            find(step, whole, before, windows.rangeMillis() - before - whole, threshold);
        }
    }

    /// Samples and steps are mostly regular, so that all windows have the same.
    private void copy(int from, int to) {
        toStart[to] = toStart[from];
        toEnd[to] = toEnd[from];
        sampled[to] = sampled[from];
        factor[to] = factor[from];
    }

    private void find(int step, long wholeMillis, long beforeMillis, long behindMillis, double threshold) {
        double whole = wholeMillis / 1000.0;
        double average = whole / (last[step] - first[step]);
        double before = beforeMillis / 1000.0;
        double behind = behindMillis / 1000.0;
        sampled[step] = whole;
        toStart[step] = before >= average * threshold ? average / 2 : before;
        toEnd[step] = behind >= average * threshold ? average / 2 : behind;
        factor[step] = (whole + toStart[step] + toEnd[step]) / whole / divisor;
    }

    /// @param values of a series without a fall if it is a counter
    void apply(double[] values, double[] into) {
        for (int step = 0; step < steps; step++) {
            int from = first[step];
            if (from == NONE) {
                continue;
            }
            double begin = values[from];
            double difference = values[last[step]] - begin;
            boolean meetsZero =
                    isCounter && difference > 0 && begin >= 0 && begin * sampled[step] < toStart[step] * difference;
            into[step] = difference * (meetsZero ? factorFromZero(step, begin, difference) : factor[step]);
        }
    }

    /// A counter was never below zero: the series begins where its line meets it.
    private double factorFromZero(int step, double begin, double difference) {
        double whole = sampled[step];
        double before = Math.min(toStart[step], whole * (begin / difference));
        return (whole + before + toEnd[step]) / whole / divisor;
    }
}
