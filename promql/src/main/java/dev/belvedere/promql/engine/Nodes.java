package dev.belvedere.promql.engine;

import dev.belvedere.promql.aggregation.Aggregation;
import dev.belvedere.promql.aggregation.CountValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.NodeEvaluator;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepValue;
import dev.belvedere.promql.function.FunctionCalls;
import dev.belvedere.promql.operation.BinaryOperation;
import dev.belvedere.promql.operation.UnaryOperation;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.DurationExpr;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.promql.window.InstantSelection;
import dev.belvedere.promql.window.RangeFunctionCall;
import java.util.Arrays;

/// Hands each kind of node to what computes it.
final class Nodes implements NodeEvaluator {

    @Override
    public StepValue evaluate(Evaluation evaluation, Expr node) {
        return switch (node) {
            case NumberLiteral number -> {
                double[] values = new double[evaluation.steps()];
                Arrays.fill(values, number.value());
                yield new StepValue.Scalars(values);
            }
            case StringLiteral string -> new StepValue.Text(string.value());
            case ParenExpr paren -> evaluation.evaluate(paren.expr());
            case UnaryExpr unary -> UnaryOperation.evaluate(evaluation, unary);
            case VectorSelector selector -> {
                SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
                InstantSelection.select(evaluation, selector, sink);
                yield new StepValue.Vectors(sink.series());
            }
            case BinaryExpr binary -> BinaryOperation.evaluate(evaluation, binary);
            case AggregateExpr aggregate -> new StepValue.Vectors(Aggregation.evaluate(evaluation, aggregate));
            case Call call -> FunctionCalls.evaluate(evaluation, call);
            case MatrixSelector matrix -> throw new IllegalStateException("range vector outside a function: " + matrix);
            case SubqueryExpr subquery -> throw new IllegalStateException("subquery outside a function: " + subquery);
            case DurationExpr duration -> throw new IllegalStateException("duration outside a modifier: " + duration);
        };
    }

    @Override
    public boolean isStreamable(Expr node) {
        return switch (node) {
            case VectorSelector selector -> true;
            case Call call -> RangeFunctionCall.isStreamable(call);
            case AggregateExpr aggregate -> aggregate.op() == AggregateOp.COUNT_VALUES;
            default -> false;
        };
    }

    @Override
    public void stream(Evaluation evaluation, Expr node, SeriesSink sink) {
        switch (node) {
            case VectorSelector selector -> InstantSelection.select(evaluation, selector, sink);
            case Call call -> new RangeFunctionCall(evaluation, call).stream(sink);
            case AggregateExpr aggregate -> CountValues.stream(evaluation, aggregate, sink);
            default -> throw new IllegalStateException("cannot be streamed: " + node);
        }
    }
}
