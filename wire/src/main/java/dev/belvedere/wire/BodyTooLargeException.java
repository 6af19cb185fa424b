package dev.belvedere.wire;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A body that is, or says it would become, larger than the server takes. It was not unpacked.
public final class BodyTooLargeException extends OperationException {

    public BodyTooLargeException(String what, long limitBytes) {
        super(
                "body_too_large",
                Fault.USER,
                what + ", the limit is " + limitBytes + ": send smaller batches, or raise ingest.maxDecodedBytes");
    }
}
