package dev.belvedere.promql.syntax;

import java.util.List;
import java.util.Optional;

/// An aggregation: `sum by (job) (x)`.
///
/// @param parameter the k, quantile, ratio or label of operators that have one
/// @param isWithout whether `grouping` is dropped rather than kept
public record AggregateExpr(
        AggregateOp op,
        Expr expr,
        Optional<Expr> parameter,
        List<String> grouping,
        boolean isWithout,
        PositionRange position)
        implements Expr {

    public AggregateExpr {
        grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
        return ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
        return parameter.isPresent() ? List.of(expr, parameter.get()) : List.of(expr);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
