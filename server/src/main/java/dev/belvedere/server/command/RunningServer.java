package dev.belvedere.server.command;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import java.io.IOException;
import java.net.URI;

/// The server that a command talks to.
///
/// @param url as given to the command's option `--url`
record RunningServer(String url, HttpTransport transport) {

    static RunningServer at(String url) {
        return new RunningServer(url, new JdkHttpTransport());
    }

    /// @param pathAndQuery encoded
    /// @throws OperationException `bad_url`
    URI address(String pathAndQuery) {
        try {
            return URI.create(url.replaceAll("/+$", "") + pathAndQuery);
        } catch (IllegalArgumentException e) {
            throw new OperationException("bad_url", Fault.USER, "not a URL: " + url);
        }
    }

    /// @throws OperationException `unreachable`
    OutboundRequest.Response send(OutboundRequest request) throws InterruptedException {
        try {
            return transport.send(request);
        } catch (IOException e) {
            throw new OperationException(
                    "unreachable",
                    Fault.DEPENDENCY,
                    "could not ask " + url + ": " + e.getMessage() + "; is the server running? (--url names another)",
                    e);
        }
    }
}
