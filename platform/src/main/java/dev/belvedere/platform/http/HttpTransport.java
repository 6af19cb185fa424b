package dev.belvedere.platform.http;

import java.io.IOException;

/// Sends HTTP requests. Safe from any thread; blocks the calling (virtual) thread.
public interface HttpTransport {

    /// @throws IOException if no answer came: refused, unknown host, TLS failure, timeout
    ///     (`java.net.http.HttpTimeoutException`), answer too large ([ResponseTooLargeException])
    OutboundRequest.Response send(OutboundRequest request) throws IOException, InterruptedException;
}
