package dev.belvedere.api.http;

import dev.belvedere.model.labels.AnchoredRegex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which pages of other sites may read this server's answers, as Prometheus tells browsers. Nobody's, unless origins
/// are named: whatever site someone looks at could otherwise read all that a server on their own machine knows.
///
/// Credentials are never allowed, so that a proxy's login does not go with such requests.
final class Cors {

    private static final List<String> HEADERS = List.of(
            "access-control-allow-headers", "Accept, Authorization, Content-Type, Origin",
            "access-control-allow-methods", "GET, POST, OPTIONS",
            "access-control-expose-headers", "Date");

    private final Optional<AnchoredRegex> origins;

    Cors(Optional<AnchoredRegex> origins) {
        this.origins = origins;
    }

    /// @param origin of the page that asks, `""` where none does
    Reply apply(Reply reply, String origin) {
        if (origins.isEmpty()) {
            return reply;
        }
        List<String> headers = new ArrayList<>(List.of("vary", "Origin"));
        if (!origin.isEmpty() && origins.get().matches(origin)) {
            headers.addAll(HEADERS);
            headers.addAll(List.of("access-control-allow-origin", origin));
        }
        return reply.with(headers);
    }
}
