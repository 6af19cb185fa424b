package dev.belvedere.promql.operation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.ValueType;
import java.util.List;

/// Binary operations; what depends on the types of the sides is decided here.
public final class BinaryOperation {

    private BinaryOperation() {}

    public static StepValue evaluate(Evaluation evaluation, BinaryExpr expr) {
        boolean isLeftScalar = expr.left().type() == ValueType.SCALAR;
        boolean isRightScalar = expr.right().type() == ValueType.SCALAR;
        if (isLeftScalar && isRightScalar) {
            return scalars(evaluation, expr);
        }
        if (isRightScalar) {
            List<StepSeries> vector = evaluation.vector(expr.left());
            return withScalar(evaluation, expr, vector, evaluation.scalars(expr.right()), false);
        }
        if (isLeftScalar) {
            double[] scalars = evaluation.scalars(expr.left());
            return withScalar(evaluation, expr, evaluation.vector(expr.right()), scalars, true);
        }
        List<StepSeries> left = evaluation.vector(expr.left());
        List<StepSeries> right = evaluation.vector(expr.right());
        return new StepValue.Vectors(
                expr.op().isSetOperator()
                        ? SetOperation.evaluate(evaluation, expr, left, right)
                        : new VectorMatch(evaluation, expr).evaluate(left, right));
    }

    private static StepValue scalars(Evaluation evaluation, BinaryExpr expr) {
        double[] left = evaluation.scalars(expr.left());
        double[] right = evaluation.scalars(expr.right());
        double[] result = new double[evaluation.steps()];
        for (int step = 0; step < result.length; step++) {
            result[step] = ElementOperation.ofScalars(expr.op(), left[step], right[step]);
        }
        return new StepValue.Scalars(result);
    }

    /// @param isSwapped whether the scalar is on the left
    private static StepValue withScalar(
            Evaluation evaluation, BinaryExpr expr, List<StepSeries> vector, double[] scalars, boolean isSwapped) {
        boolean isNameDropped = expr.op().changesMeaning() || expr.isBool();
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        ElementOperation operation = new ElementOperation(evaluation, expr);
        for (StepSeries series : vector) {
            Labels labels = isNameDropped ? evaluation.nameDropped(series) : series.labels();
            StepSeries result = new StepSeries(labels, series.isNameDropped() || isNameDropped, evaluation.steps());
            boolean hasSamples = !series.hasHistograms() && !expr.op().isTrim()
                    ? floats(expr, series.values(), scalars, isSwapped, result)
                    : samples(operation, expr, series, scalars, isSwapped, result);
            if (hasSamples) {
                sink.accept(result);
            }
        }
        return new StepValue.Vectors(isNameDropped ? evaluation.mergedAfterDrop(sink.series()) : sink.series());
    }

    private static boolean floats(
            BinaryExpr expr, double[] values, double[] scalars, boolean isSwapped, StepSeries result) {
        double[] left = isSwapped ? scalars : values;
        double[] right = isSwapped ? values : scalars;
        // The sample of the vector is what is filtered, on whichever side it stands.
        ColumnOperation.apply(expr.op(), expr.isBool(), left, right, values, result.values());
        return !result.isEmpty();
    }

    private static boolean samples(
            ElementOperation operation,
            BinaryExpr expr,
            StepSeries series,
            double[] scalars,
            boolean isSwapped,
            StepSeries result) {
        boolean hasSamples = false;
        for (int step = 0; step < series.steps(); step++) {
            if (!series.isPresent(step)) {
                continue;
            }
            NativeHistogram histogram = series.histogram(step);
            double value = series.values()[step];
            boolean isPossible = isSwapped
                    ? operation.apply(scalars[step], null, value, histogram)
                    : operation.apply(value, histogram, scalars[step], null);
            if (!isPossible || !operation.isKept && !expr.isBool()) {
                continue;
            }
            if (expr.isBool()) {
                result.values()[step] = operation.isKept ? 1 : 0;
            } else if (operation.histogram != null) {
                result.setHistogram(step, operation.histogram);
            } else {
                result.values()[step] = expr.op().isComparison() ? value : operation.value;
            }
            hasSamples = true;
        }
        return hasSamples;
    }
}
