package dev.belvedere.promql.syntax;

import java.util.List;
import java.util.Optional;

/// An instant vector expression evaluated over a range: `rate(x[1m])[10m:30s]`.
///
/// @param rangeMillis 0 if `rangeExpr` is present
/// @param stepMillis 0 if none was given or `stepExpr` is present
/// @param endPosition offset behind the last character, modifiers included
public record SubqueryExpr(
        Expr expr,
        long rangeMillis,
        Optional<DurationExpr> rangeExpr,
        long stepMillis,
        Optional<DurationExpr> stepExpr,
        TimeShift shift,
        int endPosition)
        implements Expr {

    @Override
    public ValueType type() {
        return ValueType.MATRIX;
    }

    @Override
    public PositionRange position() {
        return expr.position().endingAt(endPosition);
    }

    @Override
    public List<Expr> children() {
        return List.of(expr);
    }

    SubqueryExpr with(TimeShift changed, int newEndPosition) {
        return new SubqueryExpr(expr, rangeMillis, rangeExpr, stepMillis, stepExpr, changed, newEndPosition);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
