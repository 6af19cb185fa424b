package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.promql.syntax.VectorSelector;

/// Chooses the kernel of a range function.
final class RangeKernels {

    private RangeKernels() {}

    static RangeKernel create(
            Evaluation evaluation,
            Call call,
            PositionRange position,
            long rangeMillis,
            VectorSelector.Extension extension) {
        Annotations annotations = evaluation.annotations();
        return switch (call.function()) {
            case RATE -> rate(annotations, position, extension, new RateKind(true, true, rangeMillis));
            case INCREASE -> rate(annotations, position, extension, new RateKind(true, false, rangeMillis));
            case DELTA -> rate(annotations, position, extension, new RateKind(false, false, rangeMillis));
            case IRATE -> new InstantRateKernel(annotations, position, true);
            case IDELTA -> new InstantRateKernel(annotations, position, false);
            case RESETS ->
                new TransitionKernel(TransitionKernel.Counted.RESETS, extension == VectorSelector.Extension.ANCHORED);
            case CHANGES ->
                new TransitionKernel(TransitionKernel.Counted.CHANGES, extension == VectorSelector.Extension.ANCHORED);
            case SUM_OVER_TIME -> new SumKernel(annotations, position, false);
            case AVG_OVER_TIME -> new SumKernel(annotations, position, true);
            case COUNT_OVER_TIME -> (window, step) -> window.floatCount() + window.histogramCount();
            case PRESENT_OVER_TIME, ABSENT_OVER_TIME -> (window, step) -> 1;
            case FIRST_OVER_TIME -> EdgeKernel.first();
            case LAST_OVER_TIME -> EdgeKernel.last();
            case TS_OF_FIRST_OVER_TIME -> EdgeKernel.timestampOfFirst();
            case TS_OF_LAST_OVER_TIME -> EdgeKernel.timestampOfLast();
            case MIN_OVER_TIME, MAX_OVER_TIME, TS_OF_MIN_OVER_TIME, TS_OF_MAX_OVER_TIME ->
                new ExtremeKernel(annotations, position, call.function());
            case STDDEV_OVER_TIME -> FloatKernels.variance(annotations, position, true);
            case STDVAR_OVER_TIME -> FloatKernels.variance(annotations, position, false);
            case MAD_OVER_TIME -> FloatKernels.medianDeviation(annotations, position);
            case QUANTILE_OVER_TIME -> {
                Expr quantile = call.arguments().getFirst();
                yield new QuantileKernel(annotations, quantile.position(), evaluation.scalars(quantile));
            }
            case DERIV -> RegressionKernel.derivative(evaluation, position);
            case PREDICT_LINEAR ->
                RegressionKernel.prediction(
                        evaluation,
                        position,
                        evaluation.scalars(call.arguments().get(1)));
            case DOUBLE_EXPONENTIAL_SMOOTHING ->
                FloatKernels.smoothing(
                        annotations,
                        position,
                        evaluation.scalars(call.arguments().get(1)),
                        evaluation.scalars(call.arguments().get(2)));
            default -> throw new IllegalStateException("no range function: " + call.function());
        };
    }

    /// @param isCounter whether falling values are resets
    /// @param isPerSecond whether the result is divided by the range
    record RateKind(boolean isCounter, boolean isPerSecond, long rangeMillis) {}

    private static RangeKernel rate(
            Annotations annotations, PositionRange position, VectorSelector.Extension extension, RateKind kind) {
        return extension == VectorSelector.Extension.NONE
                ? new RateKernel(annotations, position, kind)
                : new ExtendedRateKernel(annotations, position, kind, extension == VectorSelector.Extension.SMOOTHED);
    }
}
