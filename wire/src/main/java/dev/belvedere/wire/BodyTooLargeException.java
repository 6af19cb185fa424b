package dev.belvedere.wire;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A body that is, or says it would become, larger than the server takes. It was not unpacked.
public final class BodyTooLargeException extends OperationException {

    /// @param what a clause, e.g. `the snappy body says it unpacks to 5 GiB`
    /// @param limitName the configuration key that bounds it
    public BodyTooLargeException(String what, String limitName, long limit) {
        super(
                "body_too_large",
                Fault.USER,
                what + ", the limit " + limitName + " is " + limit + ": send smaller batches, or raise it");
    }

    public static BodyTooLargeException bytes(String what, long limitBytes) {
        return new BodyTooLargeException(what, "ingest.maxDecodedBytes", limitBytes);
    }

    public static BodyTooLargeException records(int limit) {
        return new BodyTooLargeException("the request has too many records", "ingest.maxRecords", limit);
    }
}
