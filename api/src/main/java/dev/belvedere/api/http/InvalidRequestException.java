package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A request that cannot be what its sender meant: a missing or malformed parameter, a wrong type of body.
public class InvalidRequestException extends OperationException {

    public InvalidRequestException(String message) {
        super("bad_request", Fault.USER, message);
    }

    public InvalidRequestException(String code, String message) {
        super(code, Fault.USER, message);
    }
}
