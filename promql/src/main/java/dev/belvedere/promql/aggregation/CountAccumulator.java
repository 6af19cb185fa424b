package dev.belvedere.promql.aggregation;

import dev.belvedere.promql.evaluation.StepSeries;

/// `count` and `group`.
final class CountAccumulator implements Aggregation.Accumulator {

    private final int[] counts;
    private final boolean isGroup;

    CountAccumulator(int steps, boolean isGroup) {
        this.counts = new int[steps];
        this.isGroup = isGroup;
    }

    @Override
    public void add(StepSeries series) {
        for (int step = 0; step < counts.length; step++) {
            counts[step] += series.isPresent(step) ? 1 : 0;
        }
    }

    @Override
    public void join(Aggregation.Accumulator later) {
        int[] others = ((CountAccumulator) later).counts;
        for (int step = 0; step < counts.length; step++) {
            counts[step] += others[step];
        }
    }

    @Override
    public void finish(StepSeries result) {
        for (int step = 0; step < counts.length; step++) {
            if (counts[step] > 0) {
                result.values()[step] = isGroup ? 1 : counts[step];
            }
        }
    }
}
