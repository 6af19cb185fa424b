package dev.belvedere.platform.http;

import dev.belvedere.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How an outgoing connection is made. Requests with equal options share connections.
///
/// @param followsRedirects to http and https only; credentials are dropped when the host changes
/// @param isHttp2Allowed negotiated by ALPN
/// @param proxyUrl empty for none
/// @param proxyConnectHeaders sent to the proxy only, when it is asked for a tunnel to an https server
/// @param tls absent for the machine's defaults
public record ConnectionOptions(
        boolean followsRedirects,
        boolean isHttp2Allowed,
        String proxyUrl,
        Map<String, List<Secret>> proxyConnectHeaders,
        Optional<TlsOptions> tls) {

    public static final ConnectionOptions DEFAULT = new ConnectionOptions(true, true, "", Map.of(), Optional.empty());

    public ConnectionOptions {
        proxyConnectHeaders = Map.copyOf(proxyConnectHeaders);
    }

    Map<String, List<String>> revealedConnectHeaders() {
        Map<String, List<String>> revealed = new TreeMap<>();
        proxyConnectHeaders.forEach((name, values) ->
                revealed.put(name, values.stream().map(Secret::reveal).toList()));
        return revealed;
    }

    /// Certificates in PEM. Empty texts mean: not given.
    ///
    /// @param serverName checked and sent instead of the host; empty for the host
    /// @param minVersion `TLSv1.2`, `TLSv1.3` or empty
    public record TlsOptions(
            String caPem,
            String certificatePem,
            Secret keyPem,
            String serverName,
            boolean isVerificationSkipped,
            String minVersion) {}
}
