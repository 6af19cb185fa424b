package dev.belvedere.promql.syntax;

import java.util.List;

/// A number.
///
/// @param isDuration whether it was written as a duration and stands for its seconds
public record NumberLiteral(double value, boolean isDuration, PositionRange position) implements Expr {

    @Override
    public ValueType type() {
        return ValueType.SCALAR;
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
