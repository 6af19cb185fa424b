package dev.belvedere.promql.evaluation;

import dev.belvedere.promql.syntax.Expr;

/// Computes single nodes of a query; asks the evaluation for the nodes below.
public interface NodeEvaluator {

    /// Computes a node at all steps of an evaluation, of which there is at least one.
    StepValue evaluate(Evaluation evaluation, Expr node);

    /// Whether [#stream] knows the node.
    boolean isStreamable(Expr node);

    /// Computes a vector series by series.
    ///
    /// @param node without parentheses around it
    void stream(Evaluation evaluation, Expr node, SeriesSink sink);
}
