package dev.belvedere.promql.syntax;

import java.util.List;

/// A string, without its quotes and escapes.
public record StringLiteral(String value, PositionRange position) implements Expr {

    @Override
    public ValueType type() {
        return ValueType.STRING;
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
