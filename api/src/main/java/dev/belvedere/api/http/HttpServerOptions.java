package dev.belvedere.api.http;

import dev.belvedere.model.labels.AnchoredRegex;
import java.util.Optional;
import java.util.Set;

/// Limits of the HTTP server.
///
/// @param maxBodyBytes a longer request body is answered with 413 (`server.maxBodyBytes`); the bodies of all requests
///     in hand together may take a quarter of the heap, and one more is answered with 503
/// @param maxConnections further connections of a listener are closed at once (`server.maxConnections`)
/// @param maxConcurrentRequests further requests are answered with 503 (`server.maxConcurrentRequests`)
/// @param requestTimeoutMillis from the first byte of a request to the last of its answer (`server.requestTimeout`)
/// @param idleTimeoutMillis a connection without a request is closed (`server.idleTimeout`)
/// @param allowedHosts names besides `localhost` and IP addresses that a request's `Host` may bear: everything else
///     is refused with 403, so that no web page can reach a loopback server under a name of its own (DNS
///     rebinding); `*` allows every name
/// @param corsOrigin whose pages in a browser may read answers (`server.corsOrigin`)
public record HttpServerOptions(
        int maxBodyBytes,
        int maxConnections,
        int maxConcurrentRequests,
        long requestTimeoutMillis,
        long idleTimeoutMillis,
        Set<String> allowedHosts,
        Optional<AnchoredRegex> corsOrigin) {

    public static final HttpServerOptions DEFAULT =
            new HttpServerOptions(64 << 20, 4096, 1024, 180_000, 120_000, Set.of(), Optional.empty());
}
