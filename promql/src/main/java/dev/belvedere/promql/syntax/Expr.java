package dev.belvedere.promql.syntax;

import java.util.List;

/// A node of a parsed expression. Immutable; holds nothing of any evaluation.
public sealed interface Expr
        permits AggregateExpr,
                BinaryExpr,
                Call,
                DurationExpr,
                MatrixSelector,
                NumberLiteral,
                ParenExpr,
                StringLiteral,
                SubqueryExpr,
                UnaryExpr,
                VectorSelector {

    ValueType type();

    PositionRange position();

    /// The expressions directly below, in the order in which evaluation and tools visit them. Duration
    /// expressions inside modifiers are not among them.
    List<Expr> children();

    /// This expression inside all parentheses around it.
    default Expr unwrapped() {
        Expr inner = this;
        while (inner instanceof ParenExpr paren) {
            inner = paren.expr();
        }
        return inner;
    }
}
