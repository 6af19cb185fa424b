package dev.belvedere.promql.syntax;

import java.util.List;

/// A sign before an expression that is no number.
public record UnaryExpr(boolean isNegative, Expr expr, PositionRange signPosition) implements Expr {

    @Override
    public ValueType type() {
        return expr.type();
    }

    @Override
    public PositionRange position() {
        return PositionRange.span(signPosition, expr.position());
    }

    @Override
    public List<Expr> children() {
        return List.of(expr);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
