package dev.belvedere.platform.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// An HTTP request that this process makes.
///
/// @param headers name to value; names in any case
/// @param body empty for none
/// @param timeout for the whole exchange, connection included
/// @param maxResponseBytes a longer body ends the exchange with a [ResponseTooLargeException]
/// @param options how to connect
public record OutboundRequest(
        String method,
        URI uri,
        Map<String, String> headers,
        byte[] body,
        Duration timeout,
        long maxResponseBytes,
        ConnectionOptions options) {

    private static final byte[] NO_BODY = {};

    public OutboundRequest {
        headers = Map.copyOf(headers);
    }

    public static OutboundRequest get(URI uri, Duration timeout, long maxResponseBytes) {
        return new OutboundRequest("GET", uri, Map.of(), NO_BODY, timeout, maxResponseBytes, ConnectionOptions.DEFAULT);
    }

    /// So that a redirect comes back as the answer.
    OutboundRequest withoutRedirects() {
        ConnectionOptions plain = new ConnectionOptions(
                false, options.isHttp2Allowed(), options.proxyUrl(), options.proxyConnectHeaders(), options.tls());
        return new OutboundRequest(method, uri, headers, body, timeout, maxResponseBytes, plain);
    }

    /// With less time, if so little is left.
    OutboundRequest within(long nanosLeft) {
        Duration left = Duration.ofNanos(Math.max(1, nanosLeft));
        return left.compareTo(timeout) >= 0
                ? this
                : new OutboundRequest(method, uri, headers, body, left, maxResponseBytes, options);
    }

    /// The answer to a request, read whole.
    ///
    /// @param headers lower-case names
    public record Response(int status, Map<String, List<String>> headers, byte[] body) {

        /// The first value of a header, `""` where it is absent.
        public String header(String lowerCaseName) {
            List<String> found = headers.getOrDefault(lowerCaseName, List.of());
            return found.isEmpty() ? "" : found.getFirst();
        }
    }
}
