package dev.belvedere.platform.http;

import java.io.IOException;

/// An answer had more bytes than the request allowed.
public final class ResponseTooLargeException extends IOException {

    public ResponseTooLargeException(long maxBytes) {
        super("body size limit exceeded: more than " + maxBytes + " bytes");
    }
}
