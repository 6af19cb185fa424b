package dev.belvedere.alerting.rules;

import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.plan.Steps;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// The samples of a matrix step by step.
final class MatrixSteps implements Iterator<List<RuleSample>> {

    private final List<MatrixSeries> series;
    private final Steps steps;

    /// Of each series, how many floats and histograms were given.
    private final int[] floatsGiven;

    private final int[] histogramsGiven;
    private long nextMillis;

    MatrixSteps(MatrixValue matrix, Steps steps) {
        this.series = matrix.series();
        this.steps = steps;
        this.floatsGiven = new int[series.size()];
        this.histogramsGiven = new int[series.size()];
        this.nextMillis = steps.startMillis();
    }

    @Override
    public boolean hasNext() {
        return nextMillis <= steps.endMillis();
    }

    @Override
    public List<RuleSample> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no step after " + steps.endMillis());
        }
        List<RuleSample> samples = new ArrayList<>(series.size());
        for (int i = 0; i < floatsGiven.length; i++) {
            MatrixSeries each = series.get(i);
            int floats = floatsGiven[i];
            int histograms = histogramsGiven[i];
            if (floats < each.timestamps().length && each.timestamps()[floats] == nextMillis) {
                samples.add(RuleSample.of(each.labels(), each.values()[floats]));
                floatsGiven[i]++;
            } else if (histograms < each.histogramTimestamps().length
                    && each.histogramTimestamps()[histograms] == nextMillis) {
                samples.add(new RuleSample(each.labels(), 0, each.histograms()[histograms]));
                histogramsGiven[i]++;
            }
        }
        nextMillis += steps.stepMillis();
        return samples;
    }
}
