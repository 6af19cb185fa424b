package dev.belvedere.promql.syntax;

import java.util.List;
import java.util.Optional;

/// A range of samples of each series: `x{job="a"}[5m]`. Its modifiers are the selector's.
///
/// @param rangeMillis 0 if `rangeExpr` is present
/// @param rangeExpr a range that is known only with the query's step and range
/// @param endPosition offset behind the last character, modifiers included
public record MatrixSelector(
        VectorSelector selector, long rangeMillis, Optional<DurationExpr> rangeExpr, int endPosition) implements Expr {

    @Override
    public ValueType type() {
        return ValueType.MATRIX;
    }

    @Override
    public PositionRange position() {
        return selector.position().endingAt(endPosition);
    }

    @Override
    public List<Expr> children() {
        return List.of(selector);
    }

    MatrixSelector with(VectorSelector changed, int newEndPosition) {
        return new MatrixSelector(changed, rangeMillis, rangeExpr, newEndPosition);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
