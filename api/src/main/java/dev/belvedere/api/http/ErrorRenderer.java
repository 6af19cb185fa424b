package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// Writes a failure the way a face's clients expect it.
public interface ErrorRenderer {

    Reply render(OperationException failure);

    /// The status that says whose fault it is, for faces without rules of their own.
    static int status(OperationException failure) {
        return switch (failure.code()) {
            case "not_found" -> 404;
            case "method_not_allowed" -> 405;
            case "body_too_large" -> 413;
            case "unsupported_media_type" -> 415;
            // What proxies write down for a client that went away.
            case "query_cancelled" -> 499;
            default -> status(failure.fault());
        };
    }

    private static int status(Fault fault) {
        return switch (fault) {
            case USER -> 400;
            case OVERLOAD, DEPENDENCY -> 503;
            case CORRUPT, BUG -> 500;
        };
    }

    /// A line of text: for faces whose clients show or log the body as it is.
    static ErrorRenderer text() {
        return failure -> Reply.text(status(failure), failure.getMessage() + "\n");
    }
}
