package dev.belvedere.promql.function;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.window.RangeFunctionCall;
import dev.belvedere.promql.window.RangeKernel;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Evaluates function calls; the branching is here, the functions are elsewhere.
public final class FunctionCalls {

    private FunctionCalls() {}

    public static StepValue evaluate(Evaluation evaluation, Call call) {
        return switch (call.function()) {
            case TIME, PI, SCALAR, MAX_OF, MIN_OF -> new StepValue.Scalars(scalars(evaluation, call));
            case START, END, RANGE, STEP -> throw new IllegalStateException("not replaced by its value: " + call);
            default -> new StepValue.Vectors(vector(evaluation, call));
        };
    }

    private static Expr argument(Call call, int index) {
        return call.arguments().get(index);
    }

    private static double[] scalars(Evaluation evaluation, Call call) {
        double[] values = new double[evaluation.steps()];
        switch (call.function()) {
            case TIME -> {
                for (int step = 0; step < values.length; step++) {
                    values[step] = evaluation.time(step) / 1000.0;
                }
            }
            case SCALAR -> VectorFunctions.scalar(evaluation.vector(argument(call, 0)), values);
            case MAX_OF, MIN_OF -> {
                double[] a = evaluation.scalars(argument(call, 0));
                double[] b = evaluation.scalars(argument(call, 1));
                boolean isMax = call.function() == Function.MAX_OF;
                for (int step = 0; step < values.length; step++) {
                    values[step] = isMax ? MathFunctions.max(a[step], b[step]) : MathFunctions.min(a[step], b[step]);
                }
            }
            default -> Arrays.fill(values, Math.PI);
        }
        return values;
    }

    private static List<StepSeries> vector(Evaluation evaluation, Call call) {
        DoubleUnaryOperator unary = MathFunctions.unary(call.function());
        if (unary != null) {
            return VectorFunctions.mapFloats(
                    evaluation, argument(call, 0), (value, step) -> unary.applyAsDouble(value));
        }
        if (RangeFunctionCall.isStreamable(call)) {
            SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
            new RangeFunctionCall(evaluation, call).stream(sink);
            return sink.series();
        }
        return switch (call.function()) {
            case ABSENT -> AbsentFunctions.absent(evaluation, call);
            case ABSENT_OVER_TIME -> AbsentFunctions.absentOverTime(evaluation, call);
            case CLAMP, CLAMP_MIN, CLAMP_MAX -> clamp(evaluation, call);
            case ROUND -> round(evaluation, call);
            case VECTOR -> VectorFunctions.vector(evaluation, evaluation.scalars(argument(call, 0)));
            case TIMESTAMP -> VectorFunctions.timestamp(evaluation, argument(call, 0));
            case START_TIMESTAMP -> VectorFunctions.startTimestamp(evaluation, argument(call, 0));
            case DAYS_IN_MONTH, DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, HOUR, MINUTE, MONTH, YEAR ->
                DateFunctions.evaluate(evaluation, call);
            case SORT, SORT_DESC, SORT_BY_LABEL, SORT_BY_LABEL_DESC -> SortFunctions.evaluate(evaluation, call);
            case LABEL_REPLACE -> LabelFunctions.replace(evaluation, call);
            case LABEL_JOIN -> LabelFunctions.join(evaluation, call);
            case INFO -> InfoFunction.evaluate(evaluation, call);
            case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG, HISTOGRAM_STDDEV, HISTOGRAM_STDVAR ->
                HistogramFunctions.summary(evaluation, call);
            case HISTOGRAM_QUANTILE -> HistogramFunctions.quantile(evaluation, call);
            case HISTOGRAM_QUANTILES -> HistogramFunctions.quantiles(evaluation, call);
            case HISTOGRAM_FRACTION -> HistogramFunctions.fraction(evaluation, call);
            default -> throw new IllegalStateException("no vector function: " + call.function());
        };
    }

    private static List<StepSeries> clamp(Evaluation evaluation, Call call) {
        double[] first = evaluation.scalars(argument(call, 1));
        return switch (call.function()) {
            case CLAMP_MIN ->
                VectorFunctions.mapFloats(
                        evaluation, argument(call, 0), (value, step) -> MathFunctions.max(first[step], value));
            case CLAMP_MAX ->
                VectorFunctions.mapFloats(
                        evaluation, argument(call, 0), (value, step) -> MathFunctions.min(first[step], value));
            default -> {
                double[] max = evaluation.scalars(argument(call, 2));
                yield VectorFunctions.mapFloats(
                        evaluation,
                        argument(call, 0),
                        (value, step) -> max[step] < first[step]
                                ? RangeKernel.NOTHING
                                : MathFunctions.max(first[step], MathFunctions.min(max[step], value)));
            }
        };
    }

    private static List<StepSeries> round(Evaluation evaluation, Call call) {
        double[] nearest = evaluation.scalars(
                call.arguments().size() > 1 ? argument(call, 1) : new NumberLiteral(1, false, call.position()));
        // Multiplying by the inverse is more accurate than dividing: most roundings are to 0.1, 0.01 and the like.
        return VectorFunctions.mapFloats(evaluation, argument(call, 0), (value, step) -> {
            double inverse = 1 / nearest[step];
            return Math.floor(value * inverse + 0.5) / inverse;
        });
    }
}
