package dev.belvedere.alerting.rules;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// An expression that a rule cannot have.
public final class ExpressionException extends OperationException {

    private final int offset;

    /// @param offset of the character of the expression where the fault lies
    public ExpressionException(String message, int offset) {
        super("bad_expression", Fault.USER, message);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
