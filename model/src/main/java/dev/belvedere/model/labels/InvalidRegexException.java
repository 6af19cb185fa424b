package dev.belvedere.model.labels;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A user's regular expression that RE2 does not accept.
public final class InvalidRegexException extends OperationException {

    /// @param problem what is wrong, and with which piece
    InvalidRegexException(String problem) {
        super("invalid_regex", Fault.USER, "error parsing regexp: " + problem);
    }
}
