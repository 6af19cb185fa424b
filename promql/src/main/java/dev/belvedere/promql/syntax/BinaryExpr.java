package dev.belvedere.promql.syntax;

import java.util.List;
import java.util.Optional;

/// Two expressions and an operator between them.
///
/// @param isBool whether a comparison answers 0 or 1 instead of filtering
/// @param matching present if both sides are instant vectors
public record BinaryExpr(BinaryOp op, Expr left, Expr right, boolean isBool, Optional<VectorMatching> matching)
        implements Expr {

    @Override
    public ValueType type() {
        return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
                ? ValueType.SCALAR
                : ValueType.VECTOR;
    }

    @Override
    public PositionRange position() {
        return PositionRange.span(left.position(), right.position());
    }

    @Override
    public List<Expr> children() {
        return List.of(left, right);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
