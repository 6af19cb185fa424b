package dev.belvedere.promql.syntax;

import java.util.List;

/// An expression in parentheses.
public record ParenExpr(Expr expr, PositionRange position) implements Expr {

    @Override
    public ValueType type() {
        return expr.type();
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
