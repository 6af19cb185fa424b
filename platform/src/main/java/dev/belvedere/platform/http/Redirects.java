package dev.belvedere.platform.http;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Follows redirects in one way for all transports: to http and https only, and without credentials when the host
/// changes.
final class Redirects {

    private static final int MAX_REDIRECTS = 10;
    private static final Set<String> CREDENTIAL_HEADERS = Set.of("authorization", "cookie", "proxy-authorization");

    /// One request and its answer, whatever it is.
    interface Exchange {
        OutboundRequest.Response send(OutboundRequest request) throws IOException, InterruptedException;
    }

    private Redirects() {}

    static OutboundRequest.Response follow(OutboundRequest request, Exchange exchange)
            throws IOException, InterruptedException {
        OutboundRequest current = request;
        for (int redirects = 0; ; redirects++) {
            OutboundRequest.Response response = exchange.send(current);
            Optional<URI> target = target(current, response);
            if (target.isEmpty()) {
                return response;
            }
            if (redirects == MAX_REDIRECTS) {
                throw new IOException("stopped after " + MAX_REDIRECTS + " redirects");
            }
            current = redirected(current, target.get(), response.status());
        }
    }

    private static Optional<URI> target(OutboundRequest request, OutboundRequest.Response response) throws IOException {
        boolean isRedirect = response.status() == 301
                || response.status() == 302
                || response.status() == 303
                || response.status() == 307
                || response.status() == 308;
        String location = response.header("location");
        if (!isRedirect || location.isEmpty() || !request.options().followsRedirects()) {
            return Optional.empty();
        }
        URI target;
        try {
            target = request.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("redirect to an address that is none", e);
        }
        if (!"http".equals(target.getScheme()) && !"https".equals(target.getScheme())) {
            throw new IOException("redirect to a scheme other than http and https");
        }
        return Optional.of(target);
    }

    private static OutboundRequest redirected(OutboundRequest request, URI target, int status) {
        boolean isSameHost = target.getRawAuthority().equals(request.uri().getRawAuthority());
        Map<String, String> headers = new TreeMap<>(request.headers());
        if (!isSameHost) {
            headers.keySet().removeIf(name -> CREDENTIAL_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
        }
        boolean isKept = status == 307 || status == 308;
        return new OutboundRequest(
                isKept || request.method().equals("HEAD") ? request.method() : "GET",
                target,
                headers,
                isKept ? request.body() : new byte[0],
                request.timeout(),
                request.maxResponseBytes(),
                request.options());
    }
}
