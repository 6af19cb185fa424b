package dev.belvedere.promql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arithmetic where a duration stands: `[2 * step()]`, `offset max_of(5m, range())`.
///
/// @param left absent for unary operators, `step()` and `range()`
/// @param right absent for `step()` and `range()`
/// @param isWrapped whether it stands in parentheses
/// @param ownPosition where it was written; an expression of two operands reaches from one to the other
///     instead
public record DurationExpr(
        DurationOp op, @Nullable Expr left, @Nullable Expr right, boolean isWrapped, PositionRange ownPosition)
        implements Expr {

    @Override
    public ValueType type() {
        return ValueType.SCALAR;
    }

    @Override
    public PositionRange position() {
        if (left != null && right != null) {
            return PositionRange.span(left.position(), right.position());
        }
        return right == null ? ownPosition : PositionRange.span(ownPosition, right.position());
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    DurationExpr wrapped() {
        return new DurationExpr(op, left, right, true, ownPosition);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
