package dev.belvedere.api.http;

import java.util.List;

/// A path that is known, but not under this method.
final class MethodNotAllowedException extends InvalidRequestException {

    private final List<String> headers;

    /// @param allowed the methods that are served, with commas between them
    MethodNotAllowedException(String method, String allowed) {
        super("method_not_allowed", method + " is not served here, only " + allowed);
        this.headers = List.of("allow", allowed);
    }

    /// Name and value of the header that the answer has.
    List<String> headers() {
        return headers;
    }
}
