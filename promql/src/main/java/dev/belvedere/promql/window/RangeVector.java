package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.Answers;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.SampleCounts;
import dev.belvedere.promql.evaluation.SamplesByStep;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An instant query for a range vector: the samples themselves.
public final class RangeVector {

    private final Evaluation evaluation;
    private final SampleColumn column = new SampleColumn();
    private final SparseColumns sparse = new SparseColumns();
    private final RangeWindow window = new RangeWindow();
    private final List<MatrixSeries> series = new ArrayList<>();

    private RangeVector(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    public static MatrixValue evaluate(Evaluation evaluation, Expr expr) {
        if (expr instanceof SubqueryExpr subquery) {
            return subquery(evaluation, subquery);
        }
        RangeVector vector = new RangeVector(evaluation);
        if (expr instanceof MatrixSelector matrix) {
            vector.select(matrix);
        }
        return Answers.sorted(vector.series);
    }

    private static MatrixValue subquery(Evaluation evaluation, SubqueryExpr subquery) {
        Subquery result = Subquery.evaluate(evaluation, subquery);
        SamplesByStep counts = result.evaluation().counts().byStep();
        evaluation.counts().addQueryable(0, counts.totalQueryable());
        evaluation.counts().addRead(0, counts.totalRead());
        List<StepSeries> settled =
                Answers.settled(result.series(), evaluation.context().options());
        return (MatrixValue) Answers.range(new StepValue.Vectors(settled), result.evaluation());
    }

    private void select(MatrixSelector matrix) {
        VectorSelector selector = matrix.selector();
        Selections selections = evaluation.context().selections();
        Selections.Need need =
                selections.need(selector, matrix.rangeMillis(), evaluation.startMillis(), evaluation.startMillis());
        TimeShift shift = selector.shift();
        window.endMillis = (shift.hasAt() ? shift.atMillis() : evaluation.startMillis()) - shift.offsetMillis();
        window.startMillis = window.endMillis - matrix.rangeMillis();
        selections.forEachGroup(selector.matchers(), need, group -> visit(group, need, selector.extension()));
    }

    private void visit(SeriesGroup group, Selections.Need need, VectorSelector.Extension extension) {
        window.labels.begin(group);
        for (int index = 0; index < group.seriesCount(); index++) {
            group.read(index, column);
            window.labels.moveTo(index);
            sparse.fill(column, group.timestamps(), window, false);
            int from = firstAtOrAfter(window.times, window.rows, need.fromMillis());
            int to = firstAtOrAfter(window.times, window.rows, need.toMillis() + 1);
            int histogramFrom = firstAtOrAfter(window.histogramTimes, window.histogramRows, need.fromMillis());
            int histogramTo = firstAtOrAfter(window.histogramTimes, window.histogramRows, need.toMillis() + 1);
            if (extension != VectorSelector.Extension.NONE) {
                if (histogramTo > histogramFrom) {
                    throw new EvaluationException(
                            (extension == VectorSelector.Extension.ANCHORED ? "anchored" : "smoothed")
                                    + " modifier is not supported with histograms");
                }
                if (to > from) {
                    extended(from, to, extension == VectorSelector.Extension.SMOOTHED);
                }
            } else if (to > from || histogramTo > histogramFrom) {
                int samples = to - from + histogramTo - histogramFrom;
                hold(samples);
                series.add(new MatrixSeries(
                        window.labels.get(),
                        Arrays.copyOfRange(window.times, from, to),
                        Arrays.copyOfRange(window.values, from, to),
                        Arrays.copyOfRange(window.histogramTimes, histogramFrom, histogramTo),
                        Arrays.copyOfRange(window.histograms, histogramFrom, histogramTo)));
                long weight = to - from;
                for (int row = histogramFrom; row < histogramTo; row++) {
                    weight += SampleCounts.weight(window.histograms[row]);
                }
                evaluation.counts().add(0, weight);
            }
        }
    }

    /// Counts the samples of a series that is about to be answered.
    private void hold(int samples) {
        evaluation.context().hold(samples, StepSeries.sizeBytes(0) + 2L * Double.BYTES * samples);
    }

    private static int firstAtOrAfter(long[] times, int rows, long limit) {
        int row = 0;
        while (row < rows && times[row] < limit) {
            row++;
        }
        return row;
    }

    /// The samples inside the range, with values at its edges.
    private void extended(int from, int to, boolean isSmoothed) {
        long[] times = window.times;
        int last = to - 1;
        int first = from;
        while (first < last && times[first] <= window.startMillis) {
            first++;
        }
        first = Math.max(from, first - 1);
        if (isSmoothed) {
            int inside = from;
            while (inside < last && times[inside] < window.endMillis) {
                inside++;
            }
            last = inside;
        }
        if (times[last] <= window.startMillis) {
            return;
        }
        double left = isSmoothed && times[first] < window.startMillis
                ? ExtendedRateKernel.interpolate(window, first, window.startMillis, false)
                : window.values[first];
        double right = isSmoothed && last > from && times[last] > window.endMillis
                ? ExtendedRateKernel.interpolate(window, last - 1, window.endMillis, false)
                : window.values[last];
        first += times[first] <= window.startMillis ? 1 : 0;
        last -= times[last] >= window.endMillis ? 1 : 0;
        int inner = Math.max(0, last - first + 1);
        hold(inner + 2);
        evaluation.counts().add(0, inner + 2);
        long[] outTimes = new long[inner + 2];
        double[] outValues = new double[inner + 2];
        System.arraycopy(times, first, outTimes, 1, inner);
        System.arraycopy(window.values, first, outValues, 1, inner);
        outTimes[0] = window.startMillis;
        outValues[0] = left;
        outTimes[inner + 1] = window.endMillis;
        outValues[inner + 1] = right;
        series.add(new MatrixSeries(window.labels.get(), outTimes, outValues, new long[0], new NativeHistogram[0]));
    }
}
