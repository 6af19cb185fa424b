package dev.belvedere.promql.aggregation;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Aggregations that make one series of each group. A series is folded into its group as soon as it is
/// computed and not kept.
public final class Aggregation {

    private Aggregation() {}

    public static List<StepSeries> evaluate(Evaluation evaluation, AggregateExpr expr) {
        return switch (expr.op()) {
            case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO -> new Selecting(evaluation, expr).evaluate();
            case COUNT_VALUES -> countValues(evaluation, expr);
            case QUANTILE -> quantile(evaluation, expr);
            case STDDEV, STDVAR -> foldInOrder(evaluation, expr);
            case SUM, AVG, COUNT, MIN, MAX, GROUP -> fold(evaluation, expr);
        };
    }

    /// One group's running result at every step.
    interface Accumulator {

        void add(StepSeries series);

        /// Adds what another one has, of series that come behind. Never called of one that has seen histograms and
        /// needs them in order.
        default void join(Accumulator later) {
            throw new UnsupportedOperationException("takes series in order only");
        }

        /// What the series of results is to keep its floats in: an array without any, or one of the accumulator's own.
        default double[] room(int steps) {
            return StepSeries.noFloats(steps);
        }

        /// Writes the results; steps without any stay empty. Nothing is added afterwards.
        ///
        /// @param result with the array that [#room] has handed out
        void finish(StepSeries result);
    }

    private static List<StepSeries> fold(Evaluation evaluation, AggregateExpr expr) {
        GroupFold fold = GroupFold.ofPartitions(evaluation, expr);
        evaluation.stream(expr.expr(), fold);
        return fold.results();
    }

    /// Folds series sorted by labels. What is not compensated depends on the order of its terms in the
    /// last digits, and this is the order in which Prometheus mostly reads them.
    private static List<StepSeries> foldInOrder(Evaluation evaluation, AggregateExpr expr) {
        GroupFold fold = GroupFold.inOrder(evaluation, expr, () -> accumulator(evaluation, expr));
        List<StepSeries> series = new ArrayList<>(evaluation.vector(expr.expr()));
        series.sort(Comparator.comparing(s -> s.labels()));
        series.forEach(fold::accept);
        return fold.results();
    }

    static Accumulator accumulator(Evaluation evaluation, AggregateExpr expr) {
        return switch (expr.op()) {
            case SUM -> new SumAccumulator(evaluation, expr, false);
            case AVG -> new SumAccumulator(evaluation, expr, true);
            case COUNT -> new CountAccumulator(evaluation.steps(), false);
            case GROUP -> new CountAccumulator(evaluation.steps(), true);
            case MIN -> new ExtremeAccumulator(evaluation, expr, false);
            case MAX -> new ExtremeAccumulator(evaluation, expr, true);
            case STDDEV -> new VarianceAccumulator(evaluation, expr, true);
            case STDVAR -> new VarianceAccumulator(evaluation, expr, false);
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO ->
                throw new IllegalStateException("no fold: " + expr.op());
        };
    }

    private static List<StepSeries> countValues(Evaluation evaluation, AggregateExpr expr) {
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        CountValues.stream(evaluation, expr, sink);
        return sink.series();
    }

    private static List<StepSeries> quantile(Evaluation evaluation, AggregateExpr expr) {
        Expr parameter = expr.parameter().orElseThrow();
        double[] quantiles = evaluation.scalars(parameter);
        GroupFold fold =
                GroupFold.inOrder(evaluation, expr, () -> new QuantileAccumulator(evaluation, expr, quantiles));
        List<StepSeries> series = evaluation.vector(expr.expr());
        // Equal notes are kept once, the last one: what is inside comes first.
        noteInvalidQuantiles(evaluation, quantiles, parameter);
        series.forEach(fold::accept);
        return fold.results();
    }

    /// Of many, only the highest and the lowest are remarked on, and of any that is no number none but that.
    private static void noteInvalidQuantiles(Evaluation evaluation, double[] quantiles, Expr parameter) {
        double max = Double.NEGATIVE_INFINITY;
        double min = Double.POSITIVE_INFINITY;
        for (double quantile : quantiles) {
            max = Math.max(max, quantile);
            min = Math.min(min, quantile);
        }
        if (Double.isNaN(max)) {
            evaluation.annotations().invalidQuantile(max, parameter.position());
        }
        if (max > 1) {
            evaluation.annotations().invalidQuantile(max, parameter.position());
        }
        if (min < 0) {
            evaluation.annotations().invalidQuantile(min, parameter.position());
        }
    }

    /// Remarks on a histogram in an aggregation of floats.
    static void noteIgnoredHistogram(Evaluation evaluation, AggregateExpr expr) {
        boolean isSelecting = expr.op() == AggregateOp.TOPK || expr.op() == AggregateOp.BOTTOMK;
        evaluation
                .annotations()
                .histogramIgnoredInAggregation(
                        expr.op().text(),
                        isSelecting ? expr.position() : expr.expr().position());
    }
}
