package dev.belvedere.wire;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// Bytes from outside that are not what their protocol says. Nothing of the message was used.
public final class WireFormatException extends OperationException {

    private final long offset;

    /// @param offset where reading stopped, in bytes of the decoded body
    /// @param problem a clause without full stop, e.g. `field 3 ends beyond the message`
    public WireFormatException(long offset, String problem) {
        super("malformed_body", Fault.USER, problem + " (at byte " + offset + ")");
        this.offset = offset;
    }

    public long offset() {
        return offset;
    }
}
