package dev.belvedere.promql.syntax;

import java.util.List;

/// A function called with arguments.
public record Call(Function function, List<Expr> arguments, PositionRange position) implements Expr {

    public Call {
        arguments = List.copyOf(arguments);
    }

    @Override
    public ValueType type() {
        return function.returnType();
    }

    @Override
    public List<Expr> children() {
        return arguments;
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
